/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/mask.h"

G_BEGIN_DECLS

/**
 * MaskBrush:
 * @radius: in pixels of the mask, above 0
 * @softness: 0 for a hard edge, 1 for one that fades from the middle on
 * @erase: takes away instead of adding
 */
typedef struct
{
  double radius;
  double softness;
  gboolean erase;
} MaskBrush;

Mask *mask_new_empty (guint width, guint height);
Mask *mask_grow (Mask *self, guint radius);
Mask *mask_shrink (Mask *self, guint radius);
Mask *mask_fill_holes (Mask *self);
Mask *mask_invert (Mask *self);
double mask_get_coverage (const Mask *self);
double mask_get_overlap (const Mask *a, const Mask *b);
gboolean mask_stroke (guint8 *alpha, guint width, guint height, const MaskBrush *brush, double x0, double y0,
                      double x1, double y1, cairo_rectangle_int_t *touched);

G_END_DECLS
