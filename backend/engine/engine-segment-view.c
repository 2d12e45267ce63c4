/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine-segment-private.h"

#include <glib/gstdio.h>
#include <math.h>
#include <utime.h>

#include "engine/engine-private.h"

/*
 * What MobileSAM has seen of pictures. Looking takes a second, asking a few hundredths, so the last views are kept in
 * memory, and all in files where the caller has a folder for them. A view's key is made of all that the network sees
 * and of its weights, so a picture that was moved or saved again is known, and one that was changed is not.
 */

/* A view is 4 MiB. */
#define MAX_VIEWS 6
#define MAX_FILES 32

#define FILE_PREFIX "seen-"
#define FILE_SUFFIX ".safetensors"

/* A small subject is looked at in a square of about this many times its size. */
#define CROP_FACTOR 2.0
/* The square is not smaller than this (what the network sees is 1024 wide), and a crop that takes away less than a
 * quarter of the picture is none. */
#define CROP_LEAST 128.0
#define CROP_MOST 0.75
/* The square's place and size go in steps, so that a box that is dragged a little needs no second look. */
#define CROP_STEPS 8.0

typedef struct
{
  char *key;
  SamView *view;
} Entry;

struct _SegmentViews
{
  char *weights;  /* digest of MobileSAM's file */
  GQueue entries; /* of Entry, the latest first */
};

/**
 * segment_crop_choose:
 * @box: (nullable): where the subject is
 *
 * Returns: what to look at: the whole picture, or a square around a small subject
 */
SegmentCrop
segment_crop_choose (guint width, guint height, const SegmentBox *box)
{
  SegmentCrop whole = { 0, 0, width, height };
  double side, step, x, y;

  if (box == NULL)
    return whole;
  side = MAX (CROP_FACTOR * MAX (box->right - box->left, box->bottom - box->top), CROP_LEAST);
  side = exp2 (ceil (log2 (side) * 2) / 2);
  if (side >= CROP_MOST * MAX (width, height))
    return whole;
  step = side / CROP_STEPS;
  x = round (((box->left + box->right) / 2 - side / 2) / step) * step;
  y = round (((box->top + box->bottom) / 2 - side / 2) / step) * step;
  whole.width = MIN ((guint) side, width);
  whole.height = MIN ((guint) side, height);
  whole.x = (guint) CLAMP (x, 0, width - whole.width);
  whole.y = (guint) CLAMP (y, 0, height - whole.height);
  return whole;
}

/** segment_views_new: @sam_path: the weights of the network that will look. */
SegmentViews *
segment_views_new (const char *sam_path)
{
  SegmentViews *self = g_new0 (SegmentViews, 1);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  engine_digest_file (checksum, sam_path);
  self->weights = g_strdup (g_checksum_get_string (checksum));
  g_queue_init (&self->entries);
  return self;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  sam_view_free (entry->view);
  g_free (entry->key);
  g_free (entry);
}

void
segment_views_free (SegmentViews *self)
{
  if (self == NULL)
    return;
  g_queue_clear_full (&self->entries, entry_free);
  g_free (self->weights);
  g_free (self);
}

static SamView *
see (const EngineSegmentRequest *request, const SegmentCrop *crop, GError **error)
{
  const guint8 *rgb = g_bytes_get_data (request->rgb, NULL);
  gsize row = 3 * (gsize) crop->width;
  g_autofree guint8 *part = NULL;

  if (crop->width == request->width && crop->height == request->height)
    return sam_view_new (&(PictureInput){ rgb, request->width, request->height }, error);
  part = g_malloc (row * crop->height);
  for (guint y = 0; y < crop->height; y++)
    memcpy (part + y * row, rgb + 3 * ((gsize) (crop->y + y) * request->width + crop->x), row);
  return sam_view_new (&(PictureInput){ part, crop->width, crop->height }, error);
}

static char *
make_key (SegmentViews *self, SamView *view)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  engine_digest_text (checksum, self->weights);
  sam_view_digest (view, checksum);
  return g_strdup (g_checksum_get_string (checksum));
}

/* A file that is used is the youngest, so that the one that nobody used for longest goes first. */
static void
prune_files (const char *cache_dir)
{
  while (TRUE)
    {
      g_autoptr (GDir) dir = g_dir_open (cache_dir, 0, NULL);
      g_autofree char *oldest = NULL;
      gint64 oldest_time = G_MAXINT64;
      const char *name;
      guint n = 0;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *path = g_build_filename (cache_dir, name, NULL);
          GStatBuf status;

          if (!g_str_has_prefix (name, FILE_PREFIX) || !g_str_has_suffix (name, FILE_SUFFIX)
              || g_stat (path, &status) != 0)
            continue;
          n++;
          if (status.st_mtime < oldest_time)
            {
              oldest_time = status.st_mtime;
              g_free (oldest);
              oldest = g_steal_pointer (&path);
            }
        }
      if (n <= MAX_FILES || oldest == NULL || g_remove (oldest) != 0)
        return;
    }
}

/* What cannot be kept is looked at again next time; that is no error. */
static gboolean
look (MobileSam *sam, SamView *view, const char *key, const char *cache_dir, GError **error)
{
  g_autofree char *name = g_strconcat (FILE_PREFIX, key, FILE_SUFFIX, NULL);
  g_autofree char *path = cache_dir != NULL ? g_build_filename (cache_dir, name, NULL) : NULL;
  g_autoptr (GError) unsaved = NULL;

  if (path != NULL && sam_view_load (view, path))
    {
      g_utime (path, NULL);
      return TRUE;
    }
  if (!mobile_sam_look (sam, view, error))
    return FALSE;
  if (path == NULL)
    return TRUE;
  if (sam_view_save (view, path, &unsaved))
    prune_files (cache_dir);
  else
    g_info ("What was seen of a picture is not kept: %s", unsaved->message);
  return TRUE;
}

/**
 * segment_views_get:
 * @crop: the part of the request's picture that is looked at
 *
 * Returns: (transfer none): the view, until the next call; NULL with an error
 */
SamView *
segment_views_get (SegmentViews *self, MobileSam *sam, const EngineSegmentRequest *request, const SegmentCrop *crop,
                   GError **error)
{
  g_autoptr (SamView) view = see (request, crop, error);
  g_autofree char *key = NULL;
  Entry *entry;

  if (view == NULL)
    return NULL;
  key = make_key (self, view);
  for (GList *l = self->entries.head; l != NULL; l = l->next)
    {
      entry = l->data;
      if (!g_str_equal (entry->key, key))
        continue;
      g_queue_unlink (&self->entries, l);
      g_queue_push_head_link (&self->entries, l);
      return entry->view;
    }
  if (!look (sam, view, key, request->cache_dir, error))
    return NULL;
  entry = g_new0 (Entry, 1);
  entry->key = g_steal_pointer (&key);
  entry->view = g_steal_pointer (&view);
  g_queue_push_head (&self->entries, entry);
  if (g_queue_get_length (&self->entries) > MAX_VIEWS)
    entry_free (g_queue_pop_tail (&self->entries));
  return entry->view;
}
