/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/clip-writer.h"
#include "media/resample.h"

G_BEGIN_DECLS

/**
 * ClipPlan:
 * @frames: what is written
 * @how: how
 * @name: of the file, for sentences
 * @order: which frame comes when, a frame as often as it is shown
 * @n: how many there are in @order
 * @rate: frames a second
 * @quality: 1…100
 * @width: of the frames after growing
 * @height: likewise
 *
 * What every writer of clips goes by; private to this room.
 */
typedef struct
{
  const Frames *frames;
  const ClipWrite *how;
  const char *name;
  guint *order;
  guint n;
  double rate;
  guint quality;
  guint width;
  guint height;
} ClipPlan;

void clip_plan_init (ClipPlan *self, const Frames *frames, const ClipWrite *how, const char *name);
void clip_plan_clear (ClipPlan *self);
const guint8 *clip_plan_get_frame (const ClipPlan *self, guint i, guint8 **grown);
double clip_plan_get_time (const ClipPlan *self, guint i);
gboolean clip_plan_report (const ClipPlan *self, guint i, GCancellable *cancellable, GError **error);
gboolean clip_plan_fail (const ClipPlan *self, const char *cause, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ClipPlan, clip_plan_clear)

/* One writer a file; each leaves nothing behind when it fails. */
gboolean clip_encoder_write (const ClipPlan *plan, const char *path, GCancellable *cancellable, GError **error);
gboolean gif_writer_write (const ClipPlan *plan, const char *path, GCancellable *cancellable, GError **error);
gboolean webp_writer_write (const ClipPlan *plan, const char *path, GCancellable *cancellable, GError **error);
gboolean png_writer_write (const ClipPlan *plan, const char *path, GCancellable *cancellable, GError **error);

G_END_DECLS
