/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"
#include "media/mask.h"

G_BEGIN_DECLS

/** MaskPoint: a pixel of a mask. */
typedef struct
{
  int x;
  int y;
} MaskPoint;

MaskPoint mask_find_shift (const Mask *mask, const guint8 *before, const guint8 *after);
guint mask_find_inner_points (const Mask *mask, MaskPoint *points, guint n_points);
double mask_colour_likeness (const Mask *a, const guint8 *rgb_a, const Mask *b, const guint8 *rgb_b);
gsize mask_get_area (const Mask *mask);
double mask_overlap_moved (const Mask *a, const Mask *b, MaskPoint shift);

G_END_DECLS
