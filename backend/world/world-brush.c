/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-brush.h"

#include <math.h>

/*
 * Figures are silhouettes: the parts of a group are first painted a little larger in the outline's
 * colour, then each in its own, so that no line is left where parts overlap. A mask needs the first
 * pass alone.
 */

static void
set_colour (WorldBrush *self, const double rgb[3])
{
  const double *c = self->ident != NULL ? self->ident : self->outlining ? self->line : rgb;

  cairo_set_source_rgb (self->cr, c[0], c[1], c[2]);
}

/* Fills the path, when outlining with a rim around it. */
static void
paint_path (WorldBrush *self, const double rgb[3])
{
  set_colour (self, rgb);
  if (!self->outlining)
    {
      cairo_fill (self->cr);
      return;
    }
  cairo_fill_preserve (self->cr);
  cairo_set_line_join (self->cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (self->cr, 2 * self->line_width);
  cairo_stroke (self->cr);
}

static void
paint_stroke (WorldBrush *self, const double rgb[3], double width)
{
  set_colour (self, rgb);
  cairo_set_line_cap (self->cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (self->cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (self->cr, self->outlining ? width + 2 * self->line_width : width);
  cairo_stroke (self->cr);
}

/** world_brush_group: paints what @draw draws, with one outline around all of it. */
void
world_brush_group (WorldBrush *self, WorldDraw draw, gconstpointer figure)
{
  self->outlining = TRUE;
  draw (self, figure);
  self->outlining = FALSE;
  if (self->ident == NULL)
    draw (self, figure);
}

/** world_brush_ellipse: turned by @angle radians. */
void
world_brush_ellipse (WorldBrush *self, const double rgb[3], double x, double y, double rx, double ry, double angle)
{
  cairo_save (self->cr);
  cairo_translate (self->cr, x, y);
  cairo_rotate (self->cr, angle);
  cairo_scale (self->cr, rx, ry);
  cairo_new_path (self->cr);
  cairo_arc (self->cr, 0, 0, 1, 0, 2 * G_PI);
  cairo_close_path (self->cr);
  cairo_restore (self->cr);
  paint_path (self, rgb);
}

/** world_brush_box: with round corners. */
void
world_brush_box (WorldBrush *self, const double rgb[3], double x, double y, double width, double height,
                 double radius)
{
  cairo_t *cr = self->cr;

  cairo_new_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI / 2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI / 2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI / 2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
  paint_path (self, rgb);
}

/** world_brush_shape: a polygon. */
void
world_brush_shape (WorldBrush *self, const double rgb[3], const WorldPoint *points, guint n_points)
{
  cairo_new_path (self->cr);
  for (guint i = 0; i < n_points; i++)
    cairo_line_to (self->cr, points[i].x, points[i].y);
  cairo_close_path (self->cr);
  paint_path (self, rgb);
}

/* A closed Catmull-Rom curve through the points. */
static void
trace_blob (cairo_t *cr, const WorldPoint *points, guint n)
{
  cairo_new_path (cr);
  cairo_move_to (cr, points[0].x, points[0].y);
  for (guint i = 0; i < n; i++)
    {
      WorldPoint before = points[(i + n - 1) % n];
      WorldPoint a = points[i];
      WorldPoint b = points[(i + 1) % n];
      WorldPoint after = points[(i + 2) % n];

      cairo_curve_to (cr, a.x + (b.x - before.x) / 6, a.y + (b.y - before.y) / 6, b.x - (after.x - a.x) / 6,
                      b.y - (after.y - a.y) / 6, b.x, b.y);
    }
  cairo_close_path (cr);
}

/** world_brush_blob: a smooth closed shape through the points. */
void
world_brush_blob (WorldBrush *self, const double rgb[3], const WorldPoint *points, guint n_points)
{
  trace_blob (self->cr, points, n_points);
  paint_path (self, rgb);
}

/** world_brush_taper: from a circle to another, like a neck. */
void
world_brush_taper (WorldBrush *self, const double rgb[3], WorldPoint a, double radius_a, WorldPoint b,
                   double radius_b)
{
  double length = hypot (b.x - a.x, b.y - a.y);
  double along = atan2 (b.y - a.y, b.x - a.x);
  double open = acos (CLAMP ((radius_a - radius_b) / MAX (length, 1e-6), -1, 1));

  cairo_new_path (self->cr);
  cairo_arc (self->cr, a.x, a.y, radius_a, along + open, along - open + 2 * G_PI);
  cairo_arc (self->cr, b.x, b.y, radius_b, along - open, along + open);
  cairo_close_path (self->cr);
  paint_path (self, rgb);
}

/** world_brush_limb: with round joints and ends. */
void
world_brush_limb (WorldBrush *self, const double rgb[3], const WorldLimb *limb, double width)
{
  cairo_new_path (self->cr);
  for (guint i = 0; i < G_N_ELEMENTS (limb->joints); i++)
    cairo_line_to (self->cr, limb->joints[i].x, limb->joints[i].y);
  paint_stroke (self, rgb, width);
}

/** world_brush_curve: a Bézier curve as thick as @width. */
void
world_brush_curve (WorldBrush *self, const double rgb[3], const WorldPoint points[4], double width)
{
  cairo_new_path (self->cr);
  cairo_move_to (self->cr, points[0].x, points[0].y);
  cairo_curve_to (self->cr, points[1].x, points[1].y, points[2].x, points[2].y, points[3].x, points[3].y);
  paint_stroke (self, rgb, width);
}

void
world_brush_line (WorldBrush *self, const double rgb[3], WorldPoint a, WorldPoint b, double width)
{
  cairo_new_path (self->cr);
  cairo_move_to (self->cr, a.x, a.y);
  cairo_line_to (self->cr, b.x, b.y);
  paint_stroke (self, rgb, width);
}

/**
 * world_brush_clip_blob: what follows stays within a blob, up to world_brush_unclip ().
 *
 * Returns: FALSE where nothing should follow: an outline and a mask have no patterns
 */
gboolean
world_brush_clip_blob (WorldBrush *self, const WorldPoint *points, guint n_points)
{
  if (self->outlining || self->ident != NULL)
    return FALSE;
  cairo_save (self->cr);
  trace_blob (self->cr, points, n_points);
  cairo_clip (self->cr);
  return TRUE;
}

void
world_brush_unclip (WorldBrush *self)
{
  cairo_restore (self->cr);
}

/** world_mix: @share of @b in @a; @rgb may be one of them. */
void
world_mix (const double a[3], const double b[3], double share, double rgb[3])
{
  for (int i = 0; i < 3; i++)
    rgb[i] = a[i] + (b[i] - a[i]) * share;
}
