/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-figure.h"

/* All round: a big body on short thick legs, round ears and a pale muzzle. */

static void
draw_far_legs (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;

  world_figure_legs (self, brush, TRUE, self->far, self->far, 0.10);
}

static void
draw_body (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;
  const double *body = self->character->rgb;
  static const WorldPoint trunk[] = { { -0.38, -0.44 }, { -0.27, -0.64 }, { -0.04, -0.70 }, { 0.18, -0.73 },
                                      { 0.37, -0.58 },  { 0.34, -0.32 },  { 0.06, -0.20 },  { -0.26, -0.23 } };

  world_brush_ellipse (brush, body, -0.385, -0.52, 0.065, 0.065, 0);
  world_figure_torso (self, brush, trunk, G_N_ELEMENTS (trunk), FALSE);
  world_figure_legs (self, brush, FALSE, body, body, 0.105);
}

static void
draw_head (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;
  const double *body = self->character->rgb;

  for (guint i = 0; i < 2; i++)
    {
      double x = i == 0 ? 0.225 : 0.465;

      world_brush_ellipse (brush, body, x, -0.875, 0.085, 0.085, 0);
      if (!brush->outlining)
        world_brush_ellipse (brush, self->pale, x, -0.875, 0.046, 0.046, 0);
    }
  world_brush_ellipse (brush, body, 0.35, -0.70, 0.215, 0.20, 0);
}

static void
draw_muzzle (const WorldFigure *self, WorldBrush *brush)
{
  static const WorldPoint mouth[4] = { { 0.43, -0.60 }, { 0.47, -0.565 }, { 0.51, -0.565 }, { 0.545, -0.595 } };

  world_brush_ellipse (brush, self->pale, 0.475, -0.635, 0.110, 0.092, 0);
  world_brush_ellipse (brush, world_ink, 0.515, -0.685, 0.054, 0.040, 0);
  world_brush_curve (brush, brush->line, mouth, 0.020);
  world_figure_eye (self, brush, 0.325, -0.755, 0.044);
  world_figure_eye (self, brush, 0.475, -0.775, 0.040);
}

void
world_bear_draw (const WorldFigure *self, WorldBrush *brush, WorldLayer layer)
{
  if (layer == WORLD_BEHIND)
    {
      world_brush_group (brush, draw_far_legs, self);
      return;
    }
  world_brush_group (brush, draw_body, self);
  world_figure_scarf (self, brush, (WorldPoint) { 0.15, -0.64 }, (WorldPoint) { 0.36, -0.48 }, 0.11);
  world_brush_group (brush, draw_head, self);
  draw_muzzle (self, brush);
  world_figure_hat (self, brush, 0.34, -0.87, 0.38, -0.05);
}
