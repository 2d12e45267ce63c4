/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-figure.h"

/* What all kinds share: shades, legs, patterned torsos, eyes, hats and scarves. */

const double world_ink[3] = { 0.10, 0.09, 0.13 };
const double world_milk[3] = { 1, 0.99, 0.97 };
const double world_blush[3] = { 0.98, 0.55, 0.60 };

#define LINE_WIDTH 0.024

static double
lightness (const double rgb[3])
{
  return 0.3 * rgb[0] + 0.59 * rgb[1] + 0.11 * rgb[2];
}

static void
choose_shades (WorldFigure *self)
{
  const double *body = self->character->rgb;
  static const double shadow[3] = { 0.10, 0.06, 0.22 };
  gboolean dark = lightness (body) < 0.3;

  world_mix (body, shadow, 0.38, self->far);
  world_mix (body, shadow, 0.52, self->deep);
  world_mix (body, world_milk, dark ? 0.45 : 0.62, self->pale);
  if (dark)
    world_mix (body, world_milk, 0.48, self->print);
  else
    world_mix (body, shadow, 0.58, self->print);
}

/** world_figure_init: borrows both arguments. */
void
world_figure_init (WorldFigure *self, const WorldCharacter *character, const WorldPose *pose)
{
  *self = (WorldFigure) { .character = character, .pose = pose, .build = &world_builds[character->kind] };
  choose_shades (self);
}

/** world_figure_draw: paints one layer of it; @brush is in parts of the frame's side. */
void
world_figure_draw (const WorldFigure *self, WorldBrush *brush, WorldLayer layer)
{
  static void (*const draws[WORLD_N_KINDS]) (const WorldFigure *, WorldBrush *, WorldLayer) = {
    [WORLD_PERSON] = world_person_draw, [WORLD_DOG] = world_dog_draw,     [WORLD_CAT] = world_cat_draw,
    [WORLD_HORSE] = world_horse_draw,   [WORLD_ROBOT] = world_robot_draw, [WORLD_BEAR] = world_bear_draw,
  };
  const WorldPose *pose = self->pose;
  static const double night[3] = { 0.09, 0.05, 0.16 };

  if (self->character->hidden)
    return;
  world_mix (self->character->rgb, night, 0.80, brush->line);
  brush->line_width = LINE_WIDTH;
  cairo_save (brush->cr);
  cairo_translate (brush->cr, pose->origin.x, pose->origin.y);
  cairo_scale (brush->cr, pose->direction * pose->unit, pose->unit);
  cairo_translate (brush->cr, pose->pivot.x, pose->pivot.y);
  cairo_rotate (brush->cr, pose->pitch);
  cairo_translate (brush->cr, -pose->pivot.x, -pose->pivot.y);
  draws[self->character->kind](self, brush, layer);
  cairo_restore (brush->cr);
}

/** world_figure_legs: those of one side, with feet that point forward. */
void
world_figure_legs (const WorldFigure *self, WorldBrush *brush, gboolean far, const double shade[3],
                   const double foot[3], double foot_size)
{
  for (guint i = far ? 1 : 0; i < self->build->n_legs; i += 2)
    {
      const WorldLimb *leg = &self->pose->legs[i];
      WorldPoint sole = leg->joints[2];

      world_brush_limb (brush, shade, leg, self->build->leg_width);
      world_brush_ellipse (brush, foot, sole.x + foot_size * 0.35, sole.y + self->build->leg_width * 0.5 - foot_size * 0.55,
                           foot_size, foot_size * 0.62, 0);
    }
}

static void
print_stripes (const WorldFigure *self, WorldBrush *brush, const double box[4], gboolean upright)
{
  for (int i = 0; i < 3; i++)
    {
      double at = (i + 0.75) / 3.5;

      if (upright)
        world_brush_box (brush, self->print, box[0], box[1] + at * box[3], box[2], box[3] * 0.12, 0);
      else
        world_brush_box (brush, self->print, box[0] + at * box[2], box[1], box[2] * 0.10, box[3], 0);
    }
}

static void
print_spots (const WorldFigure *self, WorldBrush *brush, const double box[4])
{
  static const WorldPoint places[] = { { 0.20, 0.34 }, { 0.48, 0.20 }, { 0.40, 0.70 }, { 0.72, 0.48 }, { 0.82, 0.12 },
                                       { 0.10, 0.80 } };
  double radius = CLAMP (0.11 * (box[2] + box[3]) / 2, 0.04, 0.06);

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    world_brush_ellipse (brush, self->print, box[0] + places[i].x * box[2], box[1] + places[i].y * box[3], radius,
                         radius, 0);
}

/** world_figure_torso: a blob in the body's colour, with its pattern. */
void
world_figure_torso (const WorldFigure *self, WorldBrush *brush, const WorldPoint *points, guint n_points,
                    gboolean upright)
{
  double low[2] = { points[0].x, points[0].y };
  double high[2] = { points[0].x, points[0].y };
  double box[4];

  world_brush_blob (brush, self->character->rgb, points, n_points);
  if (self->character->pattern == WORLD_PLAIN || !world_brush_clip_blob (brush, points, n_points))
    return;
  for (guint i = 1; i < n_points; i++)
    {
      low[0] = MIN (low[0], points[i].x);
      low[1] = MIN (low[1], points[i].y);
      high[0] = MAX (high[0], points[i].x);
      high[1] = MAX (high[1], points[i].y);
    }
  box[0] = low[0];
  box[1] = low[1];
  box[2] = high[0] - low[0];
  box[3] = high[1] - low[1];
  if (self->character->pattern == WORLD_STRIPES)
    print_stripes (self, brush, box, upright);
  else
    print_spots (self, brush, box);
  world_brush_unclip (brush);
}

/** world_figure_eye: white, with a pupil that looks ahead and a glint. */
void
world_figure_eye (const WorldFigure *self, WorldBrush *brush, double x, double y, double radius)
{
  world_brush_ellipse (brush, brush->line, x, y, radius * 1.22, radius * 1.32, 0);
  world_brush_ellipse (brush, world_milk, x, y, radius, radius * 1.1, 0);
  world_brush_ellipse (brush, world_ink, x + radius * 0.3, y + radius * 0.08, radius * 0.62, radius * 0.74, 0);
  world_brush_ellipse (brush, world_milk, x + radius * 0.48, y - radius * 0.26, radius * 0.22, radius * 0.22, 0);
}

typedef struct
{
  const double *rgb;
  double width;
  WorldPoint a;
  WorldPoint b;
} Wear;

static void
draw_hat (WorldBrush *brush, gconstpointer data)
{
  const Wear *wear = data;
  double w = wear->width;
  double band[3];

  world_mix (wear->rgb, world_ink, 0.55, band);
  world_brush_box (brush, wear->rgb, -w * 0.30, -w * 0.56, w * 0.60, w * 0.56, w * 0.12);
  world_brush_box (brush, band, -w * 0.30, -w * 0.24, w * 0.60, w * 0.13, 0);
  world_brush_box (brush, wear->rgb, -w * 0.5, -w * 0.13, w, w * 0.15, w * 0.07);
}

/** world_figure_hat: on top of a head at (@x, @y), when the character wears one. */
void
world_figure_hat (const WorldFigure *self, WorldBrush *brush, double x, double y, double width, double angle)
{
  Wear wear = { .rgb = self->character->accent_rgb, .width = width };

  if (self->character->accent != WORLD_HAT)
    return;
  cairo_save (brush->cr);
  cairo_translate (brush->cr, x, y);
  cairo_rotate (brush->cr, angle);
  world_brush_group (brush, draw_hat, &wear);
  cairo_restore (brush->cr);
}

static void
draw_scarf (WorldBrush *brush, gconstpointer data)
{
  const Wear *wear = data;
  WorldPoint tail[4] = { wear->a,
                         { wear->a.x - 0.08, wear->a.y + 0.02 },
                         { wear->a.x - 0.10, wear->a.y + 0.10 },
                         { wear->a.x - 0.20, wear->a.y + 0.11 } };
  double fold[3];

  world_mix (wear->rgb, world_ink, 0.25, fold);
  world_brush_curve (brush, fold, tail, wear->width * 0.8);
  world_brush_line (brush, wear->rgb, wear->a, wear->b, wear->width);
}

/** world_figure_scarf: around the neck from nape @a to throat @b, its end blown back. */
void
world_figure_scarf (const WorldFigure *self, WorldBrush *brush, WorldPoint a, WorldPoint b, double width)
{
  Wear wear = { .rgb = self->character->accent_rgb, .width = width, .a = a, .b = b };

  if (self->character->accent == WORLD_SCARF)
    world_brush_group (brush, draw_scarf, &wear);
}
