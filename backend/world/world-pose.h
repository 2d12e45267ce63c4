/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/world-scene.h"

G_BEGIN_DECLS

/** WorldPoint: a place; x to the right (of a figure: forward), y downwards. */
typedef struct
{
  double x;
  double y;
} WorldPoint;

/** WorldLimb: hip, knee and foot, or shoulder, elbow and hand. */
typedef struct
{
  WorldPoint joints[3];
} WorldLimb;

#define WORLD_MAX_LEGS 4
/* The order of a pose's legs; who walks upright has only the fore ones. */
#define WORLD_NEAR_FORE 0
#define WORLD_FAR_FORE 1
#define WORLD_NEAR_HIND 2
#define WORLD_FAR_HIND 3

/**
 * WorldBuild: the measures of a kind in its own units: feet at y = 0, about one unit tall.
 * @n_legs: 2 or 4
 * @hips: of the fore and the hind legs
 * @leg: their length; @leg_width: their thickness; @stride: how far they swing at a run, radians
 * @shoulder: of the arms; @arm: their length; 0 for who has none
 * @neck: where a leash or a scarf is tied
 * @seat: where one sits on it
 * @belly: what sits when it rides itself
 */
typedef struct
{
  guint n_legs;
  WorldPoint hips[2];
  double leg;
  double leg_width;
  double stride;
  WorldPoint shoulder;
  double arm;
  WorldPoint neck;
  WorldPoint seat;
  WorldPoint belly;
} WorldBuild;

/**
 * WorldPose: where a character is at a moment and how it holds itself.
 * @origin: its own (0, 0), in parts of the frame's side
 * @unit: its unit in parts of the frame's side
 * @direction: 1 when it faces right, -1 left
 * @pitch: how far it leans forward, radians, about @pivot
 * @phase: of the near fore leg, radians
 * @amplitude: of the swing of its legs, radians
 * @shadow: where the ground is below it; @shadow_size: 1 on the ground, less above it; 0 for none
 * @legs, @arms: in its own units; arms are near and far
 * @running, @astride: what else is to be seen of it
 */
typedef struct
{
  WorldPoint origin;
  double unit;
  int direction;
  double pitch;
  WorldPoint pivot;
  double phase;
  double amplitude;
  double shadow;
  double shadow_size;
  WorldLimb legs[WORLD_MAX_LEGS];
  WorldLimb arms[2];
  gboolean running;
  gboolean astride;
} WorldPose;

extern const WorldBuild world_builds[WORLD_N_KINDS];

void world_pose_all (const WorldScene *scene, double tau, WorldPose poses[WORLD_MAX_CHARACTERS]);
WorldPoint world_pose_to_frame (const WorldPose *pose, WorldPoint own);

G_END_DECLS
