/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define TYPE_FRAMES (frames_get_type ())

/**
 * Frames:
 * @n_frames: number of frames, at least 1
 * @width: pixels a row
 * @height: rows a frame
 * @rate: frames a second; 0 for a still picture
 * @rgb: the pixels, `[n_frames, height, width, 3]`, 8 bits each, tightly packed
 *
 * An immutable, ref-counted RGB clip. A picture is a clip of one frame. It may be shared
 * freely between threads.
 */
typedef struct
{
  guint n_frames;
  guint width;
  guint height;
  double rate;
  GBytes *rgb;
} Frames;

GType frames_get_type (void) G_GNUC_CONST;
Frames *frames_new (guint n_frames, guint width, guint height, double rate, GBytes *rgb);
Frames *frames_new_take (guint n_frames, guint width, guint height, double rate, guint8 *rgb);
Frames *frames_ref (Frames *self);
void frames_unref (Frames *self);
gsize frames_get_frame_size (const Frames *self);
const guint8 *frames_get_frame (const Frames *self, guint index);
Frames *frames_dup_slice (Frames *self, guint first, guint n_frames);
gboolean frames_equal (const Frames *a, const Frames *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Frames, frames_unref)

G_END_DECLS
