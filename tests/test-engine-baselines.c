/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine.h"
#include "sandbox.h"
#include "tensor/tensor.h"

#include <string.h>

/* What the baselines need, through the engine's door, on the tiny golden model: the debiased loss, and fixed words. */

#define STEPS 5
#define FRAMES 3
#define SIZE 32

typedef struct
{
  guint stop_after; /* steps after which the call is interrupted; 0: never */
  guint steps;
  char *name;       /* of the first term */
  double losses[STEPS];
} Watch;

static gboolean
interrupted (gpointer data, GError **error)
{
  Watch *watch = data;

  if (watch->stop_after == 0 || watch->steps < watch->stop_after)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Stopped");
  return FALSE;
}

static void
progress (gpointer data, const char *phase, guint step, guint n_steps, const EngineTerm *terms, guint n_terms)
{
  Watch *watch = data;

  if (!g_str_equal (phase, "Training"))
    return;
  watch->steps = step;
  g_free (watch->name);
  watch->name = g_strdup (terms[0].name);
  watch->losses[step - 1] = terms[0].value;
}

static EngineClip *
stripes (guint n_frames)
{
  gsize size = (gsize) n_frames * SIZE * SIZE * 3;
  guint8 *bytes = g_malloc (size);
  g_autoptr (GBytes) rgb = NULL;

  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8) ((i / 3 % SIZE * 7 + i / (SIZE * SIZE * 3) * 30 + i % 3 * 60) % 256);
  rgb = g_bytes_new_take (bytes, size);
  return engine_clip_new (rgb, NULL, NULL, n_frames, SIZE, SIZE);
}

static GVariant *
make_params (const char *motion_loss)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "iterations", "i", STEPS);
  g_variant_dict_insert (&dict, "lambda1", "d", 0.0);
  g_variant_dict_insert (&dict, "lora_rate", "d", 1e-2);
  g_variant_dict_insert (&dict, "token_rate", "d", 1e-2);
  g_variant_dict_insert (&dict, "omega", "d", 0.0);
  g_variant_dict_insert (&dict, "checkpoint_every", "i", 2);
  g_variant_dict_insert (&dict, "motion_loss", "s", motion_loss);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/* @word: (nullable): of a subject, the file of its word; without it a motion is trained. */
static gboolean
train (const char *run_dir, gboolean subject, const char *word, const char *motion_loss, Watch *watch, GError **error)
{
  g_autofree char *dir = g_test_build_filename (G_TEST_DIST, "golden", "tiny", NULL);
  EngineConfig config = { dir, "cpu", "float32", 1 };
  Engine *engine = engine_table ()->open (&config, NULL, NULL);
  g_autoptr (EngineClip) clip = stripes (subject ? 1 : FRAMES);
  g_autoptr (GVariant) params = make_params (motion_loss);
  EngineTrainRequest request = {
    .kind = subject ? ENGINE_TRAIN_SUBJECT : ENGINE_TRAIN_MOTION,
    .token = { subject ? "<toy>" : NULL, "dog", word },
    .prompt = subject ? "A <toy>" : "A person is riding a horse",
    .clips = &clip, .n_clips = 1, .params = params, .seed = 3, .run_dir = run_dir,
  };
  EngineListener listener = { interrupted, progress, NULL, watch };
  gboolean ok = engine_table ()->train (engine, &request, &listener, error);

  engine_table ()->close (engine);
  return ok;
}

static gboolean
same_file (const char *a, const char *b)
{
  g_autofree char *data_a = NULL, *data_b = NULL;
  gsize n_a, n_b;

  g_assert_true (g_file_get_contents (a, &data_a, &n_a, NULL));
  g_assert_true (g_file_get_contents (b, &data_b, &n_b, NULL));
  return n_a == n_b && memcmp (data_a, data_b, n_a) == 0;
}

static gboolean
same_in (const char *dir_a, const char *dir_b, const char *name)
{
  g_autofree char *a = g_build_filename (dir_a, name, NULL), *b = g_build_filename (dir_b, name, NULL);

  return same_file (a, b);
}

/* The debiased loss holds the plain one and more; its anchors follow from the step, so it goes on bit for bit. */
static void
test_debiased (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) whole = sandbox_new ();
  g_autoptr (Sandbox) parts = sandbox_new ();
  g_autoptr (Sandbox) plain = sandbox_new ();
  Watch debiased = { 0 }, ordinary = { 0 }, stopped = { .stop_after = 3 }, rest = { 0 };

  g_assert_true (train (whole, FALSE, NULL, "debiased", &debiased, &error));
  g_assert_true (train (plain, FALSE, NULL, "plain", &ordinary, &error));
  g_assert_cmpstr (debiased.name, ==, "L_debiased");
  g_assert_cmpstr (ordinary.name, ==, "L_plain");
  g_assert_cmpfloat (debiased.losses[0], >, ordinary.losses[0]);
  g_assert_false (same_in (whole, plain, "pytorch_lora_weights.safetensors"));

  g_assert_false (train (parts, FALSE, NULL, "debiased", &stopped, &error));
  g_clear_error (&error);
  g_assert_true (train (parts, FALSE, NULL, "debiased", &rest, &error));
  g_assert_cmpfloat (rest.losses[STEPS - 1], ==, debiased.losses[STEPS - 1]);
  g_assert_true (same_in (whole, parts, "pytorch_lora_weights.safetensors"));
  /* What another loss began is not gone on with. */
  g_assert_false (train (whole, FALSE, NULL, "plain", &rest, &error));
  g_assert_error (error, T_ERROR, T_ERROR_FILE);
}

/* A word that was learned before stays to the last bit, and the LoRA is trained with it. */
static void
test_fixed_word (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) fixed = sandbox_new ();
  g_autoptr (Sandbox) trained = sandbox_new ();
  g_autofree char *word = g_test_build_filename (G_TEST_DIST, "golden", "lora", "learned_embeds_toy.safetensors", NULL);
  g_autofree char *kept = g_build_filename (fixed, "learned_embeds.safetensors", NULL);
  g_autofree char *again = g_build_filename (trained, "learned_embeds.safetensors", NULL);
  Watch watch = { 0 };

  g_assert_true (train (fixed, TRUE, word, "plain", &watch, &error));
  g_assert_no_error (error);
  g_assert_true (train (trained, TRUE, NULL, "plain", &watch, &error));
  g_assert_false (same_file (kept, again));
  g_assert_false (same_in (fixed, trained, "pytorch_lora_weights.safetensors"));
  /* The row of the file, as it was read. */
  {
    g_autoptr (Sandbox) second = sandbox_new ();

    g_assert_true (train (second, TRUE, kept, "plain", &watch, &error));
    g_assert_true (same_in (fixed, second, "learned_embeds.safetensors"));
    g_assert_true (same_in (fixed, second, "pytorch_lora_weights.safetensors"));
  }
  g_assert_cmpint (t_live_count (), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/baselines/debiased", test_debiased);
  g_test_add_func ("/baselines/fixed-word", test_fixed_word);
  return g_test_run ();
}
