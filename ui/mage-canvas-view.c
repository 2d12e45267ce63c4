/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-canvas-view.h"

#include <math.h>

/* Zoom and pan: points of a canvas and pixels of its picture. */

/* Single pixels are large enough to be hit with a finger. */
#define MAX_SCALE 32.0

static gboolean
is_empty (const MageCanvasView *self)
{
  return self->picture_width <= 0 || self->picture_height <= 0 || self->width <= 0 || self->height <= 0;
}

static double
get_fit (const MageCanvasView *self)
{
  return MIN (self->width / self->picture_width, self->height / self->picture_height);
}

/* What is smaller than the canvas stands in its middle, what is larger leaves no gap at its edges. */
static double
hold (double at, double length, double room)
{
  return length <= room ? round ((room - length) / 2) : CLAMP (at, room - length, 0);
}

static void
settle (MageCanvasView *self)
{
  self->x = hold (self->x, self->picture_width * self->scale, self->width);
  self->y = hold (self->y, self->picture_height * self->scale, self->height);
}

/** mage_canvas_view_fit: shows the whole picture, as large as it can be. */
void
mage_canvas_view_fit (MageCanvasView *self)
{
  self->fitted = TRUE;
  if (is_empty (self))
    return;
  self->scale = get_fit (self);
  settle (self);
}

/** mage_canvas_view_set_picture: another picture is seen as a whole first. */
void
mage_canvas_view_set_picture (MageCanvasView *self, double width, double height)
{
  self->picture_width = width;
  self->picture_height = height;
  mage_canvas_view_fit (self);
}

/** mage_canvas_view_set_size: the canvas has another size; what is in its middle stays there. */
void
mage_canvas_view_set_size (MageCanvasView *self, double width, double height)
{
  double dx = (width - self->width) / 2;
  double dy = (height - self->height) / 2;

  if (self->width == width && self->height == height)
    return;
  self->width = width;
  self->height = height;
  if (self->fitted)
    mage_canvas_view_fit (self);
  else if (!is_empty (self))
    mage_canvas_view_pan (self, dx, dy);
}

/**
 * mage_canvas_view_zoom:
 * @scale: points a pixel; held between the whole picture (or all of its pixels, where they are fewer than the
 *   canvas has) and single pixels
 * @x: what stays where it is, in points
 */
void
mage_canvas_view_zoom (MageCanvasView *self, double scale, double x, double y)
{
  double fit, least, picture_x, picture_y;

  if (is_empty (self))
    return;
  fit = get_fit (self);
  least = MIN (fit, 1);
  mage_canvas_view_to_picture (self, x, y, &picture_x, &picture_y);
  self->scale = CLAMP (scale, least, MAX (MAX_SCALE, fit));
  self->x = x - picture_x * self->scale;
  self->y = y - picture_y * self->scale;
  self->fitted = fabs (self->scale - fit) < 1e-6 * fit;
  settle (self);
}

void
mage_canvas_view_pan (MageCanvasView *self, double dx, double dy)
{
  if (is_empty (self))
    return;
  self->x += dx;
  self->y += dy;
  settle (self);
}

/** mage_canvas_view_show: @x: pans so far that this pixel is seen, at least @margin points from the edge. */
void
mage_canvas_view_show (MageCanvasView *self, double x, double y, double margin)
{
  double at_x, at_y;

  mage_canvas_view_from_picture (self, x, y, &at_x, &at_y);
  mage_canvas_view_pan (self, CLAMP (at_x, margin, MAX (margin, self->width - margin)) - at_x,
                        CLAMP (at_y, margin, MAX (margin, self->height - margin)) - at_y);
}

void
mage_canvas_view_to_picture (const MageCanvasView *self, double x, double y, double *picture_x, double *picture_y)
{
  *picture_x = self->scale > 0 ? (x - self->x) / self->scale : 0;
  *picture_y = self->scale > 0 ? (y - self->y) / self->scale : 0;
}

void
mage_canvas_view_from_picture (const MageCanvasView *self, double picture_x, double picture_y, double *x, double *y)
{
  *x = self->x + picture_x * self->scale;
  *y = self->y + picture_y * self->scale;
}
