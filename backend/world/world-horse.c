/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-figure.h"

/* Long legs, a long neck, and a mane and a tail that stand out from the body. */

static const double hoof[3] = { 0.24, 0.20, 0.22 };

/* Cream on a dark body, a deep shade of its own on a light one. */
static void
choose_mane (const WorldFigure *self, double rgb[3])
{
  static const double cream[3] = { 0.98, 0.90, 0.72 };
  static const double night[3] = { 0.13, 0.08, 0.17 };
  const double *body = self->character->rgb;

  world_mix (body, 0.3 * body[0] + 0.59 * body[1] + 0.11 * body[2] < 0.45 ? cream : night, 0.80, rgb);
}

static void
draw_far_legs (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;

  world_figure_legs (self, brush, TRUE, self->far, hoof, 0.056);
}

static void
draw_tail (WorldBrush *brush, gconstpointer data)
{
  static const WorldPoint tail[] = { { -0.28, -0.74 }, { -0.40, -0.76 }, { -0.50, -0.62 }, { -0.53, -0.34 },
                                     { -0.45, -0.42 }, { -0.40, -0.55 }, { -0.30, -0.62 } };
  double mane[3];

  choose_mane (data, mane);
  world_brush_blob (brush, mane, tail, G_N_ELEMENTS (tail));
}

static void
draw_body (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;
  const double *body = self->character->rgb;
  static const WorldPoint trunk[] = { { -0.34, -0.66 }, { -0.26, -0.785 }, { -0.04, -0.755 }, { 0.18, -0.79 },
                                      { 0.33, -0.68 },  { 0.26, -0.53 },   { 0.00, -0.485 },  { -0.26, -0.51 } };

  world_figure_torso (self, brush, trunk, G_N_ELEMENTS (trunk), FALSE);
  world_brush_taper (brush, body, (WorldPoint) { 0.19, -0.67 }, 0.135, (WorldPoint) { 0.39, -1.02 }, 0.095);
  world_figure_legs (self, brush, FALSE, body, hoof, 0.060);
}

static void
draw_ear (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;
  static const WorldPoint ear[] = { { 0.34, -1.10 }, { 0.36, -1.25 }, { 0.44, -1.13 } };

  world_brush_shape (brush, self->character->rgb, ear, G_N_ELEMENTS (ear));
}

static void
draw_head (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;

  world_brush_taper (brush, self->character->rgb, (WorldPoint) { 0.41, -1.045 }, 0.11, (WorldPoint) { 0.60, -0.90 },
                     0.082);
  world_brush_ellipse (brush, self->pale, 0.615, -0.885, 0.078, 0.074, 0.65);
}

static void
draw_mane (WorldBrush *brush, gconstpointer data)
{
  static const WorldPoint crest[] = { { 0.46, -1.15 }, { 0.40, -1.185 }, { 0.28, -1.14 }, { 0.17, -0.98 },
                                      { 0.06, -0.76 }, { 0.15, -0.75 },  { 0.25, -0.90 }, { 0.32, -1.05 },
                                      { 0.40, -1.08 } };
  double mane[3];

  choose_mane (data, mane);
  world_brush_blob (brush, mane, crest, G_N_ELEMENTS (crest));
}

static void
draw_face (const WorldFigure *self, WorldBrush *brush)
{
  static const WorldPoint mouth[4] = { { 0.575, -0.835 }, { 0.60, -0.845 }, { 0.625, -0.845 }, { 0.65, -0.855 } };

  world_brush_ellipse (brush, brush->line, 0.645, -0.915, 0.018, 0.022, 0.65);
  world_brush_curve (brush, brush->line, mouth, 0.015);
  world_figure_eye (self, brush, 0.465, -1.04, 0.044);
}

void
world_horse_draw (const WorldFigure *self, WorldBrush *brush, WorldLayer layer)
{
  if (layer == WORLD_BEHIND)
    {
      world_brush_group (brush, draw_far_legs, self);
      return;
    }
  world_brush_group (brush, draw_tail, self);
  world_brush_group (brush, draw_body, self);
  world_figure_scarf (self, brush, (WorldPoint) { 0.16, -0.87 }, (WorldPoint) { 0.40, -0.79 }, 0.095);
  world_brush_group (brush, draw_ear, self);
  world_brush_group (brush, draw_head, self);
  world_brush_group (brush, draw_mane, self);
  draw_face (self, brush);
  world_figure_hat (self, brush, 0.40, -1.14, 0.30, 0.25);
}
