/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-judge.h"

#include "world/world-cutout.h"
#include "world/world-net.h"
#include "world/world-random.h"
#include "world/world-words.h"
#include "world/world.h"

#include <math.h>
#include <string.h>

/*
 * The background is the one that most frames are nearest to. What stands before it is cut out of each
 * frame, and one network says its kinds and colours; another looks at all frames of the clip at once,
 * small and grey, and says the action. A clip's verdict is the sum of its frames'.
 */

/** Head: outputs of a net that answer one question. */
typedef struct
{
  guint first;
  guint n;
} Head;

enum
{
  KIND,
  SECOND_KIND,
  COLOUR,
  SECOND_COLOUR,
  N_HEADS
};

/* Of the second there may be none: the last answer. */
static const Head heads[N_HEADS] = {
  { 0, WORLD_N_KINDS },
  { 6, WORLD_N_KINDS + 1 },
  { 13, WORLD_N_COLOURS },
  { 25, WORLD_N_COLOURS + 1 },
};
static const Head action_head = { 0, WORLD_N_ACTIONS };

G_STATIC_ASSERT (WORLD_N_KINDS == 6 && WORLD_N_COLOURS == 12);

#define N_FRAME_OUTPUTS 38
#define N_CLIP_OUTPUTS WORLD_N_ACTIONS
#define PIXELS (WORLD_NET_SIDE * WORLD_NET_SIDE)
#define FRAME_BYTES (WORLD_JUDGE_SIDE * WORLD_JUDGE_SIDE * 3)
#define FORMAT "videomage world judge 1"

/* A batch is so many clips, with so many of each clip's frames. */
#define BATCH 8
#define FRAMES_OF_A_CLIP 4
#define RATE 2e-3
/* Every so many clips are spoiled: the rest is shown as rendered. */
#define SPOILED 0.75

struct _WorldJudge
{
  WorldCutout *cutout;
  WorldNet *frame_net;
  WorldNet *clip_net;
};

WorldJudge *
world_judge_new (void)
{
  WorldJudge *self = g_new0 (WorldJudge, 1);

  self->cutout = world_cutout_new ();
  self->frame_net = world_net_new (WORLD_CUTOUT_CHANNELS, N_FRAME_OUTPUTS, 1);
  self->clip_net = world_net_new (WORLD_JUDGE_FRAMES, N_CLIP_OUTPUTS, 2);
  return self;
}

void
world_judge_free (WorldJudge *self)
{
  world_cutout_free (self->cutout);
  world_net_free (self->frame_net);
  world_net_free (self->clip_net);
  g_free (self);
}

/* --- what the nets see ------------------------------------------------------------------------- */

/* Means of two by two pixels, -1…1. */
static void
shrink (const guint8 *frame, float *input)
{
  for (guint i = 0; i < PIXELS * 3; i++)
    {
      guint x = i / 3 % WORLD_NET_SIDE * 2;
      guint y = i / 3 / WORLD_NET_SIDE * 2;
      const guint8 *p = frame + (y * WORLD_JUDGE_SIDE + x) * 3 + i % 3;

      input[i] = (float) (p[0] + p[3] + p[WORLD_JUDGE_SIDE * 3] + p[WORLD_JUDGE_SIDE * 3 + 3]) / 510 - 1;
    }
}

/* The frames' brightness, one channel a frame. */
static void
make_clip_input (const guint8 *rgb, float *input)
{
  g_autofree float *frame = g_new (float, PIXELS * 3);

  for (guint i = 0; i < WORLD_JUDGE_FRAMES; i++)
    {
      shrink (rgb + (gsize) i * FRAME_BYTES, frame);
      for (guint j = 0; j < PIXELS; j++)
        input[j * WORLD_JUDGE_FRAMES + i] = 0.3f * frame[3 * j] + 0.59f * frame[3 * j + 1] + 0.11f * frame[3 * j + 2];
    }
}

/* --- spoiling ---------------------------------------------------------------------------------- */

/* A binomial filter of three pixels along one axis, in place. */
static void
blur_line (guint8 *line, guint n, guint step)
{
  guint before = line[0];

  for (guint i = 0; i < n; i++)
    {
      guint here = line[i * step];
      guint after = line[MIN (i + 1, n - 1) * step];

      line[i * step] = (guint8) ((before + 2 * here + after + 2) / 4);
      before = here;
    }
}

static void
blur (guint8 *frame)
{
  for (guint channel = 0; channel < 3; channel++)
    for (guint i = 0; i < WORLD_JUDGE_SIDE; i++)
      {
        blur_line (frame + i * WORLD_JUDGE_SIDE * 3 + channel, WORLD_JUDGE_SIDE, 3);
        blur_line (frame + i * 3 + channel, WORLD_JUDGE_SIDE, WORLD_JUDGE_SIDE * 3);
      }
}

/* Contrast, brightness and saturation off, and noise. */
static void
tint (guint8 *frame, const double tones[4], WorldRandom *random)
{
  for (guint i = 0; i < WORLD_JUDGE_SIDE * WORLD_JUDGE_SIDE; i++)
    {
      guint8 *p = frame + i * 3;
      double grey = 0.3 * p[0] + 0.59 * p[1] + 0.11 * p[2];

      for (guint channel = 0; channel < 3; channel++)
        {
          double value = grey + (p[channel] - grey) * tones[0];
          double noise = tones[3] * world_random_between (random, -1, 1);

          p[channel] = (guint8) CLAMP (128 + (value - 128) * tones[1] + tones[2] + noise, 0, 255);
        }
    }
}

/** world_judge_degrade: spoils a clip of 64 × 64 pixels as a weak decoder would. */
void
world_judge_degrade (guint8 *rgb, guint n_frames, guint64 seed)
{
  WorldRandom random;
  guint n_blurs;
  double tones[4];

  world_random_init (&random, seed);
  n_blurs = world_random_below (&random, 7);
  tones[0] = world_random_between (&random, 0.75, 1.15);
  tones[1] = world_random_between (&random, 0.85, 1.1);
  tones[2] = world_random_between (&random, -14, 14);
  tones[3] = world_random_between (&random, 0, 28);
  for (guint i = 0; i < n_frames; i++)
    {
      for (guint j = 0; j < n_blurs; j++)
        blur (rgb + (gsize) i * FRAME_BYTES);
      tint (rgb + (gsize) i * FRAME_BYTES, tones, &random);
    }
}

/* --- learning ---------------------------------------------------------------------------------- */

/* Soft maximum of a head's outputs. */
static void
soften (const float *outputs, const Head *head, double *shares)
{
  double largest = -G_MAXDOUBLE;
  double sum = 0;

  for (guint i = 0; i < head->n; i++)
    largest = MAX (largest, outputs[head->first + i]);
  for (guint i = 0; i < head->n; i++)
    sum += shares[i] = exp (outputs[head->first + i] - largest);
  for (guint i = 0; i < head->n; i++)
    shares[i] /= sum;
}

/* The slope of the cross-entropy with @answer. */
static void
add_slopes (const float *outputs, const Head *head, guint answer, float *slopes)
{
  double shares[WORLD_N_COLOURS + 1];

  soften (outputs, head, shares);
  for (guint i = 0; i < head->n; i++)
    slopes[head->first + i] = (float) (shares[i] - (i == answer ? 1 : 0));
}

static void
learn_frame (WorldJudge *self, const guint8 *frame, const WorldScene *scene)
{
  g_autofree float *input = g_new (float, PIXELS * WORLD_CUTOUT_CHANNELS);
  const WorldCharacter *c = scene->characters;
  gboolean pair = scene->n_characters > 1;
  guint answers[N_HEADS] = { c[0].kind, pair ? c[1].kind : WORLD_N_KINDS, c[0].colour,
                             pair ? c[1].colour : WORLD_N_COLOURS };
  float slopes[N_FRAME_OUTPUTS] = { 0 };
  WorldSquare square;
  const float *outputs;

  world_cutout_make (self->cutout, frame, input, &square);
  outputs = world_net_run (self->frame_net, input);
  for (guint i = 0; i < N_HEADS; i++)
    add_slopes (outputs, &heads[i], answers[i], slopes);
  world_net_learn (self->frame_net, slopes);
}

static void
learn_clip (WorldJudge *self, const guint8 *rgb, const WorldScene *scene)
{
  g_autofree float *input = g_new (float, PIXELS * WORLD_JUDGE_FRAMES);
  float slopes[N_CLIP_OUTPUTS] = { 0 };

  make_clip_input (rgb, input);
  add_slopes (world_net_run (self->clip_net, input), &action_head, scene->action, slopes);
  world_net_learn (self->clip_net, slopes);
}

static void
render (const WorldStyle *style, guint64 seed, guint8 *rgb, WorldScene *scene)
{
  WorldRandom random;

  world_scene_draw (style, seed, FALSE, scene);
  world_clip (style, seed, WORLD_JUDGE_FRAMES, WORLD_JUDGE_SIDE, WORLD_JUDGE_SIDE, rgb, NULL, NULL);
  world_random_init (&random, ~seed);
  if (world_random_chance (&random, SPOILED))
    world_judge_degrade (rgb, WORLD_JUDGE_FRAMES, world_random_next (&random));
}

/**
 * world_judge_fit:
 * @n_clips: from how many rendered clips it learns
 * @seed: the first one's; the next ones' follow
 * @progress: (nullable): told how far it is
 *
 * Learns from freshly rendered scenes, held-out combinations among them. The rate falls to zero.
 *
 * Returns: FALSE where @progress stopped it
 */
gboolean
world_judge_fit (WorldJudge *self, guint n_clips, guint64 seed, WorldJudgeProgress progress, gpointer data)
{
  g_autofree guint8 *rgb = g_malloc ((gsize) WORLD_JUDGE_FRAMES * FRAME_BYTES);
  WorldStyle style;

  world_style_init (&style);
  style.held_out = WORLD_HELD_OUT_ALSO;
  for (guint i = 0; i < n_clips; i++)
    {
      WorldScene scene;

      /* Pairs have twice as much to tell, and are rare. */
      style.action = i % 2 ? WORLD_ANY : (int) (WORLD_WALK + i / 2 % 3);
      render (&style, seed + i, rgb, &scene);
      for (guint j = 0; j < FRAMES_OF_A_CLIP; j++)
        learn_frame (self, rgb + (gsize) ((i + j * 2) % WORLD_JUDGE_FRAMES) * FRAME_BYTES, &scene);
      learn_clip (self, rgb, &scene);
      if ((i + 1) % BATCH == 0)
        {
          double rate = RATE * 0.5 * (1 + cos (G_PI * i / n_clips));

          world_net_step (self->frame_net, rate, BATCH * FRAMES_OF_A_CLIP);
          world_net_step (self->clip_net, rate, BATCH);
          if (progress != NULL && !progress ((i + 1.) / n_clips, data))
            return FALSE;
        }
    }
  return TRUE;
}

/** world_judge_save: Returns: (transfer full): all that it learned */
GBytes *
world_judge_save (const WorldJudge *self)
{
  g_autoptr (GVariant) all = g_variant_ref_sink (g_variant_new (
    "(s@a(day)@a(day))", FORMAT, world_net_save (self->frame_net), world_net_save (self->clip_net)));

  return g_variant_get_data_as_bytes (all);
}

/** world_judge_load: Returns: FALSE where @bytes are not a judge's */
gboolean
world_judge_load (WorldJudge *self, GBytes *bytes)
{
  g_autoptr (GVariant) all
    = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE ("(sa(day)a(day))"), bytes, FALSE));
  g_autoptr (GVariant) frame = g_variant_get_child_value (all, 1);
  g_autoptr (GVariant) clip = g_variant_get_child_value (all, 2);
  const char *format = NULL;

  g_variant_get_child (all, 0, "&s", &format);
  return g_str_equal (format, FORMAT) && world_net_load (self->frame_net, frame) && world_net_load (self->clip_net, clip);
}

/* --- judging ----------------------------------------------------------------------------------- */

static guint
choose (const double *scores, guint n)
{
  guint best = 0;

  for (guint i = 1; i < n; i++)
    if (scores[i] > scores[best])
      best = i;
  return best;
}

/* How sure the sum of the frames' logarithms is, as their mean's exponential. */
static double
mean_share (double sum, guint n_frames)
{
  return exp (sum / n_frames);
}

static void
judge_frames (WorldJudge *self, const guint8 *rgb, guint n_frames, WorldVerdict *verdict)
{
  g_autofree float *input = g_new (float, PIXELS * WORLD_CUTOUT_CHANNELS);
  guint places[WORLD_N_BACKGROUNDS] = { 0 };
  g_autofree guint *kinds = g_new (guint, n_frames);
  g_autofree guint *colours = g_new (guint, n_frames);
  double sums[N_HEADS][WORLD_N_COLOURS + 1] = { 0 };
  guint answers[N_HEADS];
  guint n_kinds = 0, n_colours = 0;
  guint place = 0;

  for (guint i = 0; i < n_frames; i++)
    {
      WorldSquare square;
      const float *outputs;
      double shares[N_HEADS][WORLD_N_COLOURS + 1];

      places[world_cutout_make (self->cutout, rgb + (gsize) i * FRAME_BYTES, input, &square)]++;
      outputs = world_net_run (self->frame_net, input);
      for (guint h = 0; h < N_HEADS; h++)
        {
          soften (outputs, &heads[h], shares[h]);
          for (guint k = 0; k < heads[h].n; k++)
            sums[h][k] += log (shares[h][k] + 1e-9);
        }
      kinds[i] = choose (shares[KIND], WORLD_N_KINDS);
      colours[i] = choose (shares[COLOUR], WORLD_N_COLOURS);
    }
  for (guint h = 0; h < N_HEADS; h++)
    answers[h] = choose (sums[h], heads[h].n);
  for (guint i = 0; i < n_frames; i++)
    {
      n_kinds += kinds[i] == answers[KIND];
      n_colours += colours[i] == answers[COLOUR];
    }
  for (guint i = 1; i < WORLD_N_BACKGROUNDS; i++)
    if (places[i] > places[place])
      place = i;
  verdict->background = place;
  verdict->n_characters = answers[SECOND_KIND] < WORLD_N_KINDS ? 2 : 1;
  verdict->kinds[0] = answers[KIND];
  verdict->colours[0] = answers[COLOUR];
  /* Where there are two, the second's kind and colour are the best of those that somebody can have. */
  verdict->kinds[1] = choose (sums[SECOND_KIND], WORLD_N_KINDS);
  verdict->colours[1] = choose (sums[SECOND_COLOUR], WORLD_N_COLOURS);
  verdict->kind_steady = (double) n_kinds / n_frames;
  verdict->colour_steady = (double) n_colours / n_frames;
  verdict->sureness[1] = mean_share (sums[KIND][answers[KIND]], n_frames);
  verdict->sureness[2] = mean_share (sums[COLOUR][answers[COLOUR]], n_frames);
}

/**
 * world_judge_clip:
 * @rgb: n_frames · 64 · 64 · 3 bytes
 * @n_frames: at least 1; of more or fewer than eight the action is judged by eight evenly chosen
 */
void
world_judge_clip (WorldJudge *self, const guint8 *rgb, guint n_frames, WorldVerdict *verdict)
{
  g_autofree guint8 *eight = g_malloc ((gsize) WORLD_JUDGE_FRAMES * FRAME_BYTES);
  g_autofree float *input = g_new (float, PIXELS * WORLD_JUDGE_FRAMES);
  double shares[WORLD_N_ACTIONS];

  g_return_if_fail (n_frames > 0);

  for (guint i = 0; i < WORLD_JUDGE_FRAMES; i++)
    memcpy (eight + (gsize) i * FRAME_BYTES, rgb + (gsize) (i * n_frames / WORLD_JUDGE_FRAMES) * FRAME_BYTES, FRAME_BYTES);
  make_clip_input (eight, input);
  soften (world_net_run (self->clip_net, input), &action_head, shares);
  verdict->action = choose (shares, WORLD_N_ACTIONS);
  verdict->sureness[0] = shares[verdict->action];
  judge_frames (self, rgb, n_frames, verdict);
}

/** world_verdict_score: compares with what was asked for. */
void
world_verdict_score (const WorldVerdict *self, const WorldScene *scene, WorldScore *score)
{
  const WorldCharacter *c = scene->characters;
  gboolean pair = scene->n_characters > 1;

  score->action = self->action == scene->action;
  score->background = self->background == scene->background;
  score->kind = self->kinds[0] == c[0].kind;
  score->second = self->n_characters == scene->n_characters && (!pair || self->kinds[1] == c[1].kind);
  score->cast = score->kind && score->second;
  score->colour = self->colours[0] == c[0].colour;
  score->second_colour = self->n_characters == scene->n_characters && (!pair || self->colours[1] == c[1].colour);
}
