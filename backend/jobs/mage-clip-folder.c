/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-clip-folder.h"

#include "media/mask.h"
#include "media/picture.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* A clip without loss: 0001.png, 0002.png, … in a folder, with mask-0001.png, … where it has masks. */

/** mage_folder_make: makes a folder with its parents. */
gboolean
mage_folder_make (const char *folder, GError **error)
{
  if (g_mkdir_with_parents (folder, 0755) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _("The folder “%s” could not be made: %s"),
               folder, g_strerror (errno));
  return FALSE;
}

static char *
frame_path (const char *folder, const char *prefix, guint i)
{
  g_autofree char *name = g_strdup_printf ("%s%04u.png", prefix, i + 1);

  return g_build_filename (folder, name, NULL);
}

/** mage_clip_folder_exists: whether there is a clip in @folder. */
gboolean
mage_clip_folder_exists (const char *folder)
{
  g_autofree char *first = frame_path (folder, "", 0);

  return g_file_test (first, G_FILE_TEST_EXISTS);
}

static gboolean
write_masks (const char *folder, const EngineClip *clip, GError **error)
{
  gsize size = (gsize) clip->width * clip->height;

  for (guint i = 0; i < clip->n_frames; i++)
    {
      g_autofree char *path = frame_path (folder, "mask-", i);
      g_autoptr (GBytes) alpha = g_bytes_new_from_bytes (clip->mask, i * size, size);
      g_autoptr (Mask) mask = mask_new (clip->width, clip->height, alpha);

      if (!mask_save_png (mask, path, error))
        return FALSE;
    }
  return TRUE;
}

/** mage_clip_folder_write: writes a clip into @folder, which is made where it is missing. */
gboolean
mage_clip_folder_write (const char *folder, const EngineClip *clip, GError **error)
{
  g_autoptr (Frames) frames = frames_new (clip->n_frames, clip->width, clip->height, 0, clip->rgb);

  if (!mage_folder_make (folder, error))
    return FALSE;
  for (guint i = 0; i < frames->n_frames; i++)
    {
      g_autofree char *path = frame_path (folder, "", i);

      if (!picture_save_png (frames, i, path, error))
        return FALSE;
    }
  return clip->mask == NULL || write_masks (folder, clip, error);
}

static gboolean
append_frame (const char *path, GByteArray *rgb, guint *width, guint *height, GCancellable *cancellable, GError **error)
{
  g_autoptr (Frames) picture = picture_load (path, cancellable, error);

  if (picture == NULL)
    return FALSE;
  if (rgb->len > 0 && (picture->width != *width || picture->height != *height))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“%s” has another size than the frames before it"), path);
      return FALSE;
    }
  *width = picture->width;
  *height = picture->height;
  g_byte_array_append (rgb, frames_get_frame (picture, 0), (guint) frames_get_frame_size (picture));
  return TRUE;
}

/**
 * mage_clip_folder_read_frames:
 * @rate: that the result is said to have
 * @job: may be cancelled meanwhile
 *
 * Returns: (transfer full): the frames from 0001.png up to the first that is not there
 */
Frames *
mage_clip_folder_read_frames (const char *folder, double rate, MageJob *job, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) rgb = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  guint width = 0;
  guint height = 0;
  guint n = 0;

  for (;; n++)
    {
      g_autofree char *path = frame_path (folder, "", n);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        break;
      if (!mage_job_check (job, error) || !append_frame (path, rgb, &width, &height, cancellable, error))
        return NULL;
    }
  if (n == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("“%s” has lost its frames: make it again"), folder);
      return NULL;
    }
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&rgb));
  return frames_new (n, width, height, rate, bytes);
}

/* The masks of all frames, or NULL where a clip has none. */
static gboolean
read_masks (const char *folder, const Frames *frames, GBytes **masks, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) alpha = g_byte_array_new ();
  g_autofree char *first = frame_path (folder, "mask-", 0);

  *masks = NULL;
  if (!g_file_test (first, G_FILE_TEST_EXISTS))
    return TRUE;
  for (guint i = 0; i < frames->n_frames; i++)
    {
      g_autofree char *path = frame_path (folder, "mask-", i);
      g_autoptr (Mask) mask = mask_load (path, cancellable, error);

      if (mask == NULL)
        return FALSE;
      if (mask->width != frames->width || mask->height != frames->height)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“%s” has another size than its frame"), path);
          return FALSE;
        }
      g_byte_array_append (alpha, mask_get_pixels (mask), mask->width * mask->height);
    }
  *masks = g_byte_array_free_to_bytes (g_steal_pointer (&alpha));
  return TRUE;
}

/** mage_clip_folder_read: @caption: (nullable). Returns: (transfer full): the clip with its masks */
EngineClip *
mage_clip_folder_read (const char *folder, const char *caption, MageJob *job, GCancellable *cancellable, GError **error)
{
  g_autoptr (Frames) frames = mage_clip_folder_read_frames (folder, 0, job, cancellable, error);
  g_autoptr (GBytes) masks = NULL;

  if (frames == NULL || !read_masks (folder, frames, &masks, cancellable, error))
    return NULL;
  return engine_clip_new (frames->rgb, masks, caption, frames->n_frames, frames->width, frames->height);
}

/* One file under two names, or a copy where the file system knows no such thing. */
static gboolean
link_file (const char *from, const char *to, GError **error)
{
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);

  if (g_file_test (to, G_FILE_TEST_EXISTS) || link (from, to) == 0)
    return TRUE;
  return g_file_copy (source, target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, error);
}

/** mage_clip_folder_link: the clip in @from lies in @to as well; it takes no second room on the disk where that can be. */
gboolean
mage_clip_folder_link (const char *from, const char *to, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, error);
  const char *name;

  if (dir == NULL || !mage_folder_make (to, error))
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *source = g_build_filename (from, name, NULL);
      g_autofree char *target = g_build_filename (to, name, NULL);

      if (g_str_has_suffix (name, ".png") && !link_file (source, target, error))
        return FALSE;
    }
  return TRUE;
}
