/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/pipeline.h"
#include "engine/engine.h"
#include "nn/lora-file.h"
#include "tests/sandbox.h"
#include "train/trainer.h"

#include <math.h>

/* What a training says of itself: where numbers run away, what it keeps then, and whether it changes anything. */

#define WIDTH 32
#define HEIGHT 32
#define FRAMES 2
#define STEPS 6

/* --- numbers that run away, with a training of three numbers --- */

typedef enum
{
  BREAK_NOTHING,
  BREAK_LOSS,
  BREAK_GRADIENT,
  BREAK_WEIGHT
} Break;

typedef struct
{
  Objective parent;
  Tensor *steady;
  Tensor *fragile;
  Break what;
  guint at; /* counted from 0 */
} Toy;

static void
toy_add_parameters (Objective *objective, Optimizer *optimizer)
{
  Toy *self = (Toy *) objective;

  optimizer_add (optimizer, "steady", self->steady, 0.1);
  optimizer_add (optimizer, "fragile", self->fragile, 0.1);
}

static gboolean
toy_step (Objective *objective, guint64 seed, guint step, ObjectiveTerm *terms, guint *n_terms, GError **error)
{
  T_SCOPE ();
  Toy *self = (Toy *) objective;
  gboolean now = step == self->at;
  Tensor *loss = t_sum (t_square (self->steady));

  if (now && self->what == BREAK_GRADIENT)
    loss = t_add (loss, t_sum (t_sqrt (t_mul_scalar (self->fragile, 0)))); /* √0 has the value 0 and no slope */
  else
    loss = t_add (loss, t_sum (t_square (self->fragile)));
  if (!objective_backward (objective, loss, error) || !objective_term (&terms[0], "L_toy", loss, error))
    return FALSE;
  *n_terms = 1;
  if (now && self->what == BREAK_LOSS)
    terms[0].value = NAN;
  if (now && self->what == BREAK_WEIGHT)
    t_copy_into (self->fragile, t_full (INFINITY, T_F32, T_CPU, T_SHAPE (3)));
  return TRUE;
}

static gboolean
toy_save (Objective *objective, const char *run_dir, GError **error)
{
  return TRUE;
}

static void
toy_init (Toy *self, Break what, guint at)
{
  T_SCOPE ();

  *self = (Toy) { .parent = { toy_add_parameters, toy_step, toy_save, NULL, 1, NULL }, .what = what, .at = at };
  t_assign (&self->steady, t_requires_grad (t_full (1, T_F32, T_CPU, T_SHAPE (3))));
  t_assign (&self->fragile, t_requires_grad (t_full (2, T_F32, T_CPU, T_SHAPE (3))));
}

static gboolean
run_toy (Break what, guint at, guint n_steps, const char *run_dir, GError **error)
{
  TrainerSettings settings = { .n_steps = n_steps, .checkpoint_every = 2, .run_dir = run_dir, .identity = "toy" };
  Toy toy;
  gboolean ok;

  toy_init (&toy, what, at);
  ok = trainer_run (&toy.parent, &settings, NULL, NULL, error);
  t_drop (&toy.steady);
  t_drop (&toy.fragile);
  g_assert_cmpint (t_live_count (), ==, 0);
  return ok;
}

static char *
read_checkpoint (const char *run_dir, gsize *length)
{
  g_autofree char *path = g_build_filename (run_dir, TRAINER_CHECKPOINT, NULL);
  g_autoptr (GError) error = NULL;
  char *data = NULL;

  g_file_get_contents (path, &data, length, &error);
  g_assert_no_error (error);
  return data;
}

/* Ends at step 6 of 8 with the checkpoint of step 4, from which a training that is put right goes on. */
static void
check_break (Break what, guint at, const char *term, const char *place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) good_dir = sandbox_new ();
  g_autoptr (Sandbox) dir = sandbox_new ();
  g_autofree char *good = NULL, *kept = NULL;
  gsize n_good, n_kept;

  g_assert_true (run_toy (BREAK_NOTHING, 0, 4, good_dir, &error));
  good = read_checkpoint (good_dir, &n_good);
  g_assert_false (run_toy (what, at, 8, dir, &error));
  g_assert_error (error, T_ERROR, T_ERROR_NOT_FINITE);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, term));
  g_assert_nonnull (strstr (error->message, "at step 6"));
  g_assert_nonnull (strstr (error->message, "the checkpoint of step 4 is kept"));
  if (place != NULL)
    g_assert_nonnull (strstr (error->message, place));
  kept = read_checkpoint (dir, &n_kept);
  g_assert_cmpmem (good, n_good, kept, n_kept);
  g_clear_error (&error);
  g_assert_true (run_toy (BREAK_NOTHING, 0, 8, dir, &error));
  g_assert_no_error (error);
}

static void
test_loss_runs_away (void)
{
  check_break (BREAK_LOSS, 5, "L_toy", NULL);
}

static void
test_gradient_runs_away (void)
{
  check_break (BREAK_GRADIENT, 5, "The gradient", "“fragile”");
}

/* The weight breaks in step 5, whose loss was still a number; the checkpoint that step 6 is due is not written. */
static void
test_weight_runs_away (void)
{
  check_break (BREAK_WEIGHT, 5, "A weight", "“fragile”");
}

static void
test_loss_with_broken_weight (void)
{
  check_break (BREAK_WEIGHT, 4, "L_toy", "“fragile” holds");
}

/* --- what a training changes --- */

typedef struct
{
  GArray *losses;  /* of double */
  GArray *steps;   /* of guint, with an effect */
  double effect;
  double change;
} Watch;

static void
progress (gpointer data, const char *phase, guint step, guint n_steps, const EngineTerm *terms, guint n_terms)
{
  Watch *self = data;

  for (guint i = 0; i < n_terms; i++)
    if (g_str_equal (terms[i].name, "effect"))
      {
        self->effect = terms[i].value;
        g_array_append_val (self->steps, step);
      }
    else if (g_str_equal (terms[i].name, "lora_norm"))
      self->change = terms[i].value;
    else
      g_array_append_val (self->losses, terms[i].value);
}

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

static char *
dup_model (void)
{
  return g_test_build_filename (G_TEST_DIST, "golden", "tiny", NULL);
}

static void
train (EngineTraining kind, const char *run_dir, guint n_steps, gint32 effect_every, double rate, Watch *watch)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *model = dup_model ();
  EngineConfig config = { model, "cpu", "float32", 1 };
  Engine *engine = engine_table ()->open (&config, NULL, &error);
  g_autoptr (EngineClip) clip = stripes (kind == ENGINE_TRAIN_MOTION ? FRAMES : 1, NULL);
  GVariantDict dict;
  g_autoptr (GVariant) params = NULL;
  EngineTrainRequest request = {
    .kind = kind,
    .token = { kind == ENGINE_TRAIN_MOTION ? NULL : "<toy>", "dog", NULL },
    .prompt = kind == ENGINE_TRAIN_MOTION ? "A person is riding a horse" : "A <toy>",
    .clips = &clip, .n_clips = 1, .seed = 5, .run_dir = run_dir,
  };
  EngineListener listener = { .progress = progress, .data = watch };

  g_assert_no_error (error);
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "iterations", "i", (gint32) n_steps);
  g_variant_dict_insert (&dict, "lambda1", "d", 0.0);
  g_variant_dict_insert (&dict, "lora_rate", "d", rate);
  g_variant_dict_insert (&dict, "effect_every", "i", effect_every);
  g_variant_dict_insert (&dict, "frames", "i", FRAMES);
  g_variant_dict_insert (&dict, "width", "i", WIDTH);
  g_variant_dict_insert (&dict, "height", "i", HEIGHT);
  request.params = params = g_variant_ref_sink (g_variant_dict_end (&dict));
  engine_table ()->train (engine, &request, &listener, &error);
  g_assert_no_error (error);
  engine_table ()->close (engine);
  g_assert_cmpint (t_live_count (), ==, 0);
}

static Watch
watch_new (void)
{
  return (Watch) { g_array_new (FALSE, FALSE, sizeof (double)), g_array_new (FALSE, FALSE, sizeof (guint)), NAN, NAN };
}

static void
watch_clear (Watch *self)
{
  g_array_unref (self->losses);
  g_array_unref (self->steps);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Watch, watch_clear)

/* Whoever looks changes nothing: the same losses and the same checkpoint, bit for bit. */
static void
check_looking (EngineTraining kind)
{
  g_autoptr (Sandbox) blind_dir = sandbox_new ();
  g_autoptr (Sandbox) seen_dir = sandbox_new ();
  g_auto (Watch) blind = watch_new ();
  g_auto (Watch) seen = watch_new ();
  g_autofree char *a = NULL, *b = NULL;
  gsize n_a, n_b;

  train (kind, blind_dir, STEPS, 0, 1e-2, &blind);
  train (kind, seen_dir, STEPS, 4, 1e-2, &seen);
  g_assert_cmpuint (blind.steps->len, ==, 0);
  g_assert_cmpuint (seen.steps->len, ==, 2);
  g_assert_cmpuint (g_array_index (seen.steps, guint, 0), ==, 4);
  g_assert_cmpuint (g_array_index (seen.steps, guint, 1), ==, STEPS);
  g_assert_cmpfloat (seen.effect, >, 1e-4);
  g_assert_cmpmem (blind.losses->data, blind.losses->len * sizeof (double), seen.losses->data,
                   seen.losses->len * sizeof (double));
  a = read_checkpoint (blind_dir, &n_a);
  b = read_checkpoint (seen_dir, &n_b);
  g_assert_cmpmem (a, n_a, b, n_b);
}

static void
test_looking_subject (void)
{
  check_looking (ENGINE_TRAIN_SUBJECT);
}

static void
test_looking_motion (void)
{
  check_looking (ENGINE_TRAIN_MOTION);
}

/* With a learning rate of nothing, nothing changes, and it is said so. */
static void
test_no_effect (void)
{
  g_autoptr (Sandbox) dir = sandbox_new ();
  g_auto (Watch) watch = watch_new ();

  train (ENGINE_TRAIN_SUBJECT, dir, 3, 1, 0, &watch);
  g_assert_cmpuint (watch.steps->len, ==, 3);
  g_assert_cmpfloat (watch.effect, ==, 0);
  g_assert_cmpfloat (watch.change, ==, 0);
}

/* ‖s·B·A‖ against the product itself, over the layers' weights. */
static void
test_norm (void)
{
  T_SCOPE ();
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) dir = sandbox_new ();
  g_auto (Watch) watch = watch_new ();
  g_autofree char *model = dup_model ();
  g_autofree char *path = NULL;
  g_autoptr (Pipeline) pipeline = NULL;
  g_autoptr (Lora) lora = NULL;
  double change = 0, weights = 0;

  train (ENGINE_TRAIN_SUBJECT, dir, 4, 2, 1e-2, &watch);
  path = g_build_filename (dir, OBJECTIVE_LORA_FILE, NULL);
  pipeline = pipeline_open (model, T_CPU, T_F32, &error);
  g_assert_no_error (error);
  lora = lora_load (path, T_CPU, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (lora_n_factors (lora), >, 10);
  for (guint i = 0; i < lora_n_factors (lora); i++)
    {
      LoraFactor *factor = lora_factor (lora, i);
      double a, b;

      g_assert_true (t_item (t_sum (t_square (t_mul_scalar (t_matmul (factor->up, factor->down), factor->scale))), &a, &error));
      g_assert_true (t_item (t_sum (t_square (unet_find_linear (pipeline->unet, factor->path)->weight)), &b, &error));
      change += a;
      weights += b;
    }
  g_assert_cmpfloat (watch.change, >, 1e-4);
  g_assert_cmpfloat_with_epsilon (watch.change, sqrt (change / weights), 1e-5 * watch.change);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training-health/loss-runs-away", test_loss_runs_away);
  g_test_add_func ("/training-health/gradient-runs-away", test_gradient_runs_away);
  g_test_add_func ("/training-health/weight-runs-away", test_weight_runs_away);
  g_test_add_func ("/training-health/loss-with-broken-weight", test_loss_with_broken_weight);
  g_test_add_func ("/training-health/looking-subject", test_looking_subject);
  g_test_add_func ("/training-health/looking-motion", test_looking_motion);
  g_test_add_func ("/training-health/no-effect", test_no_effect);
  g_test_add_func ("/training-health/norm", test_norm);
  return g_test_run ();
}
