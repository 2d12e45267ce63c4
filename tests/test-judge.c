/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/world-exam.h"
#include "world/world-judge.h"
#include "world/world-net.h"
#include "world/world-render.h"
#include "world/world-words.h"
#include "world/world.h"

#include <math.h>
#include <string.h>

/* The judge of the mini world: its networks, its verdicts, and the list of prompts. */

#define SIDE WORLD_JUDGE_SIDE
#define CLIP_BYTES (WORLD_JUDGE_FRAMES * SIDE * SIDE * 3)
#define N_INPUT (WORLD_NET_SIDE * WORLD_NET_SIDE)

/* A bright square, on the left (0) or the right (1), anywhere. */
static void
draw_square (guint64 seed, guint *answer, float *input)
{
  guint x = (guint) (seed * 7 % 10);
  guint y = (guint) (seed * 13 % 26);

  *answer = (guint) (seed % 2);
  for (guint i = 0; i < N_INPUT; i++)
    input[i] = -1;
  for (guint i = 0; i < 36; i++)
    input[(y + i / 6) * WORLD_NET_SIDE + x + *answer * 16 + i % 6] = 1;
}

static double
learn_square (WorldNet *net, guint64 seed)
{
  g_autofree float *input = g_new (float, N_INPUT);
  const float *out;
  float slopes[2];
  double share;
  guint answer;

  draw_square (seed, &answer, input);
  out = world_net_run (net, input);
  share = 1 / (1 + exp (out[0] - out[1]));
  slopes[1] = (float) (share - answer);
  slopes[0] = -slopes[1];
  world_net_learn (net, slopes);
  return -log (answer ? share : 1 - share);
}

static double
measure_squares (WorldNet *net)
{
  double loss = 0;

  for (guint64 seed = 10000; seed < 10050; seed++)
    loss += learn_square (net, seed) / 50;
  return loss;
}

static void
test_net_learns (void)
{
  g_autoptr (WorldNet) net = world_net_new (1, 2, 3);
  g_autoptr (WorldNet) other = world_net_new (1, 2, 4);
  g_autoptr (WorldNet) wider = world_net_new (2, 2, 4);
  g_autoptr (GVariant) saved = NULL;
  double loss;

  g_assert_cmpfloat (measure_squares (net), >, 0.3);
  world_net_step (net, 0, 1); /* forgets the slopes of measuring */
  for (guint64 i = 0; i < 400; i++)
    {
      learn_square (net, i);
      if (i % 8 == 7)
        world_net_step (net, 1e-3, 8);
    }
  loss = measure_squares (net);
  g_assert_cmpfloat (loss, <, 0.05);
  saved = g_variant_ref_sink (world_net_save (net));
  g_assert_true (world_net_load (other, saved));
  g_assert_cmpfloat (fabs (measure_squares (other) - loss), <, 0.01);
  g_assert_false (world_net_load (wider, saved));
}

static WorldJudge *
load_judge (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "data", "world", "judge", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  WorldJudge *judge = world_judge_new ();
  char *data;
  gsize size;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  bytes = g_bytes_new_take (data, size);
  g_assert_true (world_judge_load (judge, bytes));
  return judge;
}

/* The program's judge still knows the world as it is drawn: who changes one makes the other anew. */
static void
test_verdicts (void)
{
  g_autoptr (WorldJudge) judge = load_judge ();
  g_autofree guint8 *rgb = g_malloc (CLIP_BYTES);
  guint n_kind = 0, n_cast = 0, n_colour = 0, n_background = 0, n_action = 0, n_fooled = 0;
  double steady = 0;
  const guint n = 100;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WorldRenderer) renderer = NULL;
      WorldScene scene, other;
      WorldVerdict verdict;
      WorldScore score;

      world_exam_scene (i, FALSE, &scene);
      world_exam_scene ((i + 37) % n, FALSE, &other);
      renderer = world_renderer_new (&scene, SIDE, SIDE);
      for (guint f = 0; f < WORLD_JUDGE_FRAMES; f++)
        world_renderer_paint (renderer, world_frame_tau (&scene, f, WORLD_JUDGE_FRAMES), rgb + f * SIDE * SIDE * 3, NULL);
      world_judge_degrade (rgb, WORLD_JUDGE_FRAMES, i);
      world_judge_clip (judge, rgb, WORLD_JUDGE_FRAMES, &verdict);
      world_verdict_score (&verdict, &scene, &score);
      n_kind += score.kind;
      n_cast += score.cast;
      n_colour += score.colour;
      n_background += score.background;
      n_action += score.action;
      steady += verdict.colour_steady / n;
      world_verdict_score (&verdict, &other, &score);
      n_fooled += score.kind && score.colour && score.action;
    }
  g_test_message ("kind %u, cast %u, colour %u, background %u, action %u, steady %.2f, fooled %u", n_kind, n_cast, n_colour,
                  n_background, n_action, steady, n_fooled);
  g_assert_cmpuint (n_kind, >=, 92);
  g_assert_cmpuint (n_cast, >=, 90);
  g_assert_cmpuint (n_colour, >=, 85);
  g_assert_cmpuint (n_background, >=, 98);
  g_assert_cmpuint (n_action, >=, 94);
  g_assert_cmpfloat (steady, >=, 0.85);
  g_assert_cmpuint (n_fooled, <=, 6);
}

static void
test_judge_file (void)
{
  g_autoptr (WorldJudge) judge = world_judge_new ();
  g_autoptr (WorldJudge) other = world_judge_new ();
  g_autofree guint8 *rgb = g_malloc (CLIP_BYTES);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) cut = NULL;
  g_autoptr (GBytes) again = NULL;

  world_judge_fit (judge, 16, 1, NULL, NULL);
  bytes = world_judge_save (judge);
  cut = g_bytes_new_from_bytes (bytes, 0, g_bytes_get_size (bytes) / 2);
  g_assert_false (world_judge_load (other, cut));
  g_assert_true (world_judge_load (other, bytes));
  again = world_judge_save (other);
  g_assert_cmpuint (g_bytes_get_size (again), ==, g_bytes_get_size (bytes));
}

/* Each kind, place and colour is asked for as often as the others. */
static void
test_exam (void)
{
  g_autoptr (GHashTable) prompts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint kinds[WORLD_N_KINDS] = { 0 }, places[WORLD_N_BACKGROUNDS] = { 0 }, colours[WORLD_N_COLOURS] = { 0 };
  guint actions[WORLD_N_ACTIONS] = { 0 };

  for (guint i = 0; i < WORLD_EXAM_LENGTH; i++)
    {
      WorldScene scene;
      char *caption;

      world_exam_scene (i, FALSE, &scene);
      g_assert_false (world_scene_is_held_out (&scene));
      caption = world_scene_dup_caption (&scene);
      g_assert_nonnull (strstr (caption, world_colour_words[scene.characters[0].colour]));
      g_hash_table_add (prompts, caption);
      for (guint c = 0; c < scene.n_characters; c++)
        kinds[scene.characters[c].kind]++;
      places[scene.background]++;
      colours[scene.characters[0].colour]++;
      actions[scene.action]++;
      world_exam_scene (i, TRUE, &scene);
      g_assert_true (world_scene_is_held_out (&scene));
    }
  g_assert_cmpuint (g_hash_table_size (prompts), >=, WORLD_EXAM_LENGTH - 2);
  for (guint i = 0; i < WORLD_N_KINDS; i++)
    g_assert_cmpuint (kinds[i], >=, 18);
  for (guint i = 0; i < WORLD_N_BACKGROUNDS; i++)
    g_assert_cmpuint (ABS ((int) places[i] - 18), <=, 2);
  for (guint i = 0; i < WORLD_N_COLOURS; i++)
    g_assert_cmpuint (ABS ((int) colours[i] - 9), <=, 3);
  for (guint i = 0; i < WORLD_N_ACTIONS; i++)
    g_assert_cmpuint (actions[i], >=, 12);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/judge/net-learns", test_net_learns);
  g_test_add_func ("/judge/file", test_judge_file);
  g_test_add_func ("/judge/exam", test_exam);
  g_test_add_func ("/judge/verdicts", test_verdicts);
  return g_test_run ();
}
