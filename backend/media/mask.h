/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"

#include <cairo.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * Mask:
 * @width: pixels a row
 * @height: number of rows
 * @alpha: `[height, width]`, 0 outside the subject to 255 inside, tightly packed
 *
 * An immutable, ref-counted map of where a subject is.
 */
typedef struct
{
  guint width;
  guint height;
  GBytes *alpha;
} Mask;

/* From this value on a pixel belongs to the subject. */
#define MASK_THRESHOLD 128

Mask *mask_new (guint width, guint height, GBytes *alpha);
Mask *mask_new_take (guint width, guint height, guint8 *alpha);
Mask *mask_ref (Mask *self);
void mask_unref (Mask *self);
const guint8 *mask_get_pixels (const Mask *self);
Mask *mask_load (const char *path, GCancellable *cancellable, GError **error);
GBytes *mask_to_png (const Mask *self, GError **error);
gboolean mask_save_png (const Mask *self, const char *path, GError **error);
Mask *mask_fit (Mask *self, guint width, guint height);
gboolean mask_get_box (const Mask *self, cairo_rectangle_int_t *box);
void mask_widen_box (const cairo_rectangle_int_t *box, guint picture_width, guint picture_height,
                     guint width, guint height, cairo_rectangle_int_t *widened);
Frames *mask_crop_subject (const Frames *picture, const Mask *mask, guint width, guint height,
                           GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Mask, mask_unref)

G_END_DECLS
