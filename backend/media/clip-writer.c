/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "media"

#include "media/clip-writer.h"

#include "media/clip-plan.h"
#include "media/media-error.h"

#include <glib/gi18n.h>

/* Writes clips: checks what is asked for and hands it to the format's own writer. */

/* What the muxers and decoders agree on. */
#define MAX_SIDE 16384

static gboolean
write_plan (const ClipPlan *plan, const char *path, GCancellable *cancellable, GError **error)
{
  switch (plan->how->format)
    {
    case CLIP_GIF:
      return gif_writer_write (plan, path, cancellable, error);
    case CLIP_WEBP:
      return webp_writer_write (plan, path, cancellable, error);
    case CLIP_PNG_FRAMES:
    case CLIP_PNG_STILL:
      return png_writer_write (plan, path, cancellable, error);
    case CLIP_MP4_H264:
    case CLIP_WEBM_VP9:
    case CLIP_WEBM_AV1:
    default:
      return clip_encoder_write (plan, path, cancellable, error);
    }
}

/**
 * clip_write:
 * @frames: a clip with a rate above 0
 * @path: the file to make or replace; of PNG frames the folder to make, which must not exist
 * @how: format, quality, size, rate, rounds and tags
 * @cancellable: (nullable): to give up
 *
 * Writes a clip: every frame once a round. What is written is complete or absent: on an error or cancel nothing is left.
 *
 * Returns: whether it is there; a #MediaError or %G_IO_ERROR_CANCELLED if not
 */
gboolean
clip_write (const Frames *frames, const char *path, const ClipWrite *how, GCancellable *cancellable,
            GError **error)
{
  g_auto (ClipPlan) plan = { 0 };
  g_autofree char *name = NULL;
  guint factor;

  g_return_val_if_fail (frames != NULL && path != NULL && how != NULL, FALSE);
  g_return_val_if_fail (frames->rate > 0 || how->rate > 0, FALSE);

  name = g_filename_display_basename (path);
  factor = MAX (how->factor, 1);
  if (frames->width > MAX_SIDE / factor || frames->height > MAX_SIDE / factor)
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_TOO_LARGE,
                   _("“%s” cannot be written at %u times its size: a side would have more than %d pixels."), name, factor,
                   MAX_SIDE);
      return FALSE;
    }
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  clip_plan_init (&plan, frames, how, name);
  return write_plan (&plan, path, cancellable, error) && clip_plan_report (&plan, plan.n, NULL, error);
}
