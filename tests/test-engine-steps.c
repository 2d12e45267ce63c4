/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scs-fixture.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "diffusion/scs.h"
#include "project/mage-alpha-line.h"
#include "sandbox.h"
#include "tensor/tensor.h"

/* The steps of a sampling: kept, seen again, and gone on from; and the line of α_t. */

static EngineClip *
run (GVariant *with, const char *cache, const char *steps, guint from, Watch *watch)
{
  g_autoptr (GError) error = NULL;
  ScsHow how = { .params = with, .cache = cache, .steps_dir = steps, .from_step = from };
  EngineClip *clip = scs_sample (&how, watch, &error);

  g_assert_no_error (error);
  return clip;
}

static char *
step_path (const char *dir, guint step)
{
  g_autofree char *name = g_strdup_printf ("%04u.safetensors", step);

  return g_build_filename (dir, name, NULL);
}

static GBytes *
read_step (const char *dir, guint step)
{
  g_autofree char *path = step_path (dir, step);
  g_autoptr (GError) error = NULL;
  char *data;
  gsize length;

  g_file_get_contents (path, &data, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, length);
}

/* A branch with nothing changed is the original, from every step, with one branch and with two; its steps, too. */
static void
check_exact (const char *way)
{
  g_autoptr (Sandbox) cache = sandbox_new ();
  g_autoptr (Sandbox) steps = sandbox_new ();
  g_autoptr (GVariant) with = scs_params (way, 20, 1000, 0);
  g_autoptr (Watch) watch = watch_new ("Sampling", 0);
  g_autoptr (EngineClip) plain = run (with, cache, NULL, 0, watch);
  g_autoptr (EngineClip) kept = run (with, cache, steps, 0, watch);

  assert_same (plain, kept);
  for (guint from = 1; from <= STEPS; from++)
    {
      g_autoptr (GBytes) before = read_step (steps, STEPS);
      g_autoptr (EngineClip) branch = run (with, cache, steps, from, watch);
      g_autoptr (GBytes) after = read_step (steps, STEPS);

      assert_same (plain, branch);
      g_assert_true (g_bytes_equal (before, after));
    }
  g_assert_cmpint (t_live_count (), ==, 0);
}

static void
test_exact (void)
{
  check_exact ("scs");
  check_exact ("one-branch");
}

/* What is changed counts from the step on: the steps before stay as they are. */
static void
test_changed (void)
{
  g_autoptr (Sandbox) cache = sandbox_new ();
  g_autoptr (Sandbox) steps = sandbox_new ();
  g_autoptr (Sandbox) fresh = sandbox_new ();
  g_autoptr (GVariant) with = scs_params ("scs", 20, 1000, 0);
  g_autoptr (GVariant) longer = scs_params ("scs", 40, 1000, 0);
  g_autoptr (Watch) watch = watch_new ("Sampling", 0);
  g_autoptr (EngineClip) kept = run (with, cache, steps, 0, watch);
  g_autoptr (GBytes) second = read_step (steps, 2);
  g_autoptr (EngineClip) whole = run (longer, cache, fresh, 0, watch);
  g_autoptr (EngineClip) branch = run (longer, cache, steps, 2, watch);
  g_autoptr (GBytes) second_now = read_step (steps, 2);
  g_autoptr (GBytes) last = read_step (steps, STEPS);
  g_autoptr (GBytes) whole_last = read_step (fresh, STEPS);

  /* τ 20 guides two of five steps, τ 40 four: up to the second step they are the same. */
  assert_same (whole, branch);
  g_assert_false (g_bytes_equal (kept->rgb, branch->rgb));
  g_assert_true (g_bytes_equal (second, second_now));
  g_assert_true (g_bytes_equal (last, whole_last));
}

/* What was predicted is seen again: as it was shown, but for what float32 leaves of it. */
static void
test_decode (void)
{
  g_autoptr (Sandbox) steps = sandbox_new ();
  g_autoptr (GVariant) with = scs_params ("scs", 20, 1000, 0);
  g_autoptr (Watch) watch = watch_new ("Sampling", 0);
  g_autoptr (EngineClip) video = run (with, NULL, steps, 0, watch);
  static const char *const names[] = { "x0", "x0_sub", "x0_mot", "x" };
  Engine *engine = open_tiny ();

  g_assert_cmpuint (watch->preview_step, ==, 4);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (EngineClip) clip = engine_table ()->decode_step (engine, steps, 4, names[i], NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (clip->n_frames, ==, FRAMES);
      g_assert_cmpuint (clip->width, ==, WIDTH);
      if (i == 0)
        {
          const guint8 *a = g_bytes_get_data (clip->rgb, NULL), *b = g_bytes_get_data (watch->preview->rgb, NULL);
          for (gsize k = 0; k < g_bytes_get_size (clip->rgb); k++)
            g_assert_cmpint (abs (a[k] - b[k]), <=, 1);
        }
      if (g_str_equal (names[i], "x"))
        g_assert_false (g_bytes_equal (clip->rgb, watch->preview->rgb));
    }
  {
    g_autoptr (GError) error = NULL;
    g_autoptr (EngineClip) last = engine_table ()->decode_step (engine, steps, STEPS, "x", NULL, &error);
    g_autofree char *path = step_path (steps, 2);

    assert_same (last, video);
    g_assert_null (engine_table ()->decode_step (engine, steps, 0, "x0", NULL, &error));
    g_clear_error (&error);
    g_assert_cmpint (g_unlink (path), ==, 0);
    g_assert_null (engine_table ()->decode_step (engine, steps, 2, "x0", NULL, &error));
    g_assert_nonnull (strstr (error->message, "0002.safetensors"));
  }
  engine_table ()->close (engine);
  g_assert_cmpint (t_live_count (), ==, 0);
}

/* Another number of steps cannot go on, and a file that is none is named. */
static void
test_misfit (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sandbox) steps = sandbox_new ();
  g_autoptr (GVariant) with = scs_params ("scs", 20, 1000, 0);
  g_autoptr (Watch) watch = watch_new ("Sampling", 0);
  g_autoptr (EngineClip) video = run (with, NULL, steps, 0, watch);
  g_autofree char *path = step_path (steps, 3);
  GVariantDict dict;
  g_autoptr (GVariant) other = NULL;
  ScsHow how = { .steps_dir = steps, .from_step = 3 };

  g_variant_dict_init (&dict, with);
  g_variant_dict_insert (&dict, "steps", "i", STEPS + 1);
  other = g_variant_ref_sink (g_variant_dict_end (&dict));
  how.params = other;
  g_assert_null (scs_sample (&how, watch, &error));
  g_assert_nonnull (strstr (error->message, "number of steps (5)"));
  g_clear_error (&error);
  how.params = with;
  g_assert_true (g_file_set_contents (path, "nothing", -1, NULL));
  g_assert_null (scs_sample (&how, watch, &error));
  g_assert_nonnull (strstr (error->message, "0003.safetensors"));
}

static void
check_clean_between (Schedule *schedule, TGenerator *generator, gint64 t)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GError) error = NULL;
  Tensor *x_t = t_randn (generator, T_SHAPE (64)), *eps = t_randn (generator, T_SHAPE (64)), *x0, *x_s, *found;
  double wrong, size;

  x_s = schedule_ddim_step (schedule, x_t, eps, t, 50, &x0);
  found = schedule_clean_between (schedule, x_t, x_s, t, 50);
  g_assert_true (t_item (t_norm (t_sub (found, x0)), &wrong, &error));
  g_assert_true (t_item (t_norm (x0), &size, &error));
  g_assert_cmpfloat (wrong, <, 1e-4 * size);
}

/* x̂₀ follows from the samples on both sides of a step. */
static void
test_clean_between (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Schedule) schedule = schedule_new (0.00085, 0.012, 1000, 1, &error);
  g_autoptr (TGenerator) generator = t_generator_new (1);
  g_autoptr (GArray) timesteps = schedule_timesteps (schedule, 50);

  g_assert_no_error (error);
  for (guint i = 0; i < timesteps->len; i++)
    check_clean_between (schedule, generator, g_array_index (timesteps, gint64, i));
}

/* METHOD's line to the last bit; a bent one goes through its three handles. */
static void
test_alpha (void)
{
  static const double bent[] = { 100, 93.75, 87.5, 56.25, 25 };
  ScsLine line = { 0.25, 0.25, 0.5 }, down = { 0, -1, 0.5 };
  MageAlphaLine same = { 100, 0.25, 0.25, 0.5 };

  for (guint n = 1; n <= 200; n++)
    for (guint i = 0; i < n; i++)
      {
        double method = n > 1 ? 2400 * (1 - 0.5 * i / (n - 1)) : 2400;
        MageAlphaLine straight = { 2400, 0.5, 0, 0.5 };

        g_assert_true (scs_alpha (2400, &SCS_LINE, i, n) == method);
        g_assert_true (mage_alpha_line_at (&straight, i, n) == method);
      }
  for (guint i = 0; i < G_N_ELEMENTS (bent); i++)
    {
      g_assert_cmpfloat (scs_alpha (100, &line, i, 5), ==, bent[i]);
      g_assert_cmpfloat (scs_alpha (100, &down, i, 5), >=, 0);
    }
  for (double at = -0.1; at <= 1.1; at += 0.05)
    for (guint i = 0; i < 50; i++)
      {
        line.bend_at = same.bend_at = at;
        g_assert_true (isfinite (scs_alpha (100, &line, i, 50)));
        g_assert_true (scs_alpha (100, &line, i, 50) == mage_alpha_line_at (&same, i, 50));
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/steps/exact", test_exact);
  g_test_add_func ("/engine/steps/changed", test_changed);
  g_test_add_func ("/engine/steps/decode", test_decode);
  g_test_add_func ("/engine/steps/misfit", test_misfit);
  g_test_add_func ("/engine/steps/clean-between", test_clean_between);
  g_test_add_func ("/engine/steps/alpha", test_alpha);
  return g_test_run ();
}
