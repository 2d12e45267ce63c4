/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CropBox:
 * @x: left edge
 * @y: upper edge
 * @width: width, above 0
 * @height: height, above 0
 *
 * A rectangle in a picture, in its pixels; edges may lie between pixels.
 */
typedef struct
{
  double x;
  double y;
  double width;
  double height;
} CropBox;

CropBox crop_box_centre (const CropBox *within, double to_width, double to_height);
void resample (const guint8 *pixels, gsize stride, guint width, guint height, guint channels,
               const CropBox *box, guint8 *out, guint out_width, guint out_height);

G_END_DECLS
