/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "diffusion/attention-maps.h"
#include "diffusion/pipeline.h"
#include "diffusion/scs.h"
#include "engine/engine.h"
#include "nn/lora-file.h"
#include "sandbox.h"
#include "tensor/tensor.h"
#include "train/trainer.h"

/*
 * The whole engine with frozen weights in half precision, beside float32, on the tiny golden model: what a
 * card does. On the CPU "half" is bfloat16, whose 8 bits of mantissa set the tolerances. A card's half is
 * float16, whose exponents do not reach the gradients of means: that is tried behind the engine's door.
 */

#define FRAMES 3
#define WIDTH 64
#define HEIGHT 48
#define STEPS 4

/* Losses are means over many elements: their relative error stays near bfloat16's 2⁻⁸. */
#define LOSS_TOLERANCE 0.02
/* Gradients, and the differences of two maps or two predictions, lose more. */
#define GRADIENT_TOLERANCE 0.15
#define GREY_TOLERANCE 4

typedef struct
{
  const char *phase;
  GArray *terms; /* of EngineTerm: of all steps of @phase */
} Watch;

typedef void (*TrainFunc) (Engine *engine, const char *run_dir, Watch *watch);

static void
progress (gpointer data, const char *phase, guint step, guint n_steps, const EngineTerm *terms, guint n_terms)
{
  Watch *watch = data;

  if (!g_str_equal (phase, watch->phase))
    return;
  for (guint i = 0; i < n_terms; i++)
    {
      g_assert_true (isfinite (terms[i].value));
      g_array_append_val (watch->terms, terms[i]);
    }
}

static Engine *
open_tiny (const char *precision)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_test_build_filename (G_TEST_DIST, "golden", "tiny", NULL);
  EngineConfig config = { dir, "cpu", precision, 1 };
  Engine *engine = engine_table ()->open (&config, NULL, &error);

  g_assert_no_error (error);
  return engine;
}

/* A bright square that wanders over a grey ground, with its mask. */
static EngineClip *
wanderer (guint n_frames, guint8 grey, const char *caption)
{
  gsize n = (gsize) n_frames * WIDTH * HEIGHT;
  guint8 *bytes = g_malloc (n * 3), *inside = g_malloc0 (n);
  g_autoptr (GBytes) rgb = g_bytes_new_take (bytes, n * 3);
  g_autoptr (GBytes) mask = g_bytes_new_take (inside, n);

  memset (bytes, grey, n * 3);
  for (guint f = 0; f < n_frames; f++)
    for (guint y = 16; y < 32; y++)
      {
        gsize at = ((gsize) f * HEIGHT + y) * WIDTH + 10 + 8 * f;
        memset (inside + at, 255, 16);
        memset (bytes + 3 * at, 250, 3 * 16);
      }
  return engine_clip_new (rgb, mask, caption, n_frames, WIDTH, HEIGHT);
}

static GVariant *
params (const char *sampling)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "iterations", "i", STEPS);
  g_variant_dict_insert (&dict, "rank", "i", 4);
  g_variant_dict_insert (&dict, "masked_loss", "b", TRUE);
  g_variant_dict_insert (&dict, "steps", "i", STEPS);
  g_variant_dict_insert (&dict, "guidance", "d", 3.0);
  g_variant_dict_insert (&dict, "frames", "i", FRAMES);
  g_variant_dict_insert (&dict, "width", "i", WIDTH);
  g_variant_dict_insert (&dict, "height", "i", HEIGHT);
  g_variant_dict_insert (&dict, "sampling", "s", sampling);
  g_variant_dict_insert (&dict, "tau", "i", 25);
  g_variant_dict_insert (&dict, "alpha", "d", 1000.0);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static char *
golden (const char *folder)
{
  return g_test_build_filename (G_TEST_DIST, "golden", "lora", folder, "pytorch_lora_weights.safetensors", NULL);
}

static void
train (Engine *engine, EngineTraining kind, const char *run_dir, Watch *watch)
{
  g_autoptr (GError) error = NULL;
  gboolean motion = kind == ENGINE_TRAIN_MOTION;
  g_autoptr (EngineClip) clip = wanderer (motion ? FRAMES : 1, 90, NULL);
  g_autoptr (EngineClip) prior = wanderer (FRAMES, 40, "a dog runs on the grass");
  g_autoptr (GVariant) with = params ("scs");
  EngineToken known = { "<sub1>", "person", NULL };
  EngineListener listener = { .progress = progress, .data = watch };
  EngineTrainRequest request = {
    .kind = kind, .token = { motion ? NULL : "<toy>", "dog", NULL },
    .prompt = motion ? "A person is riding a horse" : "A <toy>",
    .static_prompt = motion ? "A static video of <sub1>." : NULL,
    .clips = &clip, .n_clips = 1, .prior = &prior, .n_prior = kind == ENGINE_TRAIN_SUBJECT,
    .known = &known, .n_known = motion, .params = with, .seed = 5, .run_dir = run_dir,
  };

  engine_table ()->train (engine, &request, &listener, &error);
  g_assert_no_error (error);
}

static void
train_subject (Engine *engine, const char *run_dir, Watch *watch)
{
  train (engine, ENGINE_TRAIN_SUBJECT, run_dir, watch);
}

static void
train_token (Engine *engine, const char *run_dir, Watch *watch)
{
  train (engine, ENGINE_TRAIN_TOKEN, run_dir, watch);
}

static void
train_motion (Engine *engine, const char *run_dir, Watch *watch)
{
  train (engine, ENGINE_TRAIN_MOTION, run_dir, watch);
}

static void
fuse (Engine *engine, const char *run_dir, Watch *watch)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EngineClip) clip = wanderer (FRAMES, 60, NULL);
  g_autoptr (EngineClip) ground = wanderer (1, 30, NULL);
  g_autoptr (GVariant) with = params ("scs");
  g_autofree char *s1 = golden ("diffusers_s1"), *s2 = golden ("diffusers_s1_alpha");
  EngineFuseSubject subjects[] = {
    { { "<toy>", "dog", NULL }, "A <toy>", s1, &clip, 1 },
    { { "<dog>", "horse", NULL }, "A <dog>", s2, &clip, 1 },
  };
  EngineListener listener = { .progress = progress, .data = watch };
  EngineFuseRequest request = {
    .subjects = subjects, .n_subjects = 2, .backgrounds = &ground, .n_backgrounds = 1, .params = with, .seed = 4,
    .run_dir = run_dir,
  };

  engine_table ()->fuse (engine, &request, &listener, &error);
  g_assert_no_error (error);
}

static EngineClip *
sample (const char *precision, const char *way, Watch *watch)
{
  g_autoptr (GError) error = NULL;
  Engine *engine = open_tiny (precision);
  g_autoptr (EngineClip) clip = wanderer (FRAMES, 90, NULL);
  g_autoptr (GVariant) with = params (way);
  g_autofree char *subject = golden ("diffusers_s1"), *motion = golden ("diffusers_mot");
  gboolean scs = g_str_equal (way, "scs");
  EngineToken known = { "<toy>", "dog", NULL };
  EngineLora loras[] = { { subject, 1, ENGINE_BRANCH_SUBJECT }, { motion, 1, ENGINE_BRANCH_MOTION } };
  EngineListener listener = { .progress = progress, .data = watch };
  EngineSampleRequest request = {
    .prompt = "A <toy> is riding a horse", .negative = "", .known = &known, .n_known = 1, .loras = loras,
    .n_loras = 2, .params = with, .seed = 3, .motion_clip = clip, .mask_token = scs ? NULL : "<toy>",
  };
  EngineClip *result = engine_table ()->sample (engine, &request, &listener, &error);

  g_assert_no_error (error);
  g_assert_cmpint (result->mask != NULL, ==, !scs);
  engine_table ()->close (engine);
  return result;
}

/* Every term of every step beside float32's. */
static void
assert_close (GArray *half, GArray *full)
{
  g_assert_cmpuint (half->len, ==, full->len);
  g_assert_cmpuint (half->len, >, 0);
  for (guint i = 0; i < half->len; i++)
    {
      EngineTerm *a = &g_array_index (half, EngineTerm, i), *b = &g_array_index (full, EngineTerm, i);
      static const char *const losses[] = { "L", "L_sub", "L_reg", "L_mot", "L_attn", NULL };
      gboolean loss = g_strv_contains (losses, a->name);
      g_test_message ("%s: half %g, float32 %g", a->name, a->value, b->value);
      g_assert_cmpfloat_with_epsilon (a->value, b->value,
                                      (loss ? LOSS_TOLERANCE : GRADIENT_TOLERANCE) * fabs (b->value));
    }
}

static void
test_training (gconstpointer data)
{
  TrainFunc func = (TrainFunc) data;
  g_autoptr (GArray) half = g_array_new (FALSE, FALSE, sizeof (EngineTerm));
  g_autoptr (GArray) full = g_array_new (FALSE, FALSE, sizeof (EngineTerm));

  for (guint i = 0; i < 2; i++)
    {
      Watch watch = { "Training", i == 0 ? half : full };
      g_autoptr (Sandbox) dir = sandbox_new ();
      Engine *engine = open_tiny (i == 0 ? "half" : "float32");
      func (engine, dir, &watch);
      engine_table ()->close (engine);
    }
  assert_close (half, full);
  g_assert_cmpint (t_live_count (), ==, 0);
}

/* The mean difference of two clips in grey levels. */
static double
difference (EngineClip *a, EngineClip *b)
{
  gsize n_a, n_b;
  const guint8 *x = g_bytes_get_data (a->rgb, &n_a), *y = g_bytes_get_data (b->rgb, &n_b);
  double sum = 0;

  g_assert_cmpuint (n_a, ==, n_b);
  for (gsize i = 0; i < n_a; i++)
    sum += ABS (x[i] - y[i]);
  return sum / (double) n_a;
}

static void
test_sampling (gconstpointer way)
{
  g_autoptr (GArray) terms = g_array_new (FALSE, FALSE, sizeof (EngineTerm));
  g_autoptr (GArray) terms_full = g_array_new (FALSE, FALSE, sizeof (EngineTerm));
  Watch watch = { "Sampling", terms }, watch_full = { "Sampling", terms_full };
  g_autoptr (EngineClip) half = sample ("half", way, &watch);
  g_autoptr (EngineClip) full = sample ("float32", way, &watch_full);

  g_test_message ("mean difference %g", difference (half, full));
  g_assert_cmpfloat (difference (half, full), <, GREY_TOLERANCE);
  if (g_str_equal (way, "scs"))
    assert_close (terms, terms_full);
  g_assert_cmpint (t_live_count (), ==, 0);
}

static Pipeline *
open_pipeline (TDtype dtype)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_test_build_filename (G_TEST_DIST, "golden", "tiny", NULL);
  Pipeline *pipeline = pipeline_open (dir, T_CPU, dtype, &error);

  g_assert_no_error (error);
  return pipeline;
}

/* ∇L_m→s and ∇L_s→m of one look at noise, one after the other. */
static float *
guide (TDtype dtype, gsize *n)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GError) error = NULL;
  g_autoptr (Pipeline) pipeline = open_pipeline (dtype);
  g_autoptr (TGenerator) generator = t_generator_new (7);
  g_autofree char *s1 = golden ("diffusers_s1"), *mot = golden ("diffusers_mot");
  g_autoptr (Lora) subject = lora_load (s1, T_CPU, &error), motion = lora_load (mot, T_CPU, &error);
  LoraUse uses[] = { { subject, 1 }, { motion, 1 } };
  Tensor *x_t = t_randn (generator, T_SHAPE (1, 4, FRAMES, HEIGHT / 4, WIDTH / 4));
  Tensor *text = conditioner_encode (pipeline->conditioner, "A person is riding a horse"), *both[2];
  const guint places[] = { 1, 2, 3, 4 };
  Tensor *words = word_matrix (places, places, G_N_ELEMENTS (places), t_size (text, 1), text);
  ScsGuidance guidance = { 0 };
  ScsStrategy strategy;
  float *values;

  lora_freeze (subject);
  lora_freeze (motion);
  scs_strategy_init (&strategy, pipeline->unet);
  strategy.subject = (ScsBranch){ &uses[0], 1, text, words };
  strategy.motion = (ScsBranch){ &uses[1], 1, text, words };
  scs_guide (&strategy, x_t, 801, &guidance, &error);
  g_assert_no_error (error);
  both[0] = guidance.grad_sub;
  both[1] = guidance.grad_mot;
  values = t_dup_data (t_stack (both, 2, 0), T_F32, n, &error);
  g_assert_no_error (error);
  unet_set_loras (pipeline->unet, NULL, 0, NULL);
  return values;
}

/* Without a scale float16 loses a quarter of the second gradient on this model, and all of it on a large one. */
static void
test_float16_guidance (void)
{
  gsize n, n_full;
  g_autofree float *half = guide (T_F16, &n), *full = guide (T_F32, &n_full);

  g_assert_cmpuint (n, ==, n_full);
  for (gsize from = 0; from < n; from += n / 2)
    {
      double off = 0, of = 0;
      for (gsize i = from; i < from + n / 2; i++)
        {
          off += pow (half[i] - full[i], 2);
          of += pow (full[i], 2);
        }
      g_test_message ("relative error %g", sqrt (off / of));
      g_assert_cmpfloat (sqrt (off / of), <, 0.05);
    }
  g_assert_cmpint (t_live_count (), ==, 0);
}

static gboolean
hear_norm (gpointer data, guint step, guint n_steps, const ObjectiveTerm *terms, guint n_terms, GError **error)
{
  g_assert_cmpstr (terms[n_terms - 1].name, ==, "grad_norm");
  g_array_append_val (data, terms[n_terms - 1].value);
  return TRUE;
}

/* The gradients' norms of a short training of a word with the losses multiplied by @scale (0: as the objective has it). */
static GArray *
norms_with_scale (double scale)
{
  T_SCOPE ();
  g_autoptr (GError) error = NULL;
  g_autoptr (Pipeline) pipeline = open_pipeline (T_F16);
  g_autoptr (Sandbox) dir = sandbox_new ();
  g_autoptr (TGenerator) generator = t_generator_new (8);
  g_autoptr (GArray) samples = g_array_new (FALSE, TRUE, sizeof (ObjectiveSample));
  ObjectiveSample sample = { t_steal (t_randn (generator, T_SHAPE (1, 4, 1, HEIGHT / 4, WIDTH / 4))) };
  SubjectSettings settings = { .token = "<toy>", .superclass = "dog", .prompt = "A <toy>", .token_rate = 1e-3 };
  TrainerSettings trainer = { .n_steps = 2, .seed = 1, .clip_norm = 1, .run_dir = dir, .identity = "x" };
  g_autoptr (Objective) objective = NULL;
  GArray *norms = g_array_new (FALSE, FALSE, sizeof (double));

  g_array_set_clear_func (samples, (GDestroyNotify) objective_sample_clear);
  g_array_append_val (samples, sample);
  objective = subject_objective_new (pipeline, &settings, samples, NULL, 1, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (objective->scale, >, 1);
  if (scale > 0)
    objective->scale = scale;
  trainer_run (objective, &trainer, hear_norm, norms, &error);
  g_assert_no_error (error);
  return norms;
}

/* A scale that float16 cannot bear shrinks until it can; the gradients stay what they are. */
static void
test_float16_overflow (void)
{
  g_autoptr (GArray) usual = norms_with_scale (0), large = norms_with_scale (0x1p36);

  g_assert_cmpuint (usual->len, ==, 2);
  g_assert_cmpuint (large->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      double a = g_array_index (usual, double, i), b = g_array_index (large, double, i);
      g_assert_cmpfloat (a, >, 0);
      g_assert_cmpfloat_with_epsilon (a, b, 0.01 * a);
    }
  g_assert_cmpint (t_live_count (), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/engine-half/subject", train_subject, test_training);
  g_test_add_data_func ("/engine-half/token", train_token, test_training);
  g_test_add_data_func ("/engine-half/motion", train_motion, test_training);
  g_test_add_data_func ("/engine-half/fuse", fuse, test_training);
  g_test_add_data_func ("/engine-half/one-branch", "one-branch", test_sampling);
  g_test_add_data_func ("/engine-half/scs", "scs", test_sampling);
  g_test_add_func ("/engine-half/float16/guidance", test_float16_guidance);
  g_test_add_func ("/engine-half/float16/overflow", test_float16_overflow);
  return g_test_run ();
}
