/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-figure.h"

/* A child with a big head, a shirt in the colour of the word and darker trousers. */

static const double skins[3][3] = { { 1.00, 0.83, 0.70 }, { 0.87, 0.63, 0.45 }, { 0.56, 0.37, 0.26 } };
static const double hairs[3][3] = { { 0.22, 0.14, 0.11 }, { 0.50, 0.28, 0.13 }, { 0.95, 0.76, 0.36 } };
static const double shoe[3] = { 0.22, 0.19, 0.26 };

#define ARM_WIDTH 0.095

static const double *
get_skin (const WorldFigure *self)
{
  return skins[self->character->skin % G_N_ELEMENTS (skins)];
}

static void
draw_far_leg (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;
  double trousers[3];

  world_mix (self->deep, world_ink, 0.45, trousers);
  world_figure_legs (self, brush, TRUE, trousers, shoe, 0.085);
}

static void
draw_arm (const WorldFigure *self, WorldBrush *brush, gboolean far)
{
  const WorldLimb *arm = &self->pose->arms[far];
  const double *skin = get_skin (self);
  double shade[3];

  world_mix (skin, world_ink, far ? 0.22 : 0, shade);
  world_brush_ellipse (brush, shade, arm->joints[2].x, arm->joints[2].y, 0.058, 0.058, 0);
  world_brush_limb (brush, far ? self->far : self->character->rgb, arm, ARM_WIDTH);
  world_brush_ellipse (brush, shade, arm->joints[2].x, arm->joints[2].y, 0.056, 0.056, 0);
}

static void
draw_far_arm (WorldBrush *brush, gconstpointer data)
{
  draw_arm (data, brush, TRUE);
}

static void
draw_near_arm (WorldBrush *brush, gconstpointer data)
{
  draw_arm (data, brush, FALSE);
}

static void
draw_body (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;
  static const WorldPoint shirt[] = { { -0.10, -0.735 }, { 0.02, -0.755 }, { 0.12, -0.70 }, { 0.165, -0.52 },
                                      { 0.16, -0.385 },  { 0, -0.365 },    { -0.16, -0.385 }, { -0.165, -0.52 } };

  world_figure_legs (self, brush, FALSE, self->deep, shoe, 0.09);
  world_figure_torso (self, brush, shirt, G_N_ELEMENTS (shirt), TRUE);
}

static void
draw_head (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;
  const double *hair = hairs[self->character->hair % G_N_ELEMENTS (hairs)];
  const double *skin = get_skin (self);
  static const WorldPoint mop[] = { { 0.20, -1.02 },  { 0.17, -1.12 },  { 0.03, -1.18 },   { -0.13, -1.12 },
                                    { -0.20, -0.97 }, { -0.19, -0.83 }, { -0.10, -0.80 },  { -0.06, -0.90 },
                                    { 0.00, -1.00 },  { 0.12, -1.01 } };

  world_brush_ellipse (brush, skin, 0.03, -0.925, 0.19, 0.185, 0);
  world_brush_ellipse (brush, skin, 0.215, -0.895, 0.030, 0.026, 0);
  world_brush_blob (brush, hair, mop, G_N_ELEMENTS (mop));
  world_brush_ellipse (brush, skin, -0.045, -0.895, 0.036, 0.046, 0);
}

static void
draw_face (const WorldFigure *self, WorldBrush *brush)
{
  static const WorldPoint smile[4] = { { 0.095, -0.825 }, { 0.12, -0.80 }, { 0.15, -0.80 }, { 0.175, -0.83 } };
  double blush[3];

  world_mix (get_skin (self), world_blush, 0.6, blush);
  world_brush_ellipse (brush, blush, 0.055, -0.845, 0.038, 0.026, 0);
  world_brush_ellipse (brush, world_ink, 0.115, -0.92, 0.028, 0.046, 0);
  world_brush_ellipse (brush, world_milk, 0.124, -0.937, 0.010, 0.014, 0);
  world_brush_curve (brush, brush->line, smile, 0.018);
}

void
world_person_draw (const WorldFigure *self, WorldBrush *brush, WorldLayer layer)
{
  if (layer == WORLD_BEHIND)
    {
      world_brush_group (brush, draw_far_leg, self);
      return;
    }
  world_brush_group (brush, draw_far_arm, self);
  world_brush_group (brush, draw_body, self);
  world_brush_group (brush, draw_head, self);
  draw_face (self, brush);
  world_figure_scarf (self, brush, (WorldPoint) { -0.08, -0.735 }, (WorldPoint) { 0.10, -0.725 }, 0.085);
  world_brush_group (brush, draw_near_arm, self);
  world_figure_hat (self, brush, 0.01, -1.075, 0.46, -0.08);
}
