/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-import-pairs.h"

#include "media/picture.h"

#include <string.h>

/*
 * Which of several chosen files are masks of the others: by their names, "mask0.png" or "0_mask.png"
 * beside "0.png", and by what they hold: black and white, in the picture's size.
 */

/* Edges are often smoothed, and JPEG adds a little noise: this share may be neither black nor white. */
#define GREY_SHARE 0.05
#define BLACK 32
#define WHITE 223

static char *
dup_stem (const char *path)
{
  char *base = g_path_get_basename (path);
  char *dot = strrchr (base, '.');

  if (dot != NULL && dot != base)
    *dot = '\0';
  return base;
}

/* "mask0", "mask_0", "0_mask", "0-mask" of "0". */
static gboolean
is_mask_name (const char *stem, const char *picture)
{
  static const char *const patterns[] = { "mask%s", "mask_%s", "mask-%s", "%s_mask", "%s-mask", "%smask", "%s.mask" };

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      const char *at = strstr (patterns[i], "%s");
      gsize before = (gsize) (at - patterns[i]);
      gsize after = strlen (at + 2);
      gsize n = strlen (picture);

      if (strlen (stem) == before + n + after && g_ascii_strncasecmp (stem, patterns[i], before) == 0
          && strncmp (stem + before, picture, n) == 0 && g_ascii_strcasecmp (stem + before + n, at + 2) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_black_and_white (const Frames *picture)
{
  const guint8 *rgb = frames_get_frame (picture, 0);
  gsize n = (gsize) picture->width * picture->height;
  gsize n_black = 0;
  gsize n_white = 0;

  for (gsize i = 0; i < n; i++)
    {
      guint8 least = MIN (MIN (rgb[3 * i], rgb[3 * i + 1]), rgb[3 * i + 2]);
      guint8 most = MAX (MAX (rgb[3 * i], rgb[3 * i + 1]), rgb[3 * i + 2]);

      n_black += most <= BLACK;
      n_white += least >= WHITE;
    }
  return n_black > 0 && n_white > 0 && (double) (n - n_black - n_white) <= GREY_SHARE * (double) n;
}

static gboolean
fits (const char *mask_path, const char *picture_path, GCancellable *cancellable)
{
  g_autoptr (Frames) mask = picture_load (mask_path, cancellable, NULL);
  g_autoptr (Frames) picture = mask != NULL ? picture_load (picture_path, cancellable, NULL) : NULL;

  return picture != NULL && mask->width == picture->width && mask->height == picture->height && is_black_and_white (mask);
}

static const char *
find_picture (GPtrArray *paths, guint mask, GCancellable *cancellable)
{
  const char *path = g_ptr_array_index (paths, mask);
  g_autofree char *stem = dup_stem (path);
  g_autofree char *folder = g_path_get_dirname (path);

  for (guint i = 0; i < paths->len; i++)
    {
      const char *other = g_ptr_array_index (paths, i);
      g_autofree char *other_stem = dup_stem (other);
      g_autofree char *other_folder = g_path_get_dirname (other);

      if (i != mask && g_str_equal (folder, other_folder) && is_mask_name (stem, other_stem) && fits (path, other, cancellable))
        return other;
    }
  return NULL;
}

/**
 * mage_import_pairs_find:
 * @paths: (element-type filename)
 *
 * Decodes what has a mask's name; any thread.
 *
 * Returns: (transfer full): for each picture that has one its mask, both borrowed from @paths
 */
GHashTable *
mage_import_pairs_find (GPtrArray *paths, GCancellable *cancellable)
{
  GHashTable *pairs = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *stem = dup_stem (g_ptr_array_index (paths, i));
      g_autofree char *folded = g_ascii_strdown (stem, -1);
      const char *picture = strstr (folded, "mask") != NULL ? find_picture (paths, i, cancellable) : NULL;

      if (picture != NULL && !g_hash_table_contains (pairs, picture))
        g_hash_table_insert (pairs, (gpointer) picture, g_ptr_array_index (paths, i));
    }
  return pairs;
}
