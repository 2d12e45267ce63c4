/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/cli-world-sample.h"
#include "app/cli-world-score.h"

#include <math.h>

/* The witness of the mini world, and what customized videos are worth. */

#define CLIP_BYTES (WORLD_WITNESS_FRAMES * WORLD_WITNESS_SIDE * WORLD_WITNESS_SIDE * 3)

static GBytes *
load (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "data", "world", name, NULL);
  g_autoptr (GError) error = NULL;
  char *data;
  gsize size;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, size);
}

static WorldWitness *
load_witness (void)
{
  g_autoptr (GBytes) bytes = load ("witness");
  WorldWitness *witness = world_witness_new ();

  g_assert_true (world_witness_load (witness, bytes));
  return witness;
}

/* A robot rides a bear along the beach, as in the sample's clip. */
static void
stage (WorldScene *wanted, WorldScene *clip)
{
  g_assert_true (cli_world_find_motion ("person_riding_horse", clip));
  g_assert_false (cli_world_find_motion ("nothing", clip));
  *wanted = *clip;
  g_assert_true (cli_world_find_subject ("teal_robot", &wanted->characters[0]));
  g_assert_true (cli_world_find_subject ("pink_bear", &wanted->characters[1]));
}

static CliWorldScorer *
make_scorer (void)
{
  g_autoptr (GBytes) bytes = load ("judge");
  WorldJudge *judge = world_judge_new ();

  g_assert_true (world_judge_load (judge, bytes));
  return cli_world_scorer_new (judge, load_witness ());
}

/* What is expected of @wanted is said of a video that shows @shown. */
static JsonObject *
score (const WorldScene *wanted, const WorldScene *clip, const WorldScene *shown)
{
  g_autoptr (CliWorldScorer) scorer = make_scorer ();
  g_autoptr (Frames) frames = NULL;
  JsonObject *row = json_object_new ();

  cli_world_scorer_expect (scorer, shown, clip);
  frames = cli_world_scorer_render (scorer);
  cli_world_scorer_expect (scorer, wanted, clip);
  cli_world_scorer_look (scorer, frames, row);
  return row;
}

#define MEMBER(row, key) json_object_get_double_member (row, key)

static void
test_truth (void)
{
  WorldScene wanted, clip;
  g_autoptr (JsonObject) row = NULL;

  stage (&wanted, &clip);
  row = score (&wanted, &clip, &wanted);
  g_assert_cmpfloat (MEMBER (row, "kind"), ==, 1);
  g_assert_cmpfloat (MEMBER (row, "colour"), ==, 1);
  g_assert_cmpfloat (MEMBER (row, "identity"), ==, 1);
  g_assert_cmpfloat (MEMBER (row, "bound"), ==, 1);
  g_assert_cmpfloat (MEMBER (row, "swapped"), ==, 0);
  g_assert_cmpfloat (MEMBER (row, "action"), ==, 1);
  g_assert_cmpfloat (MEMBER (row, "place"), ==, 1);
  g_assert_cmpfloat (MEMBER (row, "leakage"), ==, 0);
  g_assert_cmpfloat (MEMBER (row, "track"), <, 2.5);
}

static void
test_swapped (void)
{
  WorldScene wanted, clip, shown;
  WorldCharacter *c = shown.characters;
  g_autoptr (JsonObject) row = NULL;

  stage (&wanted, &clip);
  shown = wanted;
  world_scene_paint (&c[0], WORLD_PINK);
  world_scene_paint (&c[1], WORLD_TEAL);
  row = score (&wanted, &clip, &shown);
  g_assert_cmpfloat (MEMBER (row, "kind"), ==, 1);
  g_assert_cmpfloat (MEMBER (row, "colour"), ==, 0);
  g_assert_cmpfloat (MEMBER (row, "bound"), ==, 0);
  g_assert_cmpfloat (MEMBER (row, "swapped"), ==, 1);
}

static void
test_leaked (void)
{
  WorldScene wanted, clip;
  g_autoptr (JsonObject) row = NULL;

  stage (&wanted, &clip);
  row = score (&wanted, &clip, &clip);
  g_assert_cmpfloat (MEMBER (row, "kind"), ==, 0);
  g_assert_cmpfloat (MEMBER (row, "leakage"), ==, 1);
  g_assert_cmpfloat (MEMBER (row, "action"), ==, 1);
}

/* Another direction is another motion. */
static void
test_other_motion (void)
{
  WorldScene wanted, clip, shown;
  g_autoptr (JsonObject) same = NULL;
  g_autoptr (JsonObject) other = NULL;

  stage (&wanted, &clip);
  shown = wanted;
  shown.direction = -shown.direction;
  same = score (&wanted, &clip, &wanted);
  other = score (&wanted, &clip, &shown);
  g_assert_cmpfloat (MEMBER (other, "track"), >, MEMBER (same, "track") + 3);
}

/* The comparisons themselves: a shift and a head start change nothing, another pace does. */
static void
test_testimonies (void)
{
  WorldTestimony a = { 0 }, b = { 0 }, c = { 0 };

  for (guint i = 0; i < WORLD_WITNESS_FRAMES; i++)
    {
      a.places[i][0][0] = 3. * i;
      b.places[i][0][0] = 3. * i + 17;
      b.places[i][0][1] = -5;
      c.places[i][0][0] = 3. * i + (i % 2 ? 2 : -2);
      a.strides[i][0] = 1.1 * i;
      b.strides[i][0] = 1.1 * i + 0.7;
      c.strides[i][0] = -1.1 * i;
    }
  g_assert_cmpfloat_with_epsilon (world_testimony_distance (&a, &b, 0), 0, 1e-9);
  g_assert_cmpfloat_with_epsilon (world_testimony_distance (&a, &c, 0), 2, 1e-9);
  g_assert_cmpfloat_with_epsilon (world_testimony_gait (&a, &b, 0), 1, 1e-9);
  g_assert_cmpfloat (world_testimony_gait (&a, &c, 0), <, 0.4);
}

/* The program's witness still knows the world as it is drawn: who changes one makes the other anew. */
static void
test_witness (void)
{
  g_autoptr (WorldWitness) witness = load_witness ();
  g_autofree guint8 *rgb = g_malloc (CLIP_BYTES);
  double distance = 0, gait = 0;
  guint n_gaits = 0;
  const guint n = 60;
  WorldStyle style;

  world_style_init (&style);
  for (guint i = 0; i < n; i++)
    {
      WorldTestimony truth, seen;
      WorldScene scene;

      style.action = (int) (WORLD_WALK + i % 3);
      world_scene_draw (&style, 77000 + i, FALSE, &scene);
      world_testimony_of_scene (&scene, rgb, &truth);
      world_judge_degrade (rgb, WORLD_WITNESS_FRAMES, i);
      world_witness_clip (witness, rgb, &seen);
      for (guint k = 0; k < 2; k++)
        {
          distance += world_testimony_distance (&seen, &truth, k) / (2 * n);
          if (!truth.moving[k])
            continue;
          gait += world_testimony_gait (&seen, &truth, k);
          n_gaits++;
        }
    }
  g_test_message ("track %.2f, gait %.2f", distance, gait / n_gaits);
  g_assert_cmpfloat (distance, <, 2.2);
  g_assert_cmpfloat (gait / n_gaits, >, 0.6);
}

static void
test_witness_file (void)
{
  g_autoptr (WorldWitness) witness = world_witness_new ();
  g_autoptr (WorldWitness) other = world_witness_new ();
  g_autoptr (GBytes) judge = load ("judge");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) cut = NULL;
  g_autoptr (GBytes) again = NULL;

  world_witness_fit (witness, 16, 1, NULL, NULL);
  bytes = world_witness_save (witness);
  cut = g_bytes_new_from_bytes (bytes, 0, g_bytes_get_size (bytes) / 2);
  g_assert_false (world_witness_load (other, cut));
  g_assert_false (world_witness_load (other, judge));
  g_assert_true (world_witness_load (other, bytes));
  again = world_witness_save (other);
  g_assert_true (g_bytes_equal (again, bytes));
}

/* Means and their errors by variant. */
static void
test_table (void)
{
  g_autoptr (CliWorldTable) table = cli_world_table_new ();
  g_autoptr (JsonObject) whole = NULL;
  g_autofree char *text = NULL;
  JsonObject *first;

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (JsonObject) row = json_object_new ();

      json_object_set_double_member (row, "identity", 0.25 * i);
      cli_world_table_add (table, i < 2 ? "full" : "base", i < 2 ? "VideoMage" : "base model", row);
    }
  whole = cli_world_table_to_json (table);
  first = json_array_get_object_element (json_object_get_array_member (whole, "variants"), 0);
  g_assert_cmpint (json_object_get_int_member (first, "videos"), ==, 2);
  g_assert_cmpfloat_with_epsilon (MEMBER (first, "identity"), 0.125, 1e-9);
  g_assert_cmpfloat_with_epsilon (MEMBER (first, "identity_error"), 0.125, 1e-9);
  g_assert_false (json_object_has_member (first, "gait"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (whole, "rows")), ==, 3);
  text = cli_world_table_to_text (table);
  g_assert_nonnull (strstr (text, "| VideoMage | 0.12 |"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/score/truth", test_truth);
  g_test_add_func ("/score/swapped", test_swapped);
  g_test_add_func ("/score/leaked", test_leaked);
  g_test_add_func ("/score/other-motion", test_other_motion);
  g_test_add_func ("/score/table", test_table);
  g_test_add_func ("/witness/testimonies", test_testimonies);
  g_test_add_func ("/witness/file", test_witness_file);
  g_test_add_func ("/witness/knows-the-world", test_witness);
  return g_test_run ();
}
