/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MageCanvasView: which part of a picture a canvas shows.
 * @picture_width: in pixels; 0 while there is no picture
 * @width: of the canvas, in points
 * @scale: points a pixel
 * @x: where the picture's left edge is, in points
 * @fitted: the whole picture is shown, whatever the canvas's size
 */
typedef struct
{
  double picture_width;
  double picture_height;
  double width;
  double height;
  double scale;
  double x;
  double y;
  gboolean fitted;
} MageCanvasView;

void mage_canvas_view_set_picture (MageCanvasView *self, double width, double height);
void mage_canvas_view_set_size (MageCanvasView *self, double width, double height);
void mage_canvas_view_fit (MageCanvasView *self);
void mage_canvas_view_zoom (MageCanvasView *self, double scale, double x, double y);
void mage_canvas_view_pan (MageCanvasView *self, double dx, double dy);
void mage_canvas_view_show (MageCanvasView *self, double x, double y, double margin);
void mage_canvas_view_to_picture (const MageCanvasView *self, double x, double y, double *picture_x, double *picture_y);
void mage_canvas_view_from_picture (const MageCanvasView *self, double picture_x, double picture_y, double *x, double *y);

G_END_DECLS
