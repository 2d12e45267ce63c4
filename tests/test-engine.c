/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/engine.h"
#include "sandbox.h"
#include "tensor/tensor.h"

/* Training and sampling through the engine's door, on the tiny golden model. */

#define STEPS 6
#define FRAMES 4
#define WIDTH 96
#define HEIGHT 64

typedef struct
{
  guint stop_after; /* training steps after which the call is interrupted; 0: never */
  guint steps;
  guint previews;
  GArray *losses; /* of double: the first term of each step */
  gboolean looks; /* samples are wanted while it trains */
  GArray *samples; /* of guint: the steps after which there was one */
  EngineClip *sample; /* the last one */
  gint validate_every;
  GArray *validations; /* of double: "L_val" where a step has it */
  gboolean checkpointing; /* gradient checkpointing */
  gboolean offload;
  gint live; /* tensors that there were when the last step was told */
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

  if (!g_str_equal (phase, "Training") && !g_str_equal (phase, "Sampling"))
    return;
  watch->steps = step;
  watch->live = t_live_count ();
  if (n_terms > 0 && watch->losses != NULL)
    g_array_append_val (watch->losses, terms[0].value);
  for (guint i = 0; watch->validations != NULL && i < n_terms; i++)
    if (g_str_equal (terms[i].name, "L_val"))
      g_array_append_val (watch->validations, terms[i].value);
}

static void
preview (gpointer data, guint step, const EngineClip *clip)
{
  ((Watch *) data)->previews++;
}

static void
look (gpointer data, guint step, const char *what, const EngineClip *clip)
{
  Watch *watch = data;

  g_assert_cmpstr (what, ==, "sample");
  g_array_append_val (watch->samples, step);
  g_clear_pointer (&watch->sample, engine_clip_free);
  watch->sample = engine_clip_new (clip->rgb, NULL, NULL, clip->n_frames, clip->width, clip->height);
}

static Engine *
open_engine (guint threads, gboolean offload)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_test_build_filename (G_TEST_DIST, "golden", "tiny", NULL);
  EngineConfig config = { .model_dir = dir, .device = "cpu", .precision = "float32", .threads = threads, .offload = offload };
  Engine *engine = engine_table ()->open (&config, NULL, &error);

  g_assert_no_error (error);
  return engine;
}

static Engine *
open_tiny (guint threads)
{
  return open_engine (threads, FALSE);
}

/* A clip of moving stripes. */
static EngineClip *
stripes (guint n_frames, const char *caption)
{
  gsize size = (gsize) n_frames * WIDTH * HEIGHT * 3;
  guint8 *bytes = g_malloc (size);
  g_autoptr (GBytes) rgb = NULL;

  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8) ((i / 3 % WIDTH * 5 + i / (WIDTH * HEIGHT * 3) * 20 + i % 3 * 60) % 256);
  rgb = g_bytes_new_take (bytes, size);
  return engine_clip_new (rgb, NULL, caption, n_frames, WIDTH, HEIGHT);
}

static GVariant *
train_params (guint iterations, double lambda1, const Watch *watch)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "iterations", "i", (gint32) iterations);
  g_variant_dict_insert (&dict, "lambda1", "d", lambda1);
  g_variant_dict_insert (&dict, "lora_rate", "d", 1e-2);
  g_variant_dict_insert (&dict, "token_rate", "d", 1e-2);
  g_variant_dict_insert (&dict, "omega", "d", 0.5);
  g_variant_dict_insert (&dict, "rank", "i", 4);
  g_variant_dict_insert (&dict, "checkpoint_every", "i", 4);
  g_variant_dict_insert (&dict, "validate_every", "i", watch->validate_every);
  g_variant_dict_insert (&dict, "gradient_checkpointing", "b", watch->checkpointing);
  g_variant_dict_insert (&dict, "sample_every", "i", 4);
  g_variant_dict_insert (&dict, "sample_steps", "i", 2);
  g_variant_dict_insert (&dict, "guidance", "d", 3.0);
  g_variant_dict_insert (&dict, "frames", "i", FRAMES);
  g_variant_dict_insert (&dict, "width", "i", WIDTH);
  g_variant_dict_insert (&dict, "height", "i", HEIGHT);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static gboolean
train (EngineTraining kind, const char *run_dir, guint iterations, double lambda1, Watch *watch, GError **error)
{
  Engine *engine = open_engine (1, watch->offload);
  g_autoptr (EngineClip) picture = stripes (kind == ENGINE_TRAIN_MOTION ? FRAMES : 1, NULL);
  g_autoptr (EngineClip) prior = stripes (FRAMES, "a dog runs on the grass");
  g_autoptr (GVariant) params = train_params (iterations, lambda1, watch);
  EngineToken known = { "<sub1>", "person", NULL };
  EngineTrainRequest request = {
    .kind = kind,
    .token = { kind == ENGINE_TRAIN_MOTION ? NULL : "<toy>", "dog", NULL },
    .prompt = kind == ENGINE_TRAIN_MOTION ? "A person is riding a horse" : "A <toy>",
    .static_prompt = kind == ENGINE_TRAIN_MOTION ? "A static video of <sub1>." : NULL,
    .clips = &picture, .n_clips = 1,
    .prior = &prior, .n_prior = kind == ENGINE_TRAIN_SUBJECT && lambda1 > 0 ? 1 : 0,
    .known = &known, .n_known = kind == ENGINE_TRAIN_MOTION ? 1 : 0,
    .params = params, .seed = 5, .run_dir = run_dir,
  };
  EngineListener listener = { interrupted, progress, preview, watch, watch->looks ? look : NULL };
  gboolean ok = engine_table ()->train (engine, &request, &listener, error);

  engine_table ()->close (engine);
  return ok;
}

static void
assert_same_file (const char *dir_a, const char *dir_b, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *a = g_build_filename (dir_a, name, NULL), *b = g_build_filename (dir_b, name, NULL);
  g_autofree char *data_a = NULL, *data_b = NULL;
  gsize n_a, n_b;

  g_file_get_contents (a, &data_a, &n_a, &error);
  g_assert_no_error (error);
  g_file_get_contents (b, &data_b, &n_b, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (data_a, n_a, data_b, n_b);
}

/* Stopped after some steps and continued: the same losses and files as undisturbed, bit for bit. */
static void
check_resume (EngineTraining kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) whole_dir = sandbox_new ();
  g_autoptr (Sandbox) parts_dir = sandbox_new ();
  g_autoptr (GArray) whole = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (double));
  Watch watch = { .losses = whole }, stopped = { .stop_after = 2, .losses = parts }, rest = { .losses = parts };

  train (kind, whole_dir, STEPS, 0.25, &watch, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (watch.steps, ==, STEPS);
  g_assert_false (train (kind, parts_dir, STEPS, 0.25, &stopped, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpuint (stopped.steps, ==, 2);
  train (kind, parts_dir, STEPS, 0.25, &rest, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (whole->len, ==, STEPS);
  g_assert_cmpmem (whole->data, whole->len * sizeof (double), parts->data, parts->len * sizeof (double));
  assert_same_file (whole_dir, parts_dir, "checkpoint.safetensors");
  if (kind != ENGINE_TRAIN_TOKEN)
    assert_same_file (whole_dir, parts_dir, "pytorch_lora_weights.safetensors");
  if (kind != ENGINE_TRAIN_MOTION)
    assert_same_file (whole_dir, parts_dir, "learned_embeds.safetensors");
  g_assert_cmpint (t_live_count (), ==, 0);
}

static void
test_resume_subject (void)
{
  check_resume (ENGINE_TRAIN_SUBJECT);
}

static void
test_resume_token (void)
{
  check_resume (ENGINE_TRAIN_TOKEN);
}

static void
test_resume_motion (void)
{
  check_resume (ENGINE_TRAIN_MOTION);
}

/* A finished run can go on for more steps; a run of other settings is refused and left alone. */
static void
test_continue (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) long_dir = sandbox_new ();
  g_autoptr (Sandbox) dir = sandbox_new ();
  Watch watch = { 0 };

  train (ENGINE_TRAIN_SUBJECT, long_dir, STEPS, 0, &watch, &error);
  g_assert_no_error (error);
  train (ENGINE_TRAIN_SUBJECT, dir, STEPS - 2, 0, &watch, &error);
  g_assert_no_error (error);
  train (ENGINE_TRAIN_SUBJECT, dir, STEPS, 0, &watch, &error);
  g_assert_no_error (error);
  g_assert_no_error (error);
  assert_same_file (long_dir, dir, "pytorch_lora_weights.safetensors");
  g_assert_false (train (ENGINE_TRAIN_SUBJECT, dir, STEPS, 0.5, &watch, &error));
  g_assert_error (error, T_ERROR, T_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "checkpoint.safetensors"));
  assert_same_file (long_dir, dir, "pytorch_lora_weights.safetensors");
}

/* Samples on the way, after every fourth step and at the end, show the weights and change nothing about them. */
static void
test_training_samples (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) blind_dir = sandbox_new ();
  g_autoptr (Sandbox) seen_dir = sandbox_new ();
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (guint));
  Watch blind = { 0 }, seen = { .looks = TRUE, .samples = samples };
  g_autoptr (EngineClip) early = NULL;

  train (ENGINE_TRAIN_SUBJECT, blind_dir, 5, 0.25, &blind, &error);
  g_assert_no_error (error);
  train (ENGINE_TRAIN_SUBJECT, seen_dir, 4, 0.25, &seen, &error);
  g_assert_no_error (error);
  early = g_steal_pointer (&seen.sample);
  train (ENGINE_TRAIN_SUBJECT, seen_dir, 5, 0.25, &seen, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (samples->len, ==, 2);
  g_assert_cmpuint (g_array_index (samples, guint, 0), ==, 4);
  g_assert_cmpuint (g_array_index (samples, guint, 1), ==, 5);
  g_assert_cmpuint (early->n_frames, ==, FRAMES);
  g_assert_false (g_bytes_equal (early->rgb, seen.sample->rgb));
  assert_same_file (blind_dir, seen_dir, "checkpoint.safetensors");
  engine_clip_free (seen.sample);
  g_assert_cmpint (t_live_count (), ==, 0);
}

/* A validation looks and touches nothing: the losses, weights and moments are those without it, bit for bit, and twice the
   same training has twice the same validations, the first, every second and the last step's. */
static void
check_validation (EngineTraining kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) blind_dir = sandbox_new ();
  g_autoptr (Sandbox) seen_dir = sandbox_new ();
  g_autoptr (Sandbox) again_dir = sandbox_new ();
  g_autoptr (GArray) blind_losses = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) seen_losses = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) first = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) second = g_array_new (FALSE, FALSE, sizeof (double));
  Watch blind = { .losses = blind_losses, .validations = none };
  Watch seen = { .losses = seen_losses, .validate_every = 2, .validations = first };
  Watch again = { .validate_every = 2, .validations = second };

  train (kind, blind_dir, 5, 0.25, &blind, &error);
  g_assert_no_error (error);
  train (kind, seen_dir, 5, 0.25, &seen, &error);
  g_assert_no_error (error);
  train (kind, again_dir, 5, 0.25, &again, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (blind_losses->data, blind_losses->len * sizeof (double), seen_losses->data, seen_losses->len * sizeof (double));
  assert_same_file (blind_dir, seen_dir, "checkpoint.safetensors");
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (first->len, ==, 4);
  g_assert_cmpmem (first->data, first->len * sizeof (double), second->data, second->len * sizeof (double));
  g_assert_cmpfloat (g_array_index (first, double, 0), >, 0);
  g_assert_cmpfloat (g_array_index (first, double, 0), !=, g_array_index (first, double, 3));
  g_assert_cmpint (t_live_count (), ==, 0);
}

static void
test_validation_subject (void)
{
  check_validation (ENGINE_TRAIN_SUBJECT);
}

static void
test_validation_token (void)
{
  check_validation (ENGINE_TRAIN_TOKEN);
}

static void
test_validation_motion (void)
{
  check_validation (ENGINE_TRAIN_MOTION);
}

/* What is computed twice is the same twice: the losses are those of a training that keeps everything, but for the rounding of
   gradients that are summed in another order; and they are the same every time. */
static void
check_checkpointing (EngineTraining kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) all_dir = sandbox_new ();
  g_autoptr (Sandbox) less_dir = sandbox_new ();
  g_autoptr (Sandbox) again_dir = sandbox_new ();
  g_autoptr (GArray) all_losses = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) less_losses = g_array_new (FALSE, FALSE, sizeof (double));
  Watch all = { .losses = all_losses };
  Watch less = { .losses = less_losses, .checkpointing = TRUE };
  Watch again = { .checkpointing = TRUE };

  train (kind, all_dir, 4, 0.25, &all, &error);
  g_assert_no_error (error);
  train (kind, less_dir, 4, 0.25, &less, &error);
  g_assert_no_error (error);
  train (kind, again_dir, 4, 0.25, &again, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all_losses->len, ==, 4);
  g_assert_cmpuint (less_losses->len, ==, 4);
  g_assert_cmpfloat (g_array_index (all_losses, double, 0), ==, g_array_index (less_losses, double, 0));
  for (guint i = 0; i < 4; i++)
    {
      double wanted = g_array_index (all_losses, double, i);

      g_test_message ("%g", g_array_index (less_losses, double, i) / wanted - 1);
      g_assert_cmpfloat_with_epsilon (g_array_index (less_losses, double, i), wanted, 1e-5 * wanted);
    }
  assert_same_file (less_dir, again_dir, "checkpoint.safetensors");
  g_assert_cmpint (t_live_count (), ==, 0);
}

static void
test_checkpointing (void)
{
  check_checkpointing (ENGINE_TRAIN_SUBJECT);
  check_checkpointing (ENGINE_TRAIN_TOKEN);
  check_checkpointing (ENGINE_TRAIN_MOTION);
}

/* Encoders that are loaded when they are needed change nothing, and are not there while the UNet learns; the text encoder stays
   where a word is learned. */
static void
check_offload (EngineTraining kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) all_dir = sandbox_new ();
  g_autoptr (Sandbox) less_dir = sandbox_new ();
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) all_losses = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) less_losses = g_array_new (FALSE, FALSE, sizeof (double));
  Watch all = { .losses = all_losses, .looks = TRUE, .samples = samples };
  Watch less = { .losses = less_losses, .looks = TRUE, .samples = samples, .offload = TRUE };

  train (kind, all_dir, 5, 0.25, &all, &error);
  g_assert_no_error (error);
  train (kind, less_dir, 5, 0.25, &less, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (all_losses->data, all_losses->len * sizeof (double), less_losses->data, less_losses->len * sizeof (double));
  assert_same_file (all_dir, less_dir, "checkpoint.safetensors");
  g_assert_true (g_bytes_equal (all.sample->rgb, less.sample->rgb));
  g_test_message ("%d tensors, %d with the encoders away", all.live, less.live);
  g_assert_cmpint (less.live, <=, all.live - (kind == ENGINE_TRAIN_MOTION ? 90 : 60));
  engine_clip_free (all.sample);
  engine_clip_free (less.sample);
  g_assert_cmpint (t_live_count (), ==, 0);
}

/* Who asks for fewer steps than a run has must not get more. */
static void
test_fewer_steps (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) dir = sandbox_new ();
  Watch watch = { 0 };

  train (ENGINE_TRAIN_SUBJECT, dir, 4, 0, &watch, &error);
  g_assert_no_error (error);
  g_assert_false (train (ENGINE_TRAIN_SUBJECT, dir, 3, 0, &watch, &error));
  g_assert_error (error, T_ERROR, T_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "4 steps"));
}

static EngineClip *
sample (guint threads, guint64 seed, const EngineLora *loras, guint n_loras, Watch *watch, GError **error)
{
  Engine *engine = open_engine (threads, watch->offload);
  GVariantDict dict;
  g_autoptr (GVariant) params = NULL;
  EngineListener listener = { interrupted, progress, preview, watch };
  EngineSampleRequest request = {
    .prompt = "A person is riding a horse", .negative = "", .loras = loras, .n_loras = n_loras, .seed = seed,
    .preview_every = 2,
  };
  EngineClip *clip;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "steps", "i", 6);
  g_variant_dict_insert (&dict, "guidance", "d", 3.0);
  g_variant_dict_insert (&dict, "frames", "i", FRAMES);
  g_variant_dict_insert (&dict, "width", "i", WIDTH);
  g_variant_dict_insert (&dict, "height", "i", HEIGHT);
  request.params = params = g_variant_ref_sink (g_variant_dict_end (&dict));
  clip = engine_table ()->sample (engine, &request, &listener, error);
  engine_table ()->close (engine);
  return clip;
}

/* The largest difference of two clips in grey levels. */
static int
difference (EngineClip *a, EngineClip *b)
{
  gsize n_a, n_b;
  const guint8 *x = g_bytes_get_data (a->rgb, &n_a), *y = g_bytes_get_data (b->rgb, &n_b);
  int largest = 0;

  g_assert_cmpuint (n_a, ==, n_b);
  for (gsize i = 0; i < n_a; i++)
    largest = MAX (largest, ABS (x[i] - y[i]));
  return largest;
}

static void
test_sample (void)
{
  g_autoptr (GError) error = NULL;
  Watch watch = { 0 }, stopped = { .stop_after = 3 };
  g_autoptr (EngineClip) a = sample (1, 1, NULL, 0, &watch, &error);
  g_autoptr (EngineClip) again = sample (1, 1, NULL, 0, &watch, &error);
  g_autoptr (EngineClip) threads = sample (2, 1, NULL, 0, &watch, &error);
  g_autoptr (EngineClip) other = sample (1, 2, NULL, 0, &watch, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (a->n_frames, ==, FRAMES);
  g_assert_cmpuint (a->width, ==, WIDTH);
  g_assert_cmpuint (a->height, ==, HEIGHT);
  g_assert_cmpuint (watch.previews, ==, 4 * 2);
  g_assert_cmpint (difference (a, again), ==, 0);
  g_assert_cmpint (difference (a, threads), <=, 1);
  g_assert_cmpint (difference (a, other), >, 1);
  g_assert_null (sample (1, 1, NULL, 0, &stopped, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (stopped.steps, ==, 3);
  g_assert_cmpint (t_live_count (), ==, 0);
}

static void
test_sample_lora (void)
{
  g_autoptr (GError) error = NULL;
  Watch watch = { 0 };
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", "lora", "diffusers_s1",
                                                 "pytorch_lora_weights.safetensors", NULL);
  EngineLora off = { path, 0 }, on = { path, 1 };
  g_autoptr (EngineClip) base = sample (1, 1, NULL, 0, &watch, &error);
  g_autoptr (EngineClip) without = sample (1, 1, &off, 1, &watch, &error);
  g_autoptr (EngineClip) with = sample (1, 1, &on, 1, &watch, &error);

  g_assert_no_error (error);
  g_assert_cmpint (difference (base, without), ==, 0);
  g_assert_cmpint (difference (base, with), >, 1);
}

static void
test_offload (void)
{
  g_autoptr (GError) error = NULL;
  Watch all = { 0 }, less = { .offload = TRUE };
  g_autoptr (EngineClip) a = sample (1, 1, NULL, 0, &all, &error);
  g_autoptr (EngineClip) b = sample (1, 1, NULL, 0, &less, &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (a->rgb, b->rgb));
  g_assert_cmpint (less.live, <=, all.live - 90);
  check_offload (ENGINE_TRAIN_SUBJECT);
  check_offload (ENGINE_TRAIN_MOTION);
}

/* Masks of the clip's size for every word; what several words claim goes to one. A word must stand in the prompt. */
static void
test_locate (void)
{
  g_autoptr (GError) error = NULL;
  Engine *engine = open_tiny (1);
  g_autoptr (EngineClip) clip = stripes (FRAMES, NULL);
  EngineToken words[] = { { "<a>", "dog", "/nowhere/at/all" }, { "<b>", "horse", NULL }, { "<c>", "cat", NULL } };
  GBytes *masks[G_N_ELEMENTS (words)] = { NULL };
  const guint8 *bytes[2];
  gsize size, inside = 0;

  engine_table ()->locate (engine, clip, "a <a> is riding a <b>", words, 2, NULL, masks, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    {
      bytes[i] = g_bytes_get_data (masks[i], &size);
      g_assert_cmpuint (size, ==, FRAMES * WIDTH * HEIGHT);
    }
  for (gsize i = 0; i < size; i++)
    {
      g_assert_false (bytes[0][i] != 0 && bytes[1][i] != 0);
      inside += bytes[0][i] == 255 || bytes[1][i] == 255;
    }
  g_assert_cmpuint (inside, >, 0);
  g_assert_cmpuint (inside, <, size);
  for (guint i = 0; i < 2; i++)
    g_bytes_unref (masks[i]);
  g_assert_false (engine_table ()->locate (engine, clip, "a <a>", words, 3, NULL, masks, &error));
  g_assert_nonnull (strstr (error->message, "<b>"));
  engine_table ()->close (engine);
  g_assert_cmpint (t_live_count (), ==, 0);
}

static void
test_errors (void)
{
  g_autoptr (GError) error = NULL;
  EngineConfig nowhere = { "/nowhere/at/all", "cpu", "float32", 1 }, device = { "/", "abacus", "float32", 1 };
  Engine *engine = open_tiny (1);
  g_autoptr (EngineClip) picture = stripes (1, NULL);
  EngineTrainRequest nothing = { .kind = ENGINE_TRAIN_SUBJECT, .token = { "<toy>", "dog", NULL }, .prompt = "A <toy>" };

  g_assert_null (engine_table ()->open (&nowhere, NULL, &error));
  g_assert_nonnull (strstr (error->message, "/nowhere/at/all"));
  g_clear_error (&error);
  g_assert_null (engine_table ()->open (&device, NULL, &error));
  g_assert_nonnull (strstr (error->message, "abacus"));
  g_clear_error (&error);
  g_assert_false (engine_table ()->train (engine, &nothing, NULL, &error));
  g_assert_nonnull (strstr (error->message, "nothing to learn from"));
  g_clear_error (&error);
  picture->mask = g_bytes_new_take (g_malloc0 (WIDTH * HEIGHT), WIDTH * HEIGHT);
  nothing.clips = &picture;
  nothing.n_clips = 1;
  g_assert_false (engine_table ()->train (engine, &nothing, NULL, &error));
  g_assert_nonnull (strstr (error->message, "The mask of picture 1 of 1 is empty"));
  engine_table ()->close (engine);
  g_assert_cmpint (t_live_count (), ==, 0);
}

/* A model can be stopped while it is loaded, and leaves nothing behind. */
static void
test_stop_loading (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_test_build_filename (G_TEST_DIST, "golden", "tiny", NULL);
  EngineConfig config = { dir, "cpu", "float32", 1 };
  Watch watch = { .stop_after = 1, .steps = 1 };
  EngineListener listener = { .interrupted = interrupted, .data = &watch };

  g_assert_null (engine_table ()->open (&config, &listener, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (t_live_count (), ==, 0);
}

/* Numbers that no table of parameters would let through, but a file by hand might. */
static void
test_wrong_numbers (void)
{
  static const struct
  {
    const char *key;
    gint value;
    const char *says;
  } wrong[] = { { "steps", 1001, "1000" }, { "steps", 0, "steps" }, { "steps", -3, "steps" }, { "frames", 0, "frames" },
                { "width", 65, "multiples" }, { "rank", 0, "rank" }, { "rank", -1, "rank" } };
  Engine *engine = open_tiny (1);
  g_autoptr (EngineClip) picture = stripes (1, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) params = NULL;
      GVariantDict dict;
      EngineSampleRequest request = { .prompt = "a dog", .seed = 1 };
      EngineTrainRequest training = {
        .kind = ENGINE_TRAIN_SUBJECT, .token = { "<toy>", "dog", NULL }, .prompt = "A <toy>", .clips = &picture,
        .n_clips = 1, .run_dir = "/nowhere",
      };

      g_variant_dict_init (&dict, NULL);
      g_variant_dict_insert (&dict, "frames", "i", FRAMES);
      g_variant_dict_insert (&dict, "width", "i", WIDTH);
      g_variant_dict_insert (&dict, "height", "i", HEIGHT);
      g_variant_dict_insert (&dict, wrong[i].key, "i", wrong[i].value);
      params = g_variant_ref_sink (g_variant_dict_end (&dict));
      request.params = training.params = params;
      if (g_str_equal (wrong[i].key, "rank"))
        g_assert_false (engine_table ()->train (engine, &training, NULL, &error));
      else
        g_assert_null (engine_table ()->sample (engine, &request, NULL, &error));
      g_assert_error (error, T_ERROR, T_ERROR_FAILED);
      g_assert_nonnull (strstr (error->message, wrong[i].says));
    }
  engine_table ()->close (engine);
  g_assert_cmpint (t_live_count (), ==, 0);
}

/* What a model makes of words, read from its folder; a folder without a tokenizer says so. */
static void
test_words (void)
{
  static const char *const texts[] = { "dog", "dogs of war", "<toy>", "" };
  g_autofree char *model = g_test_build_filename (G_TEST_DIST, "golden", "tiny", NULL);
  g_autoptr (GError) error = NULL;
  EngineWord words[G_N_ELEMENTS (texts)];

  g_assert_true (engine_table ()->read_words (model, texts, G_N_ELEMENTS (texts), words, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (words[0].n_pieces, ==, 1);
  g_assert_cmpuint (words[1].n_pieces, >=, 3);
  g_assert_cmpuint (words[2].n_pieces, >=, 3);
  g_assert_cmpuint (words[3].n_pieces, ==, 0);
  g_assert_false (words[2].named);
  g_assert_false (engine_table ()->read_words ("/nowhere", texts, 1, words, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/words", test_words);
  g_test_add_func ("/engine/resume/subject", test_resume_subject);
  g_test_add_func ("/engine/resume/token", test_resume_token);
  g_test_add_func ("/engine/resume/motion", test_resume_motion);
  g_test_add_func ("/engine/continue", test_continue);
  g_test_add_func ("/engine/training-samples", test_training_samples);
  g_test_add_func ("/engine/gradient-checkpointing", test_checkpointing);
  g_test_add_func ("/engine/offload", test_offload);
  g_test_add_func ("/engine/validation/subject", test_validation_subject);
  g_test_add_func ("/engine/validation/token", test_validation_token);
  g_test_add_func ("/engine/validation/motion", test_validation_motion);
  g_test_add_func ("/engine/fewer-steps", test_fewer_steps);
  g_test_add_func ("/engine/sample", test_sample);
  g_test_add_func ("/engine/sample-lora", test_sample_lora);
  g_test_add_func ("/engine/locate", test_locate);
  g_test_add_func ("/engine/errors", test_errors);
  g_test_add_func ("/engine/stop-loading", test_stop_loading);
  g_test_add_func ("/engine/wrong-numbers", test_wrong_numbers);
  return g_test_run ();
}
