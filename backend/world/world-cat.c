/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-figure.h"

/* Pointed ears, whiskers, both eyes towards us and a long tail in an S. */

static const double iris[3] = { 0.80, 0.93, 0.36 };

static void
draw_far_legs (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;

  world_figure_legs (self, brush, TRUE, self->far, self->far, 0.055);
}

static void
draw_body (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;
  static const WorldPoint trunk[] = { { -0.30, -0.35 }, { -0.20, -0.435 }, { 0.00, -0.42 }, { 0.20, -0.445 },
                                      { 0.28, -0.35 },  { 0.20, -0.245 },  { -0.02, -0.225 }, { -0.24, -0.24 } };
  static const WorldPoint tail[4] = { { -0.26, -0.36 }, { -0.58, -0.30 }, { -0.28, -0.66 }, { -0.48, -0.80 } };

  world_brush_curve (brush, self->character->rgb, tail, 0.062);
  world_figure_torso (self, brush, trunk, G_N_ELEMENTS (trunk), FALSE);
  world_figure_legs (self, brush, FALSE, self->character->rgb, self->character->rgb, 0.058);
}

static void
draw_head (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;
  static const WorldPoint ears[2][3] = { { { 0.135, -0.60 }, { 0.14, -0.80 }, { 0.29, -0.69 } },
                                         { { 0.35, -0.69 }, { 0.50, -0.80 }, { 0.505, -0.60 } } };
  static const WorldPoint insides[2][3] = { { { 0.175, -0.64 }, { 0.168, -0.745 }, { 0.255, -0.675 } },
                                            { { 0.385, -0.675 }, { 0.472, -0.745 }, { 0.465, -0.64 } } };

  for (guint i = 0; i < 2; i++)
    world_brush_shape (brush, self->character->rgb, ears[i], 3);
  world_brush_ellipse (brush, self->character->rgb, 0.32, -0.55, 0.205, 0.165, 0);
  for (guint i = 0; i < 2 && !brush->outlining; i++)
    world_brush_shape (brush, world_blush, insides[i], 3);
}

static void
draw_eye (WorldBrush *brush, double x, double y)
{
  world_brush_ellipse (brush, brush->line, x, y, 0.056, 0.062, 0);
  world_brush_ellipse (brush, iris, x, y, 0.045, 0.051, 0);
  world_brush_ellipse (brush, world_ink, x + 0.008, y, 0.021, 0.044, 0);
  world_brush_ellipse (brush, world_milk, x + 0.018, y - 0.020, 0.012, 0.013, 0);
}

static void
draw_whiskers (WorldBrush *brush)
{
  static const WorldPoint ends[][2] = { { { 0.24, -0.485 }, { 0.07, -0.505 } }, { { 0.24, -0.465 }, { 0.09, -0.435 } },
                                        { { 0.44, -0.485 }, { 0.61, -0.505 } }, { { 0.44, -0.465 }, { 0.59, -0.435 } } };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    world_brush_line (brush, brush->line, ends[i][0], ends[i][1], 0.013);
}

static void
draw_face (const WorldFigure *self, WorldBrush *brush)
{
  static const WorldPoint nose[3] = { { 0.31, -0.515 }, { 0.37, -0.515 }, { 0.34, -0.480 } };
  static const WorldPoint mouth[4] = { { 0.285, -0.455 }, { 0.32, -0.425 }, { 0.36, -0.425 }, { 0.395, -0.455 } };

  world_brush_ellipse (brush, self->pale, 0.34, -0.465, 0.10, 0.065, 0);
  draw_whiskers (brush);
  draw_eye (brush, 0.245, -0.575);
  draw_eye (brush, 0.415, -0.575);
  world_brush_shape (brush, world_blush, nose, 3);
  world_brush_curve (brush, brush->line, mouth, 0.016);
}

void
world_cat_draw (const WorldFigure *self, WorldBrush *brush, WorldLayer layer)
{
  if (layer == WORLD_BEHIND)
    {
      world_brush_group (brush, draw_far_legs, self);
      return;
    }
  world_brush_group (brush, draw_body, self);
  world_figure_scarf (self, brush, (WorldPoint) { 0.14, -0.44 }, (WorldPoint) { 0.31, -0.36 }, 0.085);
  world_brush_group (brush, draw_head, self);
  draw_face (self, brush);
  world_figure_hat (self, brush, 0.32, -0.69, 0.30, 0);
}
