/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-figure.h"

/* Hanging ears, a long pale snout and a tail held high. */

static void
draw_far_legs (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;

  world_figure_legs (self, brush, TRUE, self->far, self->far, 0.072);
}

static void
draw_body (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;
  static const WorldPoint trunk[] = { { -0.32, -0.41 }, { -0.20, -0.515 }, { 0.05, -0.50 }, { 0.24, -0.55 },
                                      { 0.345, -0.44 }, { 0.27, -0.28 },   { 0.02, -0.255 }, { -0.26, -0.27 } };
  static const WorldPoint tail[4] = { { -0.27, -0.44 }, { -0.40, -0.50 }, { -0.42, -0.60 }, { -0.38, -0.72 } };

  world_brush_curve (brush, self->character->rgb, tail, 0.085);
  world_figure_torso (self, brush, trunk, G_N_ELEMENTS (trunk), FALSE);
  world_brush_taper (brush, self->character->rgb, (WorldPoint) { 0.22, -0.44 }, 0.12, (WorldPoint) { 0.32, -0.62 }, 0.10);
  world_figure_legs (self, brush, FALSE, self->character->rgb, self->character->rgb, 0.078);
}

static void
draw_tongue (WorldBrush *brush, gconstpointer data)
{
  world_brush_ellipse (brush, world_blush, 0.455, -0.525, 0.036, 0.062, 0.15);
}

static void
draw_head (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;

  world_brush_ellipse (brush, self->character->rgb, 0.335, -0.685, 0.165, 0.16, 0);
  world_brush_taper (brush, self->pale, (WorldPoint) { 0.43, -0.63 }, 0.09, (WorldPoint) { 0.53, -0.625 }, 0.072);
}

static void
draw_ear (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;

  world_brush_ellipse (brush, self->deep, 0.225, -0.655, 0.068, 0.145, 0.22);
}

static void
draw_face (const WorldFigure *self, WorldBrush *brush)
{
  static const WorldPoint mouth[4] = { { 0.40, -0.585 }, { 0.45, -0.555 }, { 0.50, -0.56 }, { 0.54, -0.585 } };

  world_brush_curve (brush, brush->line, mouth, 0.018);
  world_brush_ellipse (brush, world_ink, 0.575, -0.665, 0.046, 0.038, 0);
  world_figure_eye (self, brush, 0.375, -0.735, 0.046);
}

void
world_dog_draw (const WorldFigure *self, WorldBrush *brush, WorldLayer layer)
{
  if (layer == WORLD_BEHIND)
    {
      world_brush_group (brush, draw_far_legs, self);
      return;
    }
  world_brush_group (brush, draw_body, self);
  world_figure_scarf (self, brush, (WorldPoint) { 0.19, -0.57 }, (WorldPoint) { 0.36, -0.49 }, 0.095);
  if (self->pose->running)
    world_brush_group (brush, draw_tongue, self);
  world_brush_group (brush, draw_head, self);
  draw_face (self, brush);
  world_brush_group (brush, draw_ear, self);
  world_figure_hat (self, brush, 0.315, -0.82, 0.30, -0.06);
}
