/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-figure.h"

/* A box with a screen for a face, two bright eyes on it and an antenna with a yellow ball. */

static const double steel[3] = { 0.66, 0.69, 0.76 };
static const double iron[3] = { 0.42, 0.44, 0.52 };
static const double screen[3] = { 0.09, 0.13, 0.22 };
static const double glow[3] = { 0.45, 0.95, 1.00 };
static const double ball[3] = { 1.00, 0.82, 0.20 };

#define ARM_WIDTH 0.085

static void
draw_foot (WorldBrush *brush, const WorldFigure *self, guint leg, const double shade[3])
{
  WorldPoint sole = self->pose->legs[leg].joints[2];

  world_brush_box (brush, shade, sole.x - 0.075, sole.y - 0.035, 0.19, 0.09, 0.035);
}

static void
draw_far_leg (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;

  world_brush_limb (brush, iron, &self->pose->legs[WORLD_FAR_FORE], self->build->leg_width);
  draw_foot (brush, self, WORLD_FAR_FORE, self->deep);
}

static void
draw_arm (const WorldFigure *self, WorldBrush *brush, gboolean far)
{
  const WorldLimb *arm = &self->pose->arms[far];
  WorldPoint hand = arm->joints[2];

  world_brush_limb (brush, far ? iron : steel, arm, ARM_WIDTH);
  world_brush_ellipse (brush, far ? self->deep : self->character->rgb, hand.x, hand.y, 0.07, 0.07, 0);
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
draw_legs (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;

  world_brush_limb (brush, steel, &self->pose->legs[WORLD_NEAR_FORE], self->build->leg_width);
  draw_foot (brush, self, WORLD_NEAR_FORE, self->far);
}

static void
draw_torso (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;
  /* Doubled corners keep the blob square. */
  static const WorldPoint chest[] = { { -0.20, -0.705 }, { -0.17, -0.725 }, { 0.17, -0.725 }, { 0.20, -0.705 },
                                      { 0.20, -0.345 },  { 0.17, -0.325 },  { -0.17, -0.325 }, { -0.20, -0.345 } };

  world_figure_torso (self, brush, chest, G_N_ELEMENTS (chest), TRUE);
}

static void
draw_antenna (WorldBrush *brush, gconstpointer data)
{
  world_brush_line (brush, iron, (WorldPoint) { 0, -1.04 }, (WorldPoint) { 0, -1.15 }, 0.028);
  world_brush_ellipse (brush, ball, 0, -1.19, 0.055, 0.055, 0);
}

static void
draw_head (WorldBrush *brush, gconstpointer data)
{
  const WorldFigure *self = data;

  world_brush_box (brush, steel, -0.08, -0.79, 0.16, 0.08, 0.02);
  world_brush_ellipse (brush, steel, -0.215, -0.90, 0.045, 0.065, 0);
  world_brush_box (brush, self->character->rgb, -0.215, -1.06, 0.43, 0.31, 0.075);
}

static void
draw_face (WorldBrush *brush)
{
  static const WorldPoint smile[4] = { { 0.02, -0.835 }, { 0.05, -0.81 }, { 0.09, -0.81 }, { 0.12, -0.835 } };

  world_brush_box (brush, screen, -0.115, -1.005, 0.305, 0.21, 0.06);
  world_brush_ellipse (brush, glow, -0.005, -0.92, 0.042, 0.052, 0);
  world_brush_ellipse (brush, glow, 0.125, -0.92, 0.042, 0.052, 0);
  world_brush_curve (brush, glow, smile, 0.018);
}

void
world_robot_draw (const WorldFigure *self, WorldBrush *brush, WorldLayer layer)
{
  if (layer == WORLD_BEHIND)
    {
      world_brush_group (brush, draw_far_leg, self);
      return;
    }
  world_brush_group (brush, draw_far_arm, self);
  world_brush_group (brush, draw_legs, self);
  world_brush_group (brush, draw_torso, self);
  if (self->character->accent != WORLD_HAT)
    world_brush_group (brush, draw_antenna, self);
  world_brush_group (brush, draw_head, self);
  draw_face (brush);
  world_figure_scarf (self, brush, (WorldPoint) { -0.13, -0.735 }, (WorldPoint) { 0.14, -0.735 }, 0.085);
  world_brush_group (brush, draw_near_arm, self);
  world_figure_hat (self, brush, 0, -1.045, 0.46, 0);
}
