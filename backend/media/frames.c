/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/frames.h"

/* RGB pixels with their shape and rate: what pictures and videos become, and what the models
 * take and give. */

G_DEFINE_BOXED_TYPE (Frames, frames, frames_ref, frames_unref)

static gboolean
frame_bytes (guint n_frames, guint width, guint height, gsize *size)
{
  gsize n = 3;

  if (n_frames == 0 || width == 0 || height == 0 || !g_size_checked_mul (&n, n, width)
      || !g_size_checked_mul (&n, n, height) || !g_size_checked_mul (&n, n, n_frames))
    return FALSE;
  *size = n;
  return TRUE;
}

/**
 * frames_new:
 * @n_frames: number of frames, at least 1
 * @width: pixels a row
 * @height: rows a frame
 * @rate: frames a second, 0 for a still picture
 * @rgb: (transfer none): exactly n_frames·height·width·3 bytes
 *
 * Makes a clip around pixels, which are shared and not copied.
 *
 * Returns: (transfer full): the clip
 */
Frames *
frames_new (guint n_frames, guint width, guint height, double rate, GBytes *rgb)
{
  gsize size = 0;
  Frames *self;

  g_return_val_if_fail (rgb != NULL, NULL);
  g_return_val_if_fail (rate >= 0, NULL);
  g_return_val_if_fail (frame_bytes (n_frames, width, height, &size), NULL);
  g_return_val_if_fail (g_bytes_get_size (rgb) == size, NULL);

  self = g_atomic_rc_box_new (Frames);
  self->n_frames = n_frames;
  self->width = width;
  self->height = height;
  self->rate = rate;
  self->rgb = g_bytes_ref (rgb);
  return self;
}

/**
 * frames_new_take:
 * @rgb: (transfer full): n_frames·height·width·3 bytes from g_malloc()
 *
 * Like frames_new(), for pixels that nobody else holds.
 *
 * Returns: (transfer full): the clip
 */
Frames *
frames_new_take (guint n_frames, guint width, guint height, double rate, guint8 *rgb)
{
  g_autoptr (GBytes) bytes = NULL;
  gsize size = 0;

  g_return_val_if_fail (rgb != NULL, NULL);
  g_return_val_if_fail (frame_bytes (n_frames, width, height, &size), NULL);

  bytes = g_bytes_new_take (rgb, size);
  return frames_new (n_frames, width, height, rate, bytes);
}

/**
 * frames_ref:
 *
 * Returns: (transfer full): @self, once more
 */
Frames *
frames_ref (Frames *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

static void
frames_clear (gpointer data)
{
  Frames *self = data;

  g_clear_pointer (&self->rgb, g_bytes_unref);
}

/**
 * frames_unref:
 * @self: (transfer full): a clip
 *
 * Gives a reference back; the last one frees the pixels.
 */
void
frames_unref (Frames *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, frames_clear);
}

/**
 * frames_get_frame_size:
 *
 * Returns: the bytes of one frame, height·width·3
 */
gsize
frames_get_frame_size (const Frames *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return (gsize) self->height * self->width * 3;
}

/**
 * frames_get_frame:
 * @index: which frame, from 0
 *
 * Returns: (transfer none): the pixels of one frame, `[height, width, 3]`, valid as long as @self
 */
const guint8 *
frames_get_frame (const Frames *self, guint index)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (index < self->n_frames, NULL);

  return (const guint8 *) g_bytes_get_data (self->rgb, NULL) + index * frames_get_frame_size (self);
}

/**
 * frames_dup_slice:
 * @first: the first frame, from 0
 * @n_frames: how many, at least 1
 *
 * Takes some consecutive frames. The pixels are shared.
 *
 * Returns: (transfer full): a clip of @n_frames frames
 */
Frames *
frames_dup_slice (Frames *self, guint first, guint n_frames)
{
  g_autoptr (GBytes) rgb = NULL;
  gsize size;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (n_frames > 0 && first < self->n_frames, NULL);
  g_return_val_if_fail (n_frames <= self->n_frames - first, NULL);

  size = frames_get_frame_size (self);
  rgb = g_bytes_new_from_bytes (self->rgb, first * size, n_frames * size);
  return frames_new (n_frames, self->width, self->height, self->rate, rgb);
}

/**
 * frames_equal:
 *
 * Returns: whether both clips have the same shape, rate and pixels
 */
gboolean
frames_equal (const Frames *a, const Frames *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return a->n_frames == b->n_frames && a->width == b->width && a->height == b->height
         && a->rate == b->rate && g_bytes_equal (a->rgb, b->rgb);
}
