/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-pose.h"

#include "world/world-words.h"

#include <math.h>

/*
 * Motion as formulas of the moment tau alone. A leg has two halves: the thigh swings with
 * amp·sin(ph), the shank lags behind by amp·max(0, cos ph), so that the foot is lifted on its way
 * forward; the lowest foot then decides how high the body is, which gives every gait its own bob.
 */

#define TURN (2 * G_PI)

/* On fours, longer strides would fold up under the belly. */
const WorldBuild world_builds[WORLD_N_KINDS] = {
  [WORLD_PERSON] = { .n_legs = 2, .hips = { { 0, -0.40 } }, .leg = 0.36, .leg_width = 0.125, .stride = 0.95,
                     .shoulder = { 0, -0.655 }, .arm = 0.29, .neck = { 0, -0.70 }, .seat = { 0, -0.40 },
                     .belly = { 0, -0.36 } },
  [WORLD_ROBOT] = { .n_legs = 2, .hips = { { 0, -0.35 } }, .leg = 0.31, .leg_width = 0.105, .stride = 0.95,
                    .shoulder = { 0, -0.63 }, .arm = 0.30, .neck = { 0, -0.72 }, .seat = { 0, -0.35 },
                    .belly = { 0, -0.33 } },
  [WORLD_DOG] = { .n_legs = 4, .hips = { { 0.19, -0.31 }, { -0.22, -0.31 } }, .leg = 0.27, .leg_width = 0.10,
                  .stride = 0.70, .neck = { 0.26, -0.50 }, .seat = { -0.08, -0.50 }, .belly = { 0.05, -0.27 } },
  [WORLD_CAT] = { .n_legs = 4, .hips = { { 0.17, -0.29 }, { -0.22, -0.29 } }, .leg = 0.25, .leg_width = 0.075,
                  .stride = 0.70, .neck = { 0.21, -0.42 }, .seat = { -0.06, -0.42 }, .belly = { 0.05, -0.24 } },
  [WORLD_HORSE] = { .n_legs = 4, .hips = { { 0.20, -0.54 }, { -0.24, -0.54 } }, .leg = 0.49, .leg_width = 0.085,
                    .stride = 0.72, .neck = { 0.28, -0.80 }, .seat = { -0.06, -0.75 }, .belly = { -0.02, -0.50 } },
  [WORLD_BEAR] = { .n_legs = 4, .hips = { { 0.23, -0.31 }, { -0.24, -0.31 } }, .leg = 0.25, .leg_width = 0.16,
                   .stride = 0.46, .neck = { 0.24, -0.56 }, .seat = { -0.10, -0.67 }, .belly = { 0.06, -0.26 } },
};

/** Gait: how a character goes. */
typedef struct
{
  double phase;
  double amplitude;
  double tuck;
  double reach; /* the near arm's angle when it holds something; 0: it swings */
  double raise; /* the near arm goes up by this angle */
} Gait;

static WorldLimb
make_limb (WorldPoint root, double length, double upper, double lower)
{
  WorldPoint joint = { root.x + length / 2 * sin (upper), root.y + length / 2 * cos (upper) };
  WorldPoint end = { joint.x + length / 2 * sin (lower), joint.y + length / 2 * cos (lower) };

  return (WorldLimb) { { root, joint, end } };
}

static WorldLimb
make_leg (const WorldBuild *build, guint hip, const Gait *gait, double phase)
{
  double thigh = gait->amplitude * sin (phase) + 0.7 * gait->tuck;
  double shank = thigh - gait->amplitude * MAX (0, cos (phase)) - 1.5 * gait->tuck;

  return make_limb (build->hips[hip], build->leg, thigh, shank);
}

/* Walking legs go crosswise; a gallop gathers the fore and the hind legs, the far ones a little later. */
static void
pose_legs (WorldPose *pose, const WorldBuild *build, const Gait *gait)
{
  gboolean gallop = build->n_legs == 4 && pose->running;
  double far_lag = gallop ? 0.9 : G_PI;
  double hind_lag = gallop ? 0.85 * G_PI : G_PI;
  Gait hind = *gait;

  hind.tuck = -gait->tuck;
  for (guint i = 0; i < build->n_legs; i++)
    {
      gboolean is_hind = i >= WORLD_NEAR_HIND;
      double phase = gait->phase + (i % 2 ? far_lag : 0) + (is_hind ? hind_lag : 0);

      pose->legs[i] = make_leg (build, is_hind, is_hind ? &hind : gait, phase);
    }
}

/* Arms swing against the legs of their side; running bends the elbow. */
static void
pose_arms (WorldPose *pose, const WorldBuild *build, const Gait *gait)
{
  for (guint i = 0; i < 2; i++)
    {
      double swing = -gait->amplitude * 0.9 * sin (gait->phase + (i == 1 ? G_PI : 0));
      double bend = pose->running ? 1.1 : 0.25;
      /* One arm is flung up, the other one back. */
      double upper = swing + (i == 0 ? gait->raise : -0.55 * gait->raise);

      if (gait->reach > 0 && (i == 0 || pose->astride))
        {
          upper = gait->reach;
          bend = 0.15;
        }
      pose->arms[i] = make_limb (build->shoulder, build->arm, upper, upper + bend);
    }
}

/* The lowest foot stands on the ground. */
static void
stand_on_ground (WorldPose *pose, const WorldBuild *build)
{
  double lowest = -G_MAXDOUBLE;
  double sole = -build->hips[0].y - build->leg;

  for (guint i = 0; i < build->n_legs; i++)
    lowest = MAX (lowest, pose->legs[i].joints[2].y);
  pose->origin.y -= (lowest + sole) * pose->unit;
}

static void
pose_body (WorldPose *pose, const WorldScene *scene, guint i, double scale, const Gait *gait)
{
  const WorldCharacter *character = &scene->characters[i];
  const WorldBuild *build = &world_builds[character->kind];

  pose->unit = world_kind_units[character->kind] * character->size * scene->scale * scale;
  pose->direction = scene->direction;
  pose->phase = gait->phase;
  pose->amplitude = gait->amplitude;
  pose->pivot = (WorldPoint) { 0, build->hips[0].y };
  pose->shadow = scene->ground;
  pose->shadow_size = 1;
  pose_legs (pose, build, gait);
  pose_arms (pose, build, gait);
}

static void
place_on_ground (WorldPose *pose, const WorldScene *scene, guint i, double x, double lift, double scale,
                 const Gait *gait)
{
  pose->origin = (WorldPoint) { x, scene->ground - lift };
  pose_body (pose, scene, i, scale, gait);
  if (gait->tuck == 0)
    stand_on_ground (pose, &world_builds[scene->characters[i].kind]);
}

static void
pose_jump (const WorldScene *scene, double tau, WorldPose *pose)
{
  double u = tau - 0.5;
  double height = sin (G_PI * tau);
  /* Legs are pulled up in the air and already reach for the ground on the way down. */
  Gait gait = { .phase = 0.6, .amplitude = 0.18 * (1 - height), .tuck = 0.85 * height, .raise = 1.9 * height };
  gboolean upright = world_builds[scene->characters[0].kind].n_legs == 2;

  place_on_ground (pose, scene, 0, 0.5 + scene->x0 + scene->direction * 0.12 * u, 0.22 * height, 0.90, &gait);
  pose->pitch = upright ? 0 : -0.55 * cos (G_PI * tau) * height;
  pose->shadow_size = 1 - 0.45 * height;
}

static void
pose_single (const WorldScene *scene, double tau, WorldPose *pose)
{
  double u = tau - 0.5;
  double d = scene->direction;
  Gait stand = { .phase = 0.6, .amplitude = 0.16 };
  Gait walk = { .phase = scene->phase + TURN * 1.5 * tau, .amplitude = 0.50 };
  const WorldBuild *build = &world_builds[scene->characters[0].kind];
  Gait run = { .phase = scene->phase + TURN * 2 * tau, .amplitude = build->stride };

  switch (scene->action)
    {
    case WORLD_WALKING:
      place_on_ground (pose, scene, 0, 0.5 + scene->x0 + d * 0.28 * u, 0, 1, &walk);
      break;
    case WORLD_RUNNING:
      pose->running = TRUE;
      place_on_ground (pose, scene, 0, 0.5 + 0.5 * scene->x0 + d * 0.42 * u, 0.035 * fabs (sin (run.phase)), 1, &run);
      pose->pitch = build->n_legs == 2 ? 0.16 : 0.07 * sin (run.phase);
      break;
    case WORLD_JUMPING:
      pose_jump (scene, tau, pose);
      break;
    default:
      place_on_ground (pose, scene, 0, 0.5 + scene->x0, 0, 1, &stand);
      break;
    }
}

static void
pose_walk (const WorldScene *scene, double tau, WorldPose *poses)
{
  double d = scene->direction;
  double x = 0.5 + d * (0.17 * (tau - 0.5) - 0.01);
  Gait first = { .phase = scene->phase + TURN * 1.5 * tau, .amplitude = 0.5, .reach = 0.75 };
  Gait second = { .phase = first.phase + 1, .amplitude = 0.5 };

  place_on_ground (&poses[0], scene, 0, x - d * 0.23, 0, 0.88, &first);
  place_on_ground (&poses[1], scene, 1, x + d * 0.18, 0, 0.68, &second);
}

/* The rider's seat is the mount's, wherever its gait takes it. */
static void
pose_ride (const WorldScene *scene, double tau, WorldPose *poses)
{
  double d = scene->direction;
  const WorldBuild *mount = &world_builds[scene->characters[1].kind];
  const WorldBuild *rider = &world_builds[scene->characters[0].kind];
  Gait gait = { .phase = scene->phase + TURN * 2 * tau, .amplitude = 0.85 * mount->stride };
  Gait still = { .reach = 1.0 };
  WorldPoint seat;

  poses[1].running = TRUE;
  place_on_ground (&poses[1], scene, 1, 0.5 + 0.5 * scene->x0 + d * 0.34 * (tau - 0.5),
                   0.02 * fabs (sin (gait.phase)), 0.98, &gait);
  poses[1].pitch = 0.05 * sin (gait.phase);
  seat = world_pose_to_frame (&poses[1], mount->seat);
  poses[0].astride = TRUE;
  pose_body (&poses[0], scene, 0, 0.68, &still);
  for (guint i = 0; i < rider->n_legs; i++)
    {
      /* Who sits upright bends the knee; who lies on its belly lets all legs hang. */
      double upper = rider->n_legs == 2 ? 1.05 : i >= WORLD_NEAR_HIND ? -0.5 : 0.5;

      poses[0].legs[i] = make_limb (rider->hips[i >= WORLD_NEAR_HIND], rider->leg, upper,
                                    rider->n_legs == 2 ? -0.15 : 0.1);
    }
  poses[0].origin.x = seat.x - d * rider->belly.x * poses[0].unit;
  poses[0].origin.y = seat.y - rider->belly.y * poses[0].unit;
  poses[0].shadow_size = 0;
}

static void
pose_chase (const WorldScene *scene, double tau, WorldPose *poses)
{
  double d = scene->direction;
  double x = 0.5 + d * 0.17 * (tau - 0.5);

  for (guint i = 0; i < 2; i++)
    {
      const WorldBuild *build = &world_builds[scene->characters[i].kind];
      gboolean upright = build->n_legs == 2;
      Gait gait = { .phase = scene->phase + TURN * 2 * tau + i, .amplitude = build->stride };

      poses[i].running = TRUE;
      place_on_ground (&poses[i], scene, i, x + (i == 0 ? -d : d) * 0.25, 0.025 * fabs (sin (gait.phase)),
                       upright ? 0.74 : 0.64, &gait);
      poses[i].pitch = upright ? 0.16 : 0.06 * sin (gait.phase);
    }
}

/**
 * world_pose_all:
 * @tau: the moment, 0…1 from the clip's beginning to its end
 * @poses: (out): one for each of the scene's characters
 */
void
world_pose_all (const WorldScene *scene, double tau, WorldPose poses[WORLD_MAX_CHARACTERS])
{
  for (guint i = 0; i < WORLD_MAX_CHARACTERS; i++)
    poses[i] = (WorldPose) { 0 };
  switch (scene->action)
    {
    case WORLD_WALK:
      pose_walk (scene, tau, poses);
      break;
    case WORLD_RIDE:
      pose_ride (scene, tau, poses);
      break;
    case WORLD_CHASE:
      pose_chase (scene, tau, poses);
      break;
    default:
      pose_single (scene, tau, &poses[0]);
      break;
    }
}

/** world_pose_to_frame: Returns: where a place of the character's own units lies in parts of the frame's side */
WorldPoint
world_pose_to_frame (const WorldPose *pose, WorldPoint own)
{
  double c = cos (pose->pitch);
  double s = sin (pose->pitch);
  double x = own.x - pose->pivot.x;
  double y = own.y - pose->pivot.y;

  return (WorldPoint) {
    pose->origin.x + pose->direction * pose->unit * (pose->pivot.x + c * x - s * y),
    pose->origin.y + pose->unit * (pose->pivot.y + s * x + c * y),
  };
}
