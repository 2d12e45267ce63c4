/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "media"

#include "media/clip-plan.h"

#include "media/media-error.h"

#include <glib/gi18n.h>
#include <string.h>

/* What is written of a clip, frame by frame: forward, back, and as often as is wanted. */

#define DEFAULT_QUALITY 80

/* There and back shows neither end twice. */
static void
fill_order (ClipPlan *self)
{
  const ClipFormatInfo *info = clip_format_get_info (self->how->format);
  guint n = self->frames->n_frames;
  guint round = self->how->ping_pong && n > 2 ? 2 * n - 2 : n;
  guint rounds = info->is_video ? CLAMP (self->how->rounds, 1, CLIP_MAX_ROUNDS) : 1;

  if (!info->moves)
    {
      self->n = 1;
      self->order = g_new (guint, 1);
      self->order[0] = MIN (self->how->frame, n - 1);
      return;
    }
  self->n = round * rounds;
  self->order = g_new (guint, self->n);
  for (guint i = 0; i < self->n; i++)
    self->order[i] = i % round < n ? i % round : round - i % round;
}

void
clip_plan_init (ClipPlan *self, const Frames *frames, const ClipWrite *how, const char *name)
{
  guint factor = MAX (how->factor, 1);

  *self = (ClipPlan){ .frames = frames, .how = how, .name = name };
  self->rate = how->rate > 0 ? how->rate : frames->rate;
  self->quality = how->quality > 0 ? MIN (how->quality, 100) : DEFAULT_QUALITY;
  self->width = frames->width * factor;
  self->height = frames->height * factor;
  fill_order (self);
}

void
clip_plan_clear (ClipPlan *self)
{
  g_clear_pointer (&self->order, g_free);
}

static void
grow_nearest (const ClipPlan *self, const guint8 *in, guint8 *out)
{
  guint factor = self->how->factor;

  for (guint y = 0; y < self->height; y++)
    for (guint x = 0; x < self->width; x++)
      memcpy (out + ((gsize) y * self->width + x) * 3,
              in + ((gsize) (y / factor) * self->frames->width + x / factor) * 3, 3);
}

/**
 * clip_plan_get_frame:
 * @i: its place in the order
 * @grown: (inout): where grown pixels are kept from call to call; freed by the caller
 *
 * Returns: (transfer none): width · height · 3 bytes, until the next call
 */
const guint8 *
clip_plan_get_frame (const ClipPlan *self, guint i, guint8 **grown)
{
  const Frames *frames = self->frames;
  const guint8 *pixels = frames_get_frame (frames, self->order[i]);
  CropBox whole = { 0, 0, frames->width, frames->height };

  if (self->how->factor <= 1)
    return pixels;
  if (*grown == NULL)
    *grown = g_malloc ((gsize) self->width * self->height * 3);
  if (self->how->scale == CLIP_SCALE_NEAREST)
    grow_nearest (self, pixels, *grown);
  else
    resample (pixels, (gsize) frames->width * 3, frames->width, frames->height, 3, &whole, *grown, self->width, self->height);
  return *grown;
}

/** clip_plan_get_time: when frame @i of the order begins, in seconds. */
double
clip_plan_get_time (const ClipPlan *self, guint i)
{
  return i / self->rate;
}

/** clip_plan_report: tells that @i frames are done; FALSE with an error once it is cancelled. */
gboolean
clip_plan_report (const ClipPlan *self, guint i, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (self->how->progress != NULL)
    self->how->progress ((double) i / self->n, self->how->progress_data);
  return TRUE;
}

/** clip_plan_fail: Returns: FALSE, with a sentence about @cause */
gboolean
clip_plan_fail (const ClipPlan *self, const char *cause, GError **error)
{
  g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_WRITE, _("“%s” cannot be written: %s. Check the folder and the free space."),
               self->name, cause);
  return FALSE;
}
