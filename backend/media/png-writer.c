/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "media"

#include "media/clip-comment.h"
#include "media/clip-plan.h"
#include "media/media-file.h"

#include <errno.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* Single frames as PNG: one as a file, all as a folder, which is made beside and renamed. */

static gboolean
write_frame (const ClipPlan *plan, guint i, const char *path, guint8 **grown, GError **error)
{
  const guint8 *pixels = clip_plan_get_frame (plan, i, grown);
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_data (pixels, GDK_COLORSPACE_RGB, FALSE, 8, (int) plan->width,
                                                           (int) plan->height, (int) plan->width * 3, NULL, NULL);
  char *keys[3] = { NULL };
  char *values[3] = { NULL };
  guint n = 0;
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *png = NULL;
  gsize size = 0;

  if (plan->how->title != NULL)
    {
      keys[n] = (char *) "tEXt::Title";
      values[n++] = (char *) plan->how->title;
    }
  if (plan->how->comment != NULL)
    {
      keys[n] = (char *) CLIP_COMMENT_PNG_KEY;
      values[n++] = (char *) plan->how->comment;
    }
  if (!gdk_pixbuf_save_to_bufferv (pixbuf, &png, &size, "png", keys, values, &cause))
    return clip_plan_fail (plan, cause->message, error);
  bytes = g_bytes_new_take (png, size);
  return media_file_save (path, bytes, error);
}

static char *
frame_path (const char *folder, guint i)
{
  g_autofree char *name = g_strdup_printf ("%04u.png", i + 1);

  return g_build_filename (folder, name, NULL);
}

static void
remove_frames (const ClipPlan *plan, const char *folder)
{
  for (guint i = 0; i < plan->n; i++)
    {
      g_autofree char *file = frame_path (folder, i);

      g_unlink (file);
    }
  g_rmdir (folder);
}

static gboolean
write_folder (const ClipPlan *plan, const char *folder, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *grown = NULL;

  for (guint i = 0; i < plan->n; i++)
    {
      g_autofree char *file = frame_path (folder, i);

      if (!write_frame (plan, i, file, &grown, error) || !clip_plan_report (plan, i, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

/** png_writer_write: @path: a file for a single frame, else a folder, which must not exist */
gboolean
png_writer_write (const ClipPlan *plan, const char *path, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *grown = NULL;
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *part = g_build_filename (parent, ".frames-XXXXXX", NULL);

  if (!clip_format_get_info (plan->how->format)->moves)
    return write_frame (plan, 0, path, &grown, error);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("“%s” is there already. Choose another name for the folder of frames."),
                   plan->name);
      return FALSE;
    }
  if (g_mkdtemp_full (part, 0755) == NULL)
    return clip_plan_fail (plan, g_strerror (errno), error);
  if (!write_folder (plan, part, cancellable, error))
    {
      remove_frames (plan, part);
      return FALSE;
    }
  if (g_rename (part, path) == 0)
    return TRUE;
  clip_plan_fail (plan, g_strerror (errno), error);
  remove_frames (plan, part);
  return FALSE;
}
