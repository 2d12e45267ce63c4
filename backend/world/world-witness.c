/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-witness.h"

#include "world/world-cutout.h"
#include "world/world-judge.h"
#include "world/world-net.h"
#include "world/world-pose.h"
#include "world/world-random.h"
#include "world/world-render.h"

#include <math.h>
#include <string.h>

/*
 * What stands before the background is cut out of each frame, as for the judge. The network says where in the cut the
 * two middles are, and as the sine and cosine how their legs stand; where the cut lay in the frame makes places of it.
 */

/* The network's outputs, for each character. */
enum
{
  PLACE = 0,
  STRIDE = 2,
  N_OWN = 4
};

#define N_OUTPUTS (WORLD_MAX_CHARACTERS * N_OWN)
#define PIXELS (WORLD_NET_SIDE * WORLD_NET_SIDE)
#define FRAME (WORLD_WITNESS_SIDE * WORLD_WITNESS_SIDE)
#define FRAME_BYTES (FRAME * 3)
#define FORMAT "videomage world witness 1"

/* A batch is so many clips, with so many of each clip's frames. */
#define BATCH 8
#define FRAMES_OF_A_CLIP 4
#define RATE 2e-3
/* Every so many clips are spoiled: the rest is shown as rendered. */
#define SPOILED 0.75
/* Places count so much more than the rest, whose numbers are larger. */
#define PLACE_WEIGHT 4
/* Legs that swing less than this, in radians, stand. */
#define STANDING 0.3

struct _WorldWitness
{
  WorldCutout *cutout;
  WorldNet *net;
};

WorldWitness *
world_witness_new (void)
{
  WorldWitness *self = g_new0 (WorldWitness, 1);

  self->cutout = world_cutout_new ();
  self->net = world_net_new (WORLD_CUTOUT_CHANNELS, N_OUTPUTS, 5);
  return self;
}

void
world_witness_free (WorldWitness *self)
{
  world_cutout_free (self->cutout);
  world_net_free (self->net);
  g_free (self);
}

/* --- the truth ------------------------------------------------------------------------------------ */

static void
measure_frame (const WorldScene *scene, WorldRenderer *renderer, guint i, guint8 *rgb, WorldTestimony *testimony)
{
  double tau = world_frame_tau (scene, i, WORLD_WITNESS_FRAMES);
  guint8 masks[WORLD_MAX_CHARACTERS][FRAME];
  guint8 *fill[WORLD_MAX_CHARACTERS] = { masks[0], masks[1] };
  WorldPose poses[WORLD_MAX_CHARACTERS];

  world_renderer_paint (renderer, tau, rgb, fill);
  world_pose_all (scene, tau, poses);
  for (guint k = 0; k < scene->n_characters; k++)
    {
      WorldTruth truth;

      world_truth_measure (scene, k, tau, masks[k], WORLD_WITNESS_SIDE, WORLD_WITNESS_SIDE, &truth);
      memcpy (testimony->places[i][k], truth.centroid, sizeof truth.centroid);
      testimony->strides[i][k] = 2 * truth.leg_phase;
      testimony->moving[k] = poses[k].amplitude >= STANDING && !poses[k].astride;
    }
}

/**
 * world_testimony_of_scene:
 * @rgb: (out) (nullable): 8 · 64 · 64 · 3 bytes to fill with the rendered clip
 *
 * The truth about a scene's clip.
 */
void
world_testimony_of_scene (const WorldScene *scene, guint8 *rgb, WorldTestimony *testimony)
{
  g_autoptr (WorldRenderer) renderer = world_renderer_new (scene, WORLD_WITNESS_SIDE, WORLD_WITNESS_SIDE);

  *testimony = (WorldTestimony) { 0 };
  for (guint i = 0; i < WORLD_WITNESS_FRAMES; i++)
    measure_frame (scene, renderer, i, rgb != NULL ? rgb + (gsize) i * FRAME_BYTES : NULL, testimony);
}

/* --- learning ------------------------------------------------------------------------------------- */

/* What the outputs of one frame should be, and which of them count. */
static void
make_target (const WorldTestimony *truth, guint frame, guint k, const WorldSquare *square, double target[N_OWN],
             double weights[N_OWN])
{
  for (guint axis = 0; axis < 2; axis++)
    {
      double corner = axis == 0 ? square->left : square->top;

      target[PLACE + axis] = (truth->places[frame][k][axis] + 0.5 - corner) / square->size * 2 - 1;
      weights[PLACE + axis] = PLACE_WEIGHT;
      weights[STRIDE + axis] = truth->moving[k] ? 1 : 0;
    }
  target[STRIDE] = sin (truth->strides[frame][k]);
  target[STRIDE + 1] = cos (truth->strides[frame][k]);
}

static void
learn_frame (WorldWitness *self, const guint8 *rgb, const WorldTestimony *truth, guint frame)
{
  g_autofree float *input = g_new (float, PIXELS * WORLD_CUTOUT_CHANNELS);
  float slopes[N_OUTPUTS] = { 0 };
  WorldSquare square;
  const float *outputs;

  world_cutout_make (self->cutout, rgb, input, &square);
  outputs = world_net_run (self->net, input);
  for (guint k = 0; k < WORLD_MAX_CHARACTERS; k++)
    {
      const float *own = outputs + k * N_OWN;
      double target[N_OWN], weights[N_OWN];

      make_target (truth, frame, k, &square, target, weights);
      for (guint i = 0; i < N_OWN; i++)
        slopes[k * N_OWN + i] = (float) (weights[i] * (own[i] - target[i]));
    }
  world_net_learn (self->net, slopes);
}

/**
 * world_witness_fit:
 * @n_clips: from how many rendered clips it learns
 * @seed: the first one's; the next ones' follow
 * @progress: (nullable): told how far it is
 *
 * Learns from freshly rendered pairs, held-out combinations among them. The rate falls to zero.
 *
 * Returns: FALSE where @progress stopped it
 */
gboolean
world_witness_fit (WorldWitness *self, guint n_clips, guint64 seed, WorldWitnessProgress progress, gpointer data)
{
  g_autofree guint8 *rgb = g_malloc ((gsize) WORLD_WITNESS_FRAMES * FRAME_BYTES);
  WorldStyle style;

  world_style_init (&style);
  style.held_out = WORLD_HELD_OUT_ALSO;
  for (guint i = 0; i < n_clips; i++)
    {
      WorldTestimony truth;
      WorldRandom random;
      WorldScene scene;

      style.action = (int) (WORLD_WALK + i % 3);
      world_scene_draw (&style, seed + i, FALSE, &scene);
      world_testimony_of_scene (&scene, rgb, &truth);
      world_random_init (&random, ~(seed + i));
      if (world_random_chance (&random, SPOILED))
        world_judge_degrade (rgb, WORLD_WITNESS_FRAMES, world_random_next (&random));
      for (guint j = 0; j < FRAMES_OF_A_CLIP; j++)
        {
          guint frame = (i + j * 2) % WORLD_WITNESS_FRAMES;
          learn_frame (self, rgb + (gsize) frame * FRAME_BYTES, &truth, frame);
        }
      if ((i + 1) % BATCH != 0)
        continue;
      world_net_step (self->net, RATE * 0.5 * (1 + cos (G_PI * i / n_clips)), BATCH * FRAMES_OF_A_CLIP);
      if (progress != NULL && !progress ((i + 1.) / n_clips, data))
        return FALSE;
    }
  return TRUE;
}

/** world_witness_save: Returns: (transfer full): all that it learned */
GBytes *
world_witness_save (const WorldWitness *self)
{
  g_autoptr (GVariant) all = g_variant_ref_sink (g_variant_new ("(s@a(day))", FORMAT, world_net_save (self->net)));

  return g_variant_get_data_as_bytes (all);
}

/** world_witness_load: Returns: FALSE where @bytes are not a witness's */
gboolean
world_witness_load (WorldWitness *self, GBytes *bytes)
{
  g_autoptr (GVariant) all = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE ("(sa(day))"), bytes, FALSE));
  g_autoptr (GVariant) net = g_variant_get_child_value (all, 1);
  const char *format = NULL;

  g_variant_get_child (all, 0, "&s", &format);
  return g_str_equal (format, FORMAT) && world_net_load (self->net, net);
}

/* --- asking --------------------------------------------------------------------------------------- */

/**
 * world_witness_clip:
 * @rgb: 8 · 64 · 64 · 3 bytes that show two characters
 * @testimony: (out): all but whether legs are moving
 */
void
world_witness_clip (WorldWitness *self, const guint8 *rgb, WorldTestimony *testimony)
{
  g_autofree float *input = g_new (float, PIXELS * WORLD_CUTOUT_CHANNELS);

  *testimony = (WorldTestimony) { 0 };
  for (guint i = 0; i < WORLD_WITNESS_FRAMES; i++)
    {
      WorldSquare square;
      const float *outputs;

      world_cutout_make (self->cutout, rgb + (gsize) i * FRAME_BYTES, input, &square);
      outputs = world_net_run (self->net, input);
      for (guint k = 0; k < WORLD_MAX_CHARACTERS; k++)
        {
          const float *own = outputs + k * N_OWN;

          testimony->places[i][k][0] = square.left + (own[PLACE] + 1) / 2 * square.size - 0.5;
          testimony->places[i][k][1] = square.top + (own[PLACE + 1] + 1) / 2 * square.size - 0.5;
          testimony->strides[i][k] = atan2 (own[STRIDE], own[STRIDE + 1]);
        }
    }
}

/**
 * world_testimony_distance: how far a character's two tracks are apart once both are moved to one middle: the mean over
 * the frames, in pixels of a frame of 64. Where the character goes counts, not where it started.
 */
double
world_testimony_distance (const WorldTestimony *a, const WorldTestimony *b, guint character)
{
  double shift[2] = { 0 };
  double sum = 0;

  for (guint i = 0; i < WORLD_WITNESS_FRAMES; i++)
    for (guint axis = 0; axis < 2; axis++)
      shift[axis] += (a->places[i][character][axis] - b->places[i][character][axis]) / WORLD_WITNESS_FRAMES;
  for (guint i = 0; i < WORLD_WITNESS_FRAMES; i++)
    sum += hypot (a->places[i][character][0] - b->places[i][character][0] - shift[0],
                  a->places[i][character][1] - b->places[i][character][1] - shift[1]);
  return sum / WORLD_WITNESS_FRAMES;
}

/**
 * world_testimony_gait: whether a character's legs go at the same pace in both, whoever is ahead: the length of the mean of
 * exp (i·difference), 1 for the same gait and about 0.3 for unrelated ones.
 */
double
world_testimony_gait (const WorldTestimony *a, const WorldTestimony *b, guint character)
{
  double sums[2] = { 0 };

  for (guint i = 0; i < WORLD_WITNESS_FRAMES; i++)
    {
      double difference = a->strides[i][character] - b->strides[i][character];

      sums[0] += cos (difference) / WORLD_WITNESS_FRAMES;
      sums[1] += sin (difference) / WORLD_WITNESS_FRAMES;
    }
  return hypot (sums[0], sums[1]);
}
