/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/world-pose.h"

#include <cairo.h>

G_BEGIN_DECLS

/**
 * WorldBrush: paints shapes, one by one or as a group with one common outline.
 * @line: the outline's colour; @line_width: its width in the units of @cr
 * @ident: (nullable): for masks: what everything is painted with instead
 */
typedef struct
{
  cairo_t *cr;
  double line[3];
  double line_width;
  const double *ident;
  gboolean outlining;
} WorldBrush;

/** WorldDraw: the shapes of a group; it is called twice, for the outline and for what lies within. */
typedef void (*WorldDraw) (WorldBrush *brush, gconstpointer figure);

void world_brush_group (WorldBrush *self, WorldDraw draw, gconstpointer figure);
void world_brush_ellipse (WorldBrush *self, const double rgb[3], double x, double y, double rx, double ry, double angle);
void world_brush_box (WorldBrush *self, const double rgb[3], double x, double y, double width, double height,
                      double radius);
void world_brush_shape (WorldBrush *self, const double rgb[3], const WorldPoint *points, guint n_points);
void world_brush_blob (WorldBrush *self, const double rgb[3], const WorldPoint *points, guint n_points);
void world_brush_taper (WorldBrush *self, const double rgb[3], WorldPoint a, double radius_a, WorldPoint b,
                        double radius_b);
void world_brush_limb (WorldBrush *self, const double rgb[3], const WorldLimb *limb, double width);
void world_brush_curve (WorldBrush *self, const double rgb[3], const WorldPoint points[4], double width);
void world_brush_line (WorldBrush *self, const double rgb[3], WorldPoint a, WorldPoint b, double width);

gboolean world_brush_clip_blob (WorldBrush *self, const WorldPoint *points, guint n_points);
void world_brush_unclip (WorldBrush *self);

void world_mix (const double a[3], const double b[3], double share, double rgb[3]);

G_END_DECLS
