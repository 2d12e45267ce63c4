/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of the tensor layer has a state or a format: randomness, the optimizer, types and files. */

#include "tensor-check.h"

#include <glib/gstdio.h>
#include <string.h>

/* Randomness -------------------------------------------------------------------------------- */

static float *
draw (guint64 seed, gsize n)
{
  T_SCOPE ();
  g_autoptr (TGenerator) generator = t_generator_new (seed);
  g_autoptr (GError) error = NULL;
  float *values = t_dup_data (t_randn (generator, T_SHAPE ((gint64) n)), T_F32, NULL, &error);

  g_assert_no_error (error);
  return values;
}

static void
test_generator (void)
{
  const gsize n = 200000; /* enough that libtorch would share it between threads */
  guint threads = t_get_threads ();
  g_autofree float *one = NULL, *two = NULL, *other = NULL;
  double sum = 0, squares = 0;

  t_set_threads (1);
  one = draw (42, n);
  t_set_threads (2);
  two = draw (42, n);
  other = draw (43, n);
  t_set_threads (threads);
  g_assert_cmpmem (one, n * sizeof (float), two, n * sizeof (float));
  g_assert_true (memcmp (one, other, n * sizeof (float)) != 0);
  for (gsize i = 0; i < n; i++)
    {
      sum += one[i];
      squares += one[i] * one[i];
    }
  g_assert_cmpfloat (fabs (sum / n), <, 0.01); /* four and a half standard deviations */
  g_assert_cmpfloat (fabs (squares / n - 1), <, 0.015);
  assert_clean ();
}

static void
test_generator_kinds (void)
{
  {
    T_SCOPE ();
    g_autoptr (TGenerator) generator = t_generator_new (5);
    Tensor *x = t_rand (generator, T_SHAPE (1000));
    gboolean seen[3] = { FALSE };
    g_assert_cmpfloat (item (t_amax (x)), <, 1);
    g_assert_cmpfloat (item (t_amax (t_neg (x))), <=, 0);
    g_assert_cmpfloat (fabs (item (t_mean (x)) - 0.5), <, 0.05);
    for (guint i = 0; i < 100; i++)
      {
        gint64 value = t_rand_int (generator, 3);
        g_assert_true (value >= 0 && value < 3);
        seen[value] = TRUE;
      }
    g_assert_true (seen[0] && seen[1] && seen[2]);
    g_assert_cmpint (t_rand_int (generator, 1), ==, 0);
  }
  g_assert_true (t_seed_mix (1, 2, 3) == t_seed_mix (1, 2, 3));
  g_assert_true (t_seed_mix (1, 2, 3) != t_seed_mix (1, 3, 2));
  g_assert_true (t_seed_mix (1, 0, 0) != t_seed_mix (2, 0, 0));
  g_assert_true (t_seed_mix (1, 0, 1) != t_seed_mix (1, 1, 0));
  assert_clean ();
}

/* The optimizer ------------------------------------------------------------------------------- */

/* One value through AdamW as Loshchilov and Hutter write it. */
typedef struct
{
  double p, m, v;
} ByHand;

static void
step_by_hand (ByHand *self, double g, guint step, const TAdamW *how)
{
  double m, v;

  self->p -= how->rate * how->weight_decay * self->p;
  self->m = how->beta1 * self->m + (1 - how->beta1) * g;
  self->v = how->beta2 * self->v + (1 - how->beta2) * g * g;
  m = self->m / (1 - pow (how->beta1, step));
  v = self->v / (1 - pow (how->beta2, step));
  self->p -= how->rate * m / (sqrt (v) + how->eps);
}

static void
test_adamw (void)
{
  {
    T_SCOPE ();
    g_autoptr (GError) error = NULL;
    Tensor *p = t_requires_grad (vector (1, -2)), *idle = t_requires_grad (vector (7, 8));
    Tensor *parameters[] = { p, idle }, *moments1[] = { vector (0, 0), vector (0, 0) };
    Tensor *moments2[] = { vector (0, 0), vector (0, 0) };
    Tensor *steps[] = { t_zeros (T_F32, T_CPU, NULL, 0), t_zeros (T_F32, T_CPU, NULL, 0) };
    TAdamW how = { parameters, moments1, moments2, steps, 2, 0.1, 0.9, 0.999, 1e-8, 0.01 };
    ByHand a = { 1, 0, 0 }, b = { -2, 0, 0 };
    for (guint step = 1; step <= 4; step++)
      {
        double ga = 0.3 * step, gb = step == 2 ? 0 : -1.5;
        t_zero_grad (p);
        g_assert_true (t_backward (t_sum (t_mul (p, vector (ga, gb))), &error));
        g_assert_true (t_adamw_step (&how, &error));
        step_by_hand (&a, ga, step, &how);
        step_by_hand (&b, gb, step, &how);
        assert_values (p, 2, (double[]){ a.p, b.p }, 1e-12);
      }
    assert_values (idle, 2, (double[]){ 7, 8 }, 0); /* without a gradient nothing happens, not even decay */
    g_assert_cmpfloat (item (steps[0]), ==, 4);
    g_assert_cmpfloat (item (steps[1]), ==, 0);
  }
  assert_clean ();
}

static void
test_clip (void)
{
  {
    T_SCOPE ();
    g_autoptr (GError) error = NULL;
    Tensor *a = t_requires_grad (vector (0, 0)), *b = t_requires_grad (vector (0, 0));
    Tensor *none = t_requires_grad (vector (0, 0)), *all[] = { a, b, none };
    double norm = 0;
    g_assert_true (t_backward (t_add (t_sum (t_mul (a, vector (3, 0))), t_sum (t_mul (b, vector (0, 4)))), &error));
    g_assert_true (t_clip_grad_norm (all, 3, 0, &norm, &error)); /* 0: no limit */
    g_assert_cmpfloat_with_epsilon (norm, 5, 1e-12);
    assert_values (t_grad (a), 2, (double[]){ 3, 0 }, 0);
    g_assert_true (t_clip_grad_norm (all, 3, 10, &norm, &error));
    assert_values (t_grad (b), 2, (double[]){ 0, 4 }, 0);
    g_assert_true (t_clip_grad_norm (all, 3, 1, &norm, &error));
    g_assert_cmpfloat_with_epsilon (norm, 5, 1e-12);
    assert_values (t_grad (a), 2, (double[]){ 3 / (5 + 1e-6), 0 }, 1e-12);
    assert_values (t_grad (b), 2, (double[]){ 0, 4 / (5 + 1e-6) }, 1e-12);
    g_assert_true (t_clip_grad_norm (&none, 1, 1, &norm, &error));
    g_assert_cmpfloat (norm, ==, 0);
  }
  assert_clean ();
}

static void
test_scale_grads (void)
{
  {
    T_SCOPE ();
    g_autoptr (GError) error = NULL;
    Tensor *a = t_requires_grad (vector (0, 0)), *none = t_requires_grad (vector (0, 0)), *all[] = { a, none };
    g_assert_true (t_backward (t_sum (t_mul (a, vector (3, -8))), &error));
    g_assert_true (t_scale_grads (all, 2, 0.25, &error));
    assert_values (t_grad (a), 2, (double[]){ 0.75, -2 }, 0);
    assert_values (t_grad (none), 2, (double[]){ 0, 0 }, 0);
    t_fail (T_ERROR_FAILED, "before");
    g_assert_false (t_scale_grads (all, 2, 0.25, &error));
    g_assert_error (error, T_ERROR, T_ERROR_FAILED);
  }
  assert_clean ();
}

static void
test_copy_into (void)
{
  {
    T_SCOPE ();
    Tensor *x = t_requires_grad (vector (1, 2));
    t_copy_into (x, vector (3, 4));
    assert_values (x, 2, (double[]){ 3, 4 }, 0);
    g_assert_true (t_needs_grad (x));
  }
  assert_clean ();
}

/* Types, looking, files ----------------------------------------------------------------------- */

static void
test_half_types (void)
{
  {
    T_SCOPE ();
    Tensor *third = t_full (1.0 / 3, T_F64, T_CPU, T_SHAPE (1));
    Tensor *x = t_to_dtype (t_from_data ((double[]){ 1, 2, 3, 4 }, T_F64, T_SHAPE (1, 2, 2)), T_BF16);
    Tensor *weight = t_full (1, T_F32, T_CPU, T_SHAPE (2)), *bias = t_zeros (T_F32, T_CPU, T_SHAPE (2)), *y;
    assert_values (t_to_dtype (third, T_F16), 1, (double[]){ 0.333251953125 }, 0);
    assert_values (t_to_dtype (third, T_BF16), 1, (double[]){ 0.333984375 }, 0);
    assert_values (t_to_dtype (third, T_F32), 1, (double[]){ (float) (1.0 / 3) }, 0);
    for (int dtype = T_F16; dtype <= T_BF16; dtype++)
      {
        Tensor *a = t_to_dtype (vector (1, 2), (TDtype) dtype);
        y = t_linear (a, t_to_dtype (t_from_data ((double[]){ 3, 4 }, T_F64, T_SHAPE (1, 2)), (TDtype) dtype), NULL);
        g_assert_cmpint (t_dtype (y), ==, dtype);
        assert_values (y, 1, (double[]){ 11 }, 0);
        g_assert_cmpint (t_dtype (t_mse (a, a)), ==, T_F32); /* losses are float32 at least */
      }
    y = t_group_norm (x, 1, weight, bias, 0); /* computed as its weights are, given back as it came */
    g_assert_cmpint (t_dtype (y), ==, T_BF16);
    assert_values (y, 4, (double[]){ -1.3416, -0.4472, 0.4472, 1.3416 }, 0.01);
    g_assert_cmpint (t_dtype (t_like (third, x)), ==, T_BF16);
    g_assert_cmpint (t_dtype (t_to (x, T_CPU, T_I64)), ==, T_I64);
  }
  assert_clean ();
}

/* @x as bfloat16 has it, in float32. */
static Tensor *
rounded (TGenerator *generator, const gint64 *shape, gsize n)
{
  return t_to_dtype (t_to_dtype (t_randn (generator, shape, n), T_BF16), T_F32);
}

/* Every number of channels, side by side or not, sums up as in float32: oneDNN has kernels of its own for blocks of 16. */
static void
test_half_convolutions (void)
{
  static const int channels[] = { 1, 3, 4, 8, 12, 16, 24, 32, 48 };
  g_autoptr (TGenerator) generator = t_generator_new (1);

  for (guint i = 0; i < G_N_ELEMENTS (channels) * G_N_ELEMENTS (channels); i++)
    {
      T_SCOPE_NO_GRAD ();
      gint64 n_in = channels[i / G_N_ELEMENTS (channels)], n_out = channels[i % G_N_ELEMENTS (channels)];
      Tensor *x = rounded (generator, T_SHAPE (3, n_in, 8, 12)), *weight = rounded (generator, T_SHAPE (n_out, n_in, 3, 3));
      Tensor *bias = rounded (generator, T_SHAPE (n_out)), *narrow = t_to_dtype (x, T_BF16);
      Tensor *narrow_weight = t_to_dtype (weight, T_BF16), *narrow_bias = t_to_dtype (bias, T_BF16);
      Tensor *wanted = t_conv2d_padded (x, weight, bias, T_DIMS (1, 1));
      Tensor *found[] = { t_conv2d_padded (narrow, narrow_weight, narrow_bias, T_DIMS (1, 1)),
                          t_conv2d (t_channels_last (narrow), narrow_weight, narrow_bias, 1, 1, 1) };

      for (guint k = 0; k < G_N_ELEMENTS (found); k++)
        {
          double error = item (t_amax (t_abs (t_sub (t_to_dtype (found[k], T_F32), wanted)))) / item (t_amax (t_abs (wanted)));

          g_test_message ("%d to %d channels: %.2g", (int) n_in, (int) n_out, error);
          g_assert_cmpint (t_dtype (found[k]), ==, T_BF16);
          g_assert_cmpfloat (error, <, 0.01);
        }
    }
  assert_clean ();
}

static void
test_looking (void)
{
  {
    T_SCOPE ();
    Tensor *x = t_zeros (T_F32, T_CPU, T_SHAPE (2, 3));
    g_autofree char *shape = t_dup_shape (x), *nothing = t_dup_shape (NULL), *scalar = t_dup_shape (t_sum (x));
    g_assert_cmpstr (shape, ==, "2x3");
    g_assert_cmpstr (scalar, ==, "scalar");
    g_assert_cmpstr (nothing, ==, "nothing");
    g_assert_cmpuint (t_n_dims (x), ==, 2);
    g_assert_cmpint (t_size (x, -1), ==, 3);
    g_assert_cmpint (t_size (x, 5), ==, 0);
    g_assert_cmpint (t_size (NULL, 0), ==, 0);
    g_assert_cmpint (t_numel (x), ==, 6);
    g_assert_true (t_has_shape (x, T_SHAPE (2, -1)));
    g_assert_false (t_has_shape (x, T_SHAPE (2)));
    g_assert_false (t_same_shape (x, NULL));
    g_assert_cmpint (t_device (x), ==, T_CPU);
    assert_values (t_linspace (0, 1, 3, T_F64), 3, (double[]){ 0, 0.5, 1 }, 0);
    assert_values (t_arange (3, T_I64, T_CPU), 3, (double[]){ 0, 1, 2 }, 0);
    assert_values (t_full (2.5, T_F64, T_CPU, T_SHAPE (2)), 2, (double[]){ 2.5, 2.5 }, 0);
  }
  assert_clean ();
}

static void
test_save_and_map (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("tensor-XXXXXX", &error);
  g_autofree char *path = g_build_filename (dir, "x.safetensors", NULL);
  {
    T_SCOPE ();
    const char *names[] = { "half", "counts", "turned" };
    Tensor *tensors[] = { t_to_dtype (vector (1.5, -2), T_F16), t_arange (3, T_I64, T_CPU),
                          t_transpose (t_from_data ((double[]){ 1, 2, 3, 4 }, T_F64, T_SHAPE (2, 2)), 0, 1) };
    WeightsFile *file;
    Tensor *half, *counts, *turned;
    g_assert_true (t_save (path, names, tensors, 3, NULL, &error));
    file = weights_file_open (path, &error);
    g_assert_no_error (error);
    half = t_from_entry (file, weights_file_lookup (file, "half"));
    counts = t_from_entry (file, weights_file_lookup (file, "counts"));
    turned = t_from_entry (file, weights_file_lookup (file, "turned"));
    weights_file_unref (file); /* the tensors hold the map */
    g_assert_cmpint (t_dtype (half), ==, T_F16);
    assert_values (half, 2, (double[]){ 1.5, -2 }, 0);
    g_assert_cmpint (t_dtype (counts), ==, T_I64);
    assert_values (counts, 3, (double[]){ 0, 1, 2 }, 0);
    assert_values (turned, 4, (double[]){ 1, 3, 2, 4 }, 0);
  }
  g_unlink (path);
  g_rmdir (dir);
  assert_clean ();
}

/* Threads ------------------------------------------------------------------------------------ */

static gpointer
choose_three (gpointer unused)
{
  t_set_threads (3);
  g_assert_cmpuint (t_get_threads (), ==, 3);
  return NULL;
}

static gpointer
beside (gpointer unused)
{
  t_share_threads ();
  return GUINT_TO_POINTER (t_get_threads ());
}

/* A thread's number is its own once it was set, and one beside it takes what was last chosen. */
static void
test_threads (void)
{
  guint threads = t_get_threads ();

  t_set_threads (2);
  g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (g_thread_new ("beside", beside, NULL))), ==, 2);
  g_thread_join (g_thread_new ("other", choose_three, NULL));
  g_assert_cmpuint (t_get_threads (), ==, 2);
  g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (g_thread_new ("beside", beside, NULL))), ==, 3);
  g_assert_cmpuint (t_get_threads (), ==, 2);
  t_set_threads (threads);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tensor/threads", test_threads);
  g_test_add_func ("/tensor/random/same-seed", test_generator);
  g_test_add_func ("/tensor/random/kinds", test_generator_kinds);
  g_test_add_func ("/tensor/optimizer/adamw", test_adamw);
  g_test_add_func ("/tensor/optimizer/clip", test_clip);
  g_test_add_func ("/tensor/optimizer/scale-grads", test_scale_grads);
  g_test_add_func ("/tensor/optimizer/copy-into", test_copy_into);
  g_test_add_func ("/tensor/types/half", test_half_types);
  g_test_add_func ("/tensor/types/half-convolutions", test_half_convolutions);
  g_test_add_func ("/tensor/types/looking", test_looking);
  g_test_add_func ("/tensor/types/save-and-map", test_save_and_map);
  return g_test_run ();
}
