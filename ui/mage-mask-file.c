/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-mask-file.h"

/* Masks that were made in the window become files of the project. */

/**
 * mage_mask_file_save:
 * @picture: whose mask it is
 * @score: see mage_media_set_made()
 *
 * Writes a mask into the project. The one before stays where it is as long as it can be undone.
 *
 * Returns: (transfer full): the file, which is not yet the picture's mask
 */
MageMedia *
mage_mask_file_save (MageProject *project, MageMedia *picture, const Mask *mask, MageMaskMade made, double score,
                     GError **error)
{
  g_autofree char *base = g_path_get_basename (mage_media_get_file (picture));
  char *dot = strrchr (base, '.');
  g_autofree char *stem = dot != NULL && dot != base ? g_strndup (base, (gsize) (dot - base)) : g_strdup (base);
  g_autofree char *name = g_strconcat (stem, ".png", NULL);
  g_autoptr (GBytes) png = mask_to_png (mask, error);
  MageMedia *media = png != NULL ? mage_project_import_bytes (project, name, png, error) : NULL;

  if (media != NULL)
    mage_media_set_made (media, made, score);
  return media;
}

/** mage_mask_file_dup_cache_dir: Returns: (transfer full) (nullable): where is kept what was seen of pictures */
char *
mage_mask_file_dup_cache_dir (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "videomage", "seen", NULL);

  return g_mkdir_with_parents (folder, 0700) == 0 ? g_steal_pointer (&folder) : NULL;
}
