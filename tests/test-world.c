/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/world-render.h"
#include "world/world-words.h"
#include "world/world.h"

#include <math.h>
#include <string.h>

/* The mini world: what is drawn, what is said of it, and where it is. */

#define SIDE 64
#define PIXELS (SIDE * SIDE)
#define N_DRAWS 6000

static void
draw (int action, int kind, guint64 seed, WorldScene *scene)
{
  WorldStyle style;

  world_style_init (&style);
  style.action = action;
  style.kind = kind;
  g_assert_true (world_scene_draw (&style, seed, FALSE, scene));
}

static guint8 *
paint (const WorldScene *scene, double tau, guint width, guint height, guint8 **masks)
{
  g_autoptr (WorldRenderer) renderer = world_renderer_new (scene, width, height);
  guint8 *rgb = g_malloc ((gsize) width * height * 3);

  world_renderer_paint (renderer, tau, rgb, masks);
  return rgb;
}

/* What a seed means must stay what it is: a training that goes on relies on it. */
static void
test_seed (void)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  WorldStyle style;

  world_style_init (&style);
  for (guint64 seed = 0; seed < 200; seed++)
    {
      WorldScene scene;
      g_autofree char *caption = NULL;

      g_assert_true (world_scene_draw (&style, seed, seed % 2, &scene));
      caption = world_scene_dup_caption (&scene);
      g_checksum_update (sum, (const guchar *) caption, (gssize) strlen (caption) + 1);
    }
  g_assert_cmpstr (g_checksum_get_string (sum), ==, "f0e4077b149c682b1ac1f20154099a18cc2684cda24be3c1828594eca49e513f");
}

/* A clip is the same bytes each time, and a frame the same whatever was painted before it. */
static void
test_repeatable (void)
{
  WorldStyle style;

  world_style_init (&style);
  for (guint64 seed = 0; seed < 12; seed++)
    {
      g_autofree guint8 *a = g_malloc (4 * PIXELS * 3);
      g_autofree guint8 *b = g_malloc (4 * PIXELS * 3);
      g_autofree guint8 *mask = g_malloc (4 * PIXELS);
      g_autofree guint8 *last = NULL;
      WorldScene scene;

      g_assert_true (world_clip (&style, seed, 4, SIDE, SIDE, a, mask, NULL));
      g_assert_true (world_clip (&style, seed, 4, SIDE, SIDE, b, NULL, NULL));
      g_assert_cmpmem (a, 4 * PIXELS * 3, b, 4 * PIXELS * 3);
      g_assert_true (world_scene_draw (&style, seed, FALSE, &scene));
      last = paint (&scene, world_frame_tau (&scene, 3, 4), SIDE, SIDE, NULL);
      g_assert_cmpmem (a + 3 * PIXELS * 3, PIXELS * 3, last, PIXELS * 3);
    }
}

/* Mean of @factor × @factor blocks against the small picture: the mean difference, 0…255. */
static double
compare_shrunk (const guint8 *large, const guint8 *small, guint side, guint factor, guint channels)
{
  double sum = 0;

  for (guint i = 0; i < side * side * channels; i++)
    {
      guint x = i / channels % side;
      guint y = i / channels / side;
      guint mean = 0;

      for (guint j = 0; j < factor * factor; j++)
        mean += large[((gsize) (y * factor + j / factor) * side * factor + x * factor + j % factor) * channels
                      + i % channels];
      sum += fabs ((double) mean / (factor * factor) - small[i]);
    }
  return sum / (side * side * channels);
}

static void
test_sizes_agree (void)
{
  for (int action = 0; action < WORLD_N_ACTIONS; action++)
    {
      g_autofree guint8 *small_mask = g_malloc (PIXELS);
      g_autofree guint8 *large_mask = g_malloc (PIXELS * 16);
      guint8 *small_masks[WORLD_MAX_CHARACTERS] = { small_mask };
      guint8 *large_masks[WORLD_MAX_CHARACTERS] = { large_mask };
      g_autofree guint8 *small = NULL;
      g_autofree guint8 *large = NULL;
      WorldScene scene;

      draw (action, WORLD_ANY, 5, &scene);
      small = paint (&scene, 0.3, SIDE, SIDE, small_masks);
      large = paint (&scene, 0.3, 4 * SIDE, 4 * SIDE, large_masks);
      g_assert_cmpfloat (compare_shrunk (large, small, SIDE, 4, 3), <, 1.5);
      g_assert_cmpfloat (compare_shrunk (large_mask, small_mask, SIDE, 4, 1), <, 1.0);
    }
}

/* Every shape of frame is painted to its edges. */
static void
test_shapes (void)
{
  static const guint sizes[][2] = { { 160, 40 }, { 40, 160 }, { 256, 192 }, { 1, 1 }, { 33, 17 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint place = 0; place < WORLD_N_BACKGROUNDS * WORLD_N_LAYOUTS; place++)
      {
        gsize n = (gsize) sizes[i][0] * sizes[i][1];
        g_autofree guint8 *rgb = NULL;
        WorldScene scene;

        draw (WORLD_STANDING, WORLD_ANY, 1, &scene);
        scene.background = place / WORLD_N_LAYOUTS;
        scene.layout = place % WORLD_N_LAYOUTS;
        scene.characters[0].hidden = TRUE;
        rgb = paint (&scene, 0, sizes[i][0], sizes[i][1], NULL);
        for (gsize j = 0; j < n; j++)
          g_assert_cmpuint (rgb[3 * j] + rgb[3 * j + 1] + rgb[3 * j + 2], >, 60);
      }
}

/* A character changes just the pixels that its mask has, and the mask is what changes. */
static void
check_mask (const WorldScene *scene, guint who, double tau)
{
  g_autofree guint8 *mask = g_malloc (PIXELS);
  guint8 *masks[WORLD_MAX_CHARACTERS] = { who == 0 ? mask : NULL, who == 1 ? mask : NULL };
  g_autofree guint8 *with = paint (scene, tau, SIDE, SIDE, masks);
  WorldScene lonely = *scene;
  g_autofree guint8 *without = NULL;
  guint covered = 0;
  guint changed = 0;

  lonely.characters[who].hidden = TRUE;
  without = paint (&lonely, tau, SIDE, SIDE, NULL);
  for (guint i = 0; i < PIXELS; i++)
    {
      gboolean differs = memcmp (with + 3 * i, without + 3 * i, 3) != 0;

      /* A trace of paint below half a level of the mask may still turn a bright channel by one. */
      for (guint channel = 0; channel < 3 && mask[i] == 0; channel++)
        g_assert_cmpint (ABS (with[3 * i + channel] - without[3 * i + channel]), <=, 1);
      covered += mask[i] > 127;
      changed += mask[i] > 127 && differs;
    }
  g_assert_cmpuint (covered, >, 40);
  g_assert_cmpuint (changed * 100, >=, covered * 97);
}

static void
test_masks (void)
{
  for (int action = 0; action < WORLD_N_ACTIONS; action++)
    for (int kind = 0; kind < WORLD_N_KINDS; kind++)
      for (guint moment = 0; moment < 3; moment++)
        {
          WorldScene scene;

          draw (action, kind, 100 + moment, &scene);
          for (guint who = 0; who < scene.n_characters; who++)
            check_mask (&scene, who, 0.2 + 0.3 * moment);
        }
}

/* What one hides of the other counts for one alone. */
static void
test_masks_share (void)
{
  for (guint64 seed = 0; seed < 10; seed++)
    {
      g_autofree guint8 *first = g_malloc (PIXELS);
      g_autofree guint8 *second = g_malloc (PIXELS);
      g_autofree guint8 *alone = g_malloc (PIXELS);
      guint8 *masks[WORLD_MAX_CHARACTERS] = { first, second };
      guint8 *lonely[WORLD_MAX_CHARACTERS] = { NULL, alone };
      guint hidden = 0;
      WorldScene scene;

      draw (WORLD_RIDE, WORLD_ANY, seed, &scene);
      g_free (paint (&scene, 0.5, SIDE, SIDE, masks));
      scene.characters[0].hidden = TRUE;
      g_free (paint (&scene, 0.5, SIDE, SIDE, lonely));
      for (guint i = 0; i < PIXELS; i++)
        {
          g_assert_cmpuint (first[i] + second[i], <=, 256);
          g_assert_cmpuint (second[i], <=, alone[i] + 1);
          hidden += second[i] < alone[i];
        }
      g_assert_cmpuint (hidden, >, 10);
    }
}

static void
check_caption (const WorldScene *scene, const char *caption)
{
  g_auto (GStrv) words = g_strsplit (caption, " ", -1);

  for (guint i = 0; i < scene->n_characters; i++)
    {
      const WorldCharacter *character = &scene->characters[i];
      g_autofree char *phrase = NULL;

      phrase = character->colour_said
                 ? g_strdup_printf ("%s %s", world_colour_words[character->colour], world_kind_words[character->kind])
                 : g_strdup_printf ("a %s", world_kind_words[character->kind]);
      g_assert_nonnull (strstr (caption, phrase));
    }
  g_assert_true (g_str_has_suffix (caption, world_background_phrases[scene->background])
                 == scene->background_said);
  g_assert_true ((strstr (caption, world_deeds[scene->action].word) != NULL)
                 == (scene->form == WORLD_FORM_ACTION));
  g_assert_null (strstr (caption, "a orange"));
  g_assert_true (strstr (caption, "an ") == strstr (caption, "an orange"));
  g_assert_false (g_strv_contains ((const char *const *) words, ""));
}

static void
test_captions (void)
{
  WorldStyle style;
  guint forms[4] = { 0 };

  world_style_init (&style);
  for (guint64 seed = 0; seed < 1000; seed++)
    {
      WorldScene scene;
      g_autofree char *caption = NULL;

      g_assert_true (world_scene_draw (&style, seed, seed % 2, &scene));
      caption = world_scene_dup_caption (&scene);
      check_caption (&scene, caption);
      forms[scene.form]++;
    }
  g_assert_cmpuint (forms[WORLD_FORM_STATIC], >, 30);
  g_assert_cmpuint (forms[WORLD_FORM_PICTURE], >, 150);
  g_assert_cmpuint (forms[WORLD_FORM_EMPTY], ==, 0);
}

static void
test_held_out (void)
{
  WorldStyle style;

  world_style_init (&style);
  for (guint64 seed = 0; seed < N_DRAWS; seed++)
    {
      WorldScene scene;

      g_assert_true (world_scene_draw (&style, seed, FALSE, &scene));
      g_assert_false (world_scene_is_held_out (&scene));
    }
  style.held_out = WORLD_HELD_OUT_ONLY;
  for (guint64 seed = 0; seed < N_DRAWS / 10; seed++)
    {
      WorldScene scene;

      g_assert_true (world_scene_draw (&style, seed, FALSE, &scene));
      g_assert_true (world_scene_is_held_out (&scene));
    }
}

static void
assert_share (guint n, guint of, double share)
{
  g_assert_cmpfloat (fabs ((double) n / of - share), <, 0.025);
}

static void
test_frequencies (void)
{
  guint actions[WORLD_N_ACTIONS] = { 0 }, backgrounds[WORLD_N_BACKGROUNDS] = { 0 }, kinds[WORLD_N_KINDS] = { 0 };
  guint n_said = 0, n_background = 0, n_printed = 0, n_dressed = 0, n_right = 0, n_singles = 0;
  WorldStyle style;

  world_style_init (&style);
  for (guint64 seed = 0; seed < N_DRAWS; seed++)
    {
      WorldScene scene;
      const WorldCharacter *first = scene.characters;

      g_assert_true (world_scene_draw (&style, seed, FALSE, &scene));
      actions[scene.action]++;
      backgrounds[scene.background]++;
      if (scene.n_characters == 1)
        {
          n_singles++;
          kinds[first->kind]++;
        }
      n_said += first->colour_said;
      n_background += scene.background_said;
      n_printed += first->pattern != WORLD_PLAIN;
      n_dressed += first->accent != WORLD_NO_ACCENT;
      n_right += scene.direction > 0;
    }
  for (guint i = 0; i < WORLD_N_ACTIONS; i++)
    assert_share (actions[i], N_DRAWS, world_deeds[i].share);
  for (guint i = 0; i < WORLD_N_BACKGROUNDS; i++)
    assert_share (backgrounds[i], N_DRAWS, 1. / WORLD_N_BACKGROUNDS);
  for (guint i = 0; i < WORLD_N_KINDS; i++)
    assert_share (kinds[i], n_singles, 1. / WORLD_N_KINDS);
  assert_share (n_said, N_DRAWS, style.colour_words);
  assert_share (n_background, N_DRAWS, style.background_words);
  assert_share (n_printed, N_DRAWS, style.patterns);
  assert_share (n_dressed, N_DRAWS, style.accents);
  assert_share (n_right, N_DRAWS, 0.5);
}

static void
test_filters (void)
{
  WorldStyle style;
  WorldScene scene;

  world_style_init (&style);
  style.action = WORLD_RIDE;
  style.kind = WORLD_BEAR;
  style.background = WORLD_SNOW;
  style.colour = WORLD_PINK;
  for (guint64 seed = 0; seed < 100; seed++)
    {
      g_assert_true (world_scene_draw (&style, seed, FALSE, &scene));
      g_assert_cmpint (scene.action, ==, WORLD_RIDE);
      g_assert_cmpint (scene.background, ==, WORLD_SNOW);
      g_assert_cmpint (scene.characters[0].colour, ==, WORLD_PINK);
      g_assert_true (scene.characters[0].kind == WORLD_BEAR || scene.characters[1].kind == WORLD_BEAR);
    }
  g_assert_true (world_style_is_possible (&style));
  style.action = WORLD_WALKING;
  style.colour = WORLD_GREEN;
  g_assert_false (world_style_is_possible (&style));
  g_assert_false (world_scene_draw (&style, 1, FALSE, &scene));
}

static void
measure (const WorldScene *scene, guint who, double tau, WorldTruth *truth)
{
  g_autofree guint8 *mask = g_malloc (PIXELS);
  guint8 *masks[WORLD_MAX_CHARACTERS] = { who == 0 ? mask : NULL, who == 1 ? mask : NULL };

  g_free (paint (scene, tau, SIDE, SIDE, masks));
  world_truth_measure (scene, who, tau, mask, SIDE, SIDE, truth);
  g_assert_true (truth->visible);
}

static void
test_moves (void)
{
  for (int action = 0; action < WORLD_N_ACTIONS; action++)
    for (guint64 seed = 0; seed < 8; seed++)
      {
        WorldTruth early, late;
        WorldScene scene;
        double way;

        draw (action, WORLD_ANY, seed, &scene);
        measure (&scene, 0, 0.25, &early);
        measure (&scene, 0, 0.75, &late);
        way = scene.direction * (late.centroid[0] - early.centroid[0]);
        if (action == WORLD_STANDING)
          g_assert_cmpfloat (fabs (way), <, 1e-9);
        else
          g_assert_cmpfloat (way, >, 0.02 * SIDE);
        g_assert_cmpfloat (early.centroid[0], >, early.box[0]);
        g_assert_cmpfloat (early.centroid[0], <, early.box[2]);
      }
}

/* A jump goes up, and the gait's legs change places. */
static void
test_gait (void)
{
  WorldTruth ground, top;
  WorldScene scene;

  draw (WORLD_JUMPING, WORLD_DOG, 1, &scene);
  measure (&scene, 0, 0.02, &ground);
  measure (&scene, 0, 0.5, &top);
  g_assert_cmpfloat (ground.centroid[1] - top.centroid[1], >, 0.12 * SIDE);
  draw (WORLD_WALKING, WORLD_HORSE, 1, &scene);
  measure (&scene, 0, 0.1, &ground);
  measure (&scene, 0, 0.1 + 1. / 3, &top);
  g_assert_cmpfloat (fabs (cos (ground.leg_phase) + cos (top.leg_phase)), <, 1e-6);
}

static void
test_words_are_tokens (void)
{
  static const char *const others[] = { "a", "an", "is", "static", "video", "of" };
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "data", "mini", "tokenizer", "vocab.json", NULL);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autofree char *vocabulary = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &vocabulary, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < WORLD_N_KINDS; i++)
    g_ptr_array_add (words, (gpointer) world_kind_words[i]);
  for (guint i = 0; i < WORLD_N_COLOURS; i++)
    g_ptr_array_add (words, (gpointer) world_colour_words[i]);
  for (guint i = 0; i < WORLD_N_ACTIONS; i++)
    g_ptr_array_add (words, (gpointer) world_deeds[i].word);
  for (guint i = 0; i < WORLD_N_BACKGROUNDS; i++)
    g_ptr_array_add (words, (gpointer) world_background_words[i]);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_ptr_array_add (words, (gpointer) others[i]);
  for (guint i = 0; i < words->len; i++)
    {
      g_autofree char *token = g_strdup_printf ("\"%s</w>\"", (const char *) words->pdata[i]);

      g_assert_nonnull (strstr (vocabulary, token));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/world/seed", test_seed);
  g_test_add_func ("/world/repeatable", test_repeatable);
  g_test_add_func ("/world/sizes-agree", test_sizes_agree);
  g_test_add_func ("/world/shapes", test_shapes);
  g_test_add_func ("/world/masks", test_masks);
  g_test_add_func ("/world/masks-share", test_masks_share);
  g_test_add_func ("/world/captions", test_captions);
  g_test_add_func ("/world/held-out", test_held_out);
  g_test_add_func ("/world/frequencies", test_frequencies);
  g_test_add_func ("/world/filters", test_filters);
  g_test_add_func ("/world/moves", test_moves);
  g_test_add_func ("/world/gait", test_gait);
  g_test_add_func ("/world/words-are-tokens", test_words_are_tokens);
  return g_test_run ();
}
