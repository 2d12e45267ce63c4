/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scs-fixture.h"

#include <math.h>
#include <string.h>

#include "sandbox.h"
#include "tensor/tensor.h"

/* The attention of kept steps, computed again: what the sampling saw, to the last bit. */

typedef struct
{
  EngineBranch branch;
  const char *const *layers;
} Ask;

static gpointer
read_maps (Engine *engine, const EngineSampleRequest *request, const EngineListener *listener, gpointer data, GError **error)
{
  Ask *ask = data;

  return engine_table ()->read_maps (engine, request, ask->branch, ask->layers, listener, error);
}

static EngineMaps *
ask_step (GVariant *with, const char *steps, guint step, EngineBranch branch, const char *const *layers, GError **error)
{
  g_autoptr (Watch) watch = watch_new ("Sampling", 0);
  ScsHow how = { .params = with, .steps_dir = steps, .from_step = step };
  Ask ask = { branch, layers };

  return scs_use (&how, watch, read_maps, &ask, error);
}

static EngineMaps *
read_step (GVariant *with, const char *steps, guint step, EngineBranch branch)
{
  g_autoptr (GError) error = NULL;
  EngineMaps *maps = ask_step (with, steps, step, branch, NULL, &error);

  g_assert_no_error (error);
  return maps;
}

static const float *
get_floats (GBytes *bytes, gsize n)
{
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, n * sizeof (float));
  return g_bytes_get_data (bytes, NULL);
}

static gsize
count_words (const EngineMaps *maps, const EngineMap *map)
{
  gsize pixels = (gsize) map->width * map->height, f = maps->n_frames;

  return map->temporal ? pixels * map->n_heads * f * f : f * map->n_heads * pixels * g_strv_length (maps->words);
}

/* ‖a − b‖² of the layers of one kind, with the operations that the guidance has. */
static Tensor *
compare_layers (const EngineMaps *a, const EngineMaps *b, gboolean temporal)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GPtrArray) losses = g_ptr_array_new ();

  g_assert_cmpuint (a->n_maps, ==, b->n_maps);
  for (guint i = 0; i < a->n_maps; i++)
    {
      const EngineMap *one = &a->maps[i], *other = &b->maps[i];
      gsize n = count_words (a, one);

      g_assert_cmpstr (one->layer, ==, other->layer);
      if (one->temporal == temporal)
        g_ptr_array_add (losses, t_mse (t_from_data (get_floats (one->words, n), T_F32, T_SHAPE ((gint64) n)),
                                        t_from_data (get_floats (other->words, n), T_F32, T_SHAPE ((gint64) n))));
    }
  g_assert_cmpuint (losses->len, >, 0);
  return t_keep (t_stack ((Tensor *const *) losses->pdata, losses->len, 0));
}

static double
compare (const EngineMaps *a, const EngineMaps *b, gboolean temporal)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GError) error = NULL;
  double value;

  g_assert_true (t_item (t_mean (compare_layers (a, b, temporal)), &value, &error));
  return value;
}

static EngineClip *
sample (GVariant *with, const char *steps, Watch *watch)
{
  g_autoptr (GError) error = NULL;
  ScsHow how = { .params = with, .steps_dir = steps };
  EngineClip *clip = scs_sample (&how, watch, &error);

  g_assert_no_error (error);
  return clip;
}

/* Both losses of every guided step follow from the maps that are computed again, bit for bit. */
static void
test_exact (void)
{
  g_autoptr (Sandbox) steps = sandbox_new ();
  g_autoptr (GVariant) with = scs_params ("scs", 40, 1000, 0);
  g_autoptr (Watch) watch = watch_new ("Sampling", 0);
  g_autoptr (EngineClip) clip = sample (with, steps, watch);

  g_assert_cmpuint (watch->guided, ==, 4);
  for (guint i = 0; i < watch->guided; i++)
    {
      g_autoptr (EngineMaps) subject = read_step (with, steps, i, ENGINE_BRANCH_SUBJECT);
      g_autoptr (EngineMaps) motion = read_step (with, steps, i, ENGINE_BRANCH_MOTION);

      g_assert_cmpfloat (watch->looks_lost[i + 1], >, 0);
      g_assert_true (compare (motion, subject, FALSE) == watch->looks_lost[i + 1]);
      g_assert_true (compare (subject, motion, TRUE) == watch->movement_lost[i + 1]);
    }
  g_assert_cmpint (t_live_count (), ==, 0);
}

static void
check_ones (const float *values, gsize n, const float *rest, gsize n_rest, gsize rows)
{
  for (gsize row = 0; row < rows; row++)
    {
      double sum = 0;

      for (gsize i = 0; i < n; i++)
        sum += values[row * n + i];
      for (gsize i = 0; i < n_rest; i++)
        {
          g_assert_cmpfloat (rest[row * n_rest + i], >=, 0);
          sum += rest[row * n_rest + i];
        }
      g_assert_cmpfloat_with_epsilon (sum, 1, 1e-5);
    }
}

/* Rows over time make 1; so do a pixel's shares of all words, with what begins, ends and fills up the prompt. */
static void
test_sums (void)
{
  static const char *const words[] = { "A", "<toy>", "is", "riding", "a", "horse", NULL };
  g_autoptr (Sandbox) steps = sandbox_new ();
  g_autoptr (GVariant) with = scs_params ("scs", 0, 1000, 0);
  g_autoptr (Watch) watch = watch_new ("Sampling", 0);
  g_autoptr (EngineClip) clip = sample (with, steps, watch);
  g_autoptr (EngineMaps) maps = read_step (with, steps, STEPS - 1, ENGINE_BRANCH_MOTION);
  gsize n_words = g_strv_length (maps->words);
  guint n_temporal = 0;

  g_assert_cmpstrv (maps->words, words);
  g_assert_cmpuint (maps->n_frames, ==, FRAMES);
  g_assert_cmpuint (maps->n_maps, ==, g_strv_length (maps->layers));
  for (guint i = 0; i < maps->n_maps; i++)
    {
      EngineMap *map = &maps->maps[i];
      gsize pixels = (gsize) map->width * map->height, rows = pixels * map->n_heads * FRAMES;
      const float *values = get_floats (map->words, count_words (maps, map));

      g_assert_cmpuint (map->width * HEIGHT, ==, map->height * WIDTH);
      n_temporal += map->temporal;
      if (map->temporal)
        check_ones (values, FRAMES, NULL, 0, rows);
      else
        check_ones (values, n_words, get_floats (map->rest, rows * 2), 2, rows);
    }
  g_assert_cmpuint (n_temporal, >, 0);
  g_assert_cmpuint (n_temporal, <, maps->n_maps);
}

/* Single layers are the same to what rounding leaves, and only they come; a name that is none is said. */
static void
test_layers (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) steps = sandbox_new ();
  g_autoptr (GVariant) with = scs_params ("scs", 20, 1000, 0);
  g_autoptr (Watch) watch = watch_new ("Sampling", 0);
  g_autoptr (EngineClip) clip = sample (with, steps, watch);
  g_autoptr (EngineMaps) all = read_step (with, steps, 2, ENGINE_BRANCH_SUBJECT);
  const char *two[] = { all->maps[1].layer, all->maps[all->n_maps - 1].layer, NULL };
  const char *none[] = { "nowhere", NULL };
  g_autoptr (EngineMaps) some = ask_step (with, steps, 2, ENGINE_BRANCH_SUBJECT, two, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (some->n_maps, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      EngineMap *map = &some->maps[i], *whole = &all->maps[i == 0 ? 1 : all->n_maps - 1];
      gsize n = count_words (some, map);
      const float *a = get_floats (map->words, n), *b = get_floats (whole->words, n);

      g_assert_cmpstr (map->layer, ==, two[i]);
      for (gsize k = 0; k < n; k++)
        g_assert_cmpfloat_with_epsilon (a[k], b[k], 1e-4);
    }
  g_assert_null (ask_step (with, steps, 2, ENGINE_BRANCH_SUBJECT, none, &error));
  g_assert_nonnull (strstr (error->message, "nowhere"));
  g_clear_error (&error);
  g_assert_null (ask_step (with, steps, STEPS, ENGINE_BRANCH_SUBJECT, NULL, &error));
  g_assert_nonnull (strstr (error->message, "last step"));
}

/* Where all work in one branch there is one to look at. */
static void
test_one_branch (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) steps = sandbox_new ();
  g_autoptr (GVariant) with = scs_params ("one-branch", 20, 1000, 0);
  g_autoptr (GVariant) scs = scs_params ("scs", 20, 1000, 0);
  g_autoptr (Watch) watch = watch_new ("Sampling", 0);
  g_autoptr (EngineClip) clip = sample (with, steps, watch);
  g_autoptr (EngineMaps) one = read_step (with, steps, 0, ENGINE_BRANCH_SUBJECT);
  g_autoptr (EngineMaps) subject = read_step (scs, steps, 0, ENGINE_BRANCH_SUBJECT);

  /* Motion and subject in one model are neither the one nor the other. */
  g_assert_cmpfloat (compare (one, subject, TRUE), >, 0);
  g_assert_null (ask_step (with, steps, 0, ENGINE_BRANCH_MOTION, NULL, &error));
  g_assert_nonnull (strstr (error->message, "one branch"));
}

/* --- the reference's step (golden/README §8) --- */

#define GOLDEN_STEPS 6
#define GOLDEN_STEP 1

static Tensor *
golden (WeightsFile *file, const char *name)
{
  const WeightsEntry *entry = weights_file_lookup (file, name);

  g_assert_nonnull (entry);
  return t_from_entry (file, entry);
}

/* The reference's x_t as if a sampling had kept it. */
static void
keep_golden (WeightsFile *file, const char *steps)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) metadata = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *name = g_strdup_printf ("%04u.safetensors", GOLDEN_STEP);
  g_autofree char *path = g_build_filename (steps, name, NULL);
  const char *x = "x";
  Tensor *x_t = golden (file, "x_t");

  g_hash_table_insert (metadata, (gpointer) "format", (gpointer) "videomage-step-1");
  g_hash_table_insert (metadata, (gpointer) "step", (gpointer) G_STRINGIFY (GOLDEN_STEP));
  g_hash_table_insert (metadata, (gpointer) "n_steps", (gpointer) G_STRINGIFY (GOLDEN_STEPS));
  g_assert_true (t_save (path, &x, &x_t, 1, metadata, &error));
  g_assert_no_error (error);
}

static EngineMaps *
read_golden (const char *steps, EngineBranch branch)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *toy = g_test_build_filename (G_TEST_DIST, "golden", "lora", "learned_embeds_toy.safetensors", NULL);
  g_autofree char *dog = g_test_build_filename (G_TEST_DIST, "golden", "lora", "learned_embeds_dog.safetensors", NULL);
  g_autofree char *subjects = golden_lora ("diffusers_fus", "pytorch_lora_weights.safetensors");
  g_autofree char *moves = golden_lora ("diffusers_mot", "pytorch_lora_weights.safetensors");
  EngineToken known[] = { { "<toy>", "wolf plushie", toy }, { "<dog>", "dog", dog } };
  EngineLora loras[] = { { subjects, 1, ENGINE_BRANCH_SUBJECT }, { moves, 1, ENGINE_BRANCH_MOTION } };
  GVariantDict dict;
  g_autoptr (GVariant) params = NULL;
  EngineSampleRequest request = {
    .prompt = "A <toy> is riding a <dog> on the volcano.", .negative = "", .known = known, .n_known = 2, .loras = loras,
    .n_loras = 2, .steps_dir = steps, .from_step = GOLDEN_STEP,
  };
  Engine *engine = open_tiny ();
  EngineMaps *maps;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "steps", "i", GOLDEN_STEPS);
  g_variant_dict_insert (&dict, "frames", "i", 4);
  g_variant_dict_insert (&dict, "width", "i", 96);
  g_variant_dict_insert (&dict, "height", "i", 64);
  g_variant_dict_insert (&dict, "sampling", "s", "scs");
  params = g_variant_ref_sink (g_variant_dict_end (&dict));
  request.params = params;
  maps = engine_table ()->read_maps (engine, &request, branch, NULL, NULL, &error);
  g_assert_no_error (error);
  engine_table ()->close (engine);
  return maps;
}

static void
check_golden (const EngineMaps *a, const EngineMaps *b, gboolean temporal, Tensor *expected)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GError) error = NULL;
  Tensor *found = compare_layers (a, b, temporal);
  double wrong, size;

  g_assert_cmpint (t_numel (found), ==, t_numel (expected));
  g_assert_true (t_item (t_norm (t_sub (found, expected)), &wrong, &error));
  g_assert_true (t_item (t_norm (expected), &size, &error));
  g_test_message ("wrong by %g of it", wrong / size);
  g_assert_cmpfloat (wrong, <, 1e-4 * size);
}

/* Layer by layer the branches differ by what diffusers' own maps differ. */
static void
test_golden (void)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", "method_scs_step.safetensors", NULL);
  g_autoptr (WeightsFile) file = weights_file_open (path, &error);
  g_autoptr (Sandbox) steps = sandbox_new ();
  g_autoptr (EngineMaps) subject = NULL;
  g_autoptr (EngineMaps) motion = NULL;

  g_assert_no_error (error);
  keep_golden (file, steps);
  subject = read_golden (steps, ENGINE_BRANCH_SUBJECT);
  motion = read_golden (steps, ENGINE_BRANCH_MOTION);
  check_golden (subject, motion, TRUE, golden (file, "L_m_to_s_layers"));
  check_golden (motion, subject, FALSE, golden (file, "L_s_to_m_layers"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/maps/exact", test_exact);
  g_test_add_func ("/engine/maps/sums", test_sums);
  g_test_add_func ("/engine/maps/layers", test_layers);
  g_test_add_func ("/engine/maps/one-branch", test_one_branch);
  g_test_add_func ("/engine/maps/golden", test_golden);
  return g_test_run ();
}
