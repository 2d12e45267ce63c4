/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/world-brush.h"

G_BEGIN_DECLS

/**
 * WorldFigure: a character at a moment, and the shades that it is painted with.
 * @far: of the limbs on the far side; @pale: of muzzles and bellies; @deep: of ears and hair
 * @print: of the pattern
 */
typedef struct
{
  const WorldCharacter *character;
  const WorldPose *pose;
  const WorldBuild *build;
  double far[3];
  double pale[3];
  double deep[3];
  double print[3];
} WorldFigure;

/** WorldLayer: a rider's far leg hangs behind its mount, the rest of it is in front. */
typedef enum
{
  WORLD_BEHIND,
  WORLD_IN_FRONT
} WorldLayer;

void world_figure_init (WorldFigure *self, const WorldCharacter *character, const WorldPose *pose);
void world_figure_draw (const WorldFigure *self, WorldBrush *brush, WorldLayer layer);

/* What the files of the kinds share. */
void world_figure_legs (const WorldFigure *self, WorldBrush *brush, gboolean far, const double shade[3],
                        const double foot[3], double foot_size);
void world_figure_torso (const WorldFigure *self, WorldBrush *brush, const WorldPoint *points, guint n_points,
                         gboolean upright);
void world_figure_eye (const WorldFigure *self, WorldBrush *brush, double x, double y, double radius);
void world_figure_hat (const WorldFigure *self, WorldBrush *brush, double x, double y, double width, double angle);
void world_figure_scarf (const WorldFigure *self, WorldBrush *brush, WorldPoint a, WorldPoint b, double width);

/* One pair of functions for every kind, each in a file of its own. */
void world_person_draw (const WorldFigure *self, WorldBrush *brush, WorldLayer layer);
void world_dog_draw (const WorldFigure *self, WorldBrush *brush, WorldLayer layer);
void world_cat_draw (const WorldFigure *self, WorldBrush *brush, WorldLayer layer);
void world_horse_draw (const WorldFigure *self, WorldBrush *brush, WorldLayer layer);
void world_robot_draw (const WorldFigure *self, WorldBrush *brush, WorldLayer layer);
void world_bear_draw (const WorldFigure *self, WorldBrush *brush, WorldLayer layer);

extern const double world_ink[3];
extern const double world_milk[3];
extern const double world_blush[3];

G_END_DECLS
