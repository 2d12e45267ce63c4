/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "diffusion/attention-maps.h"
#include "train/losses.h"

/*
 * Every loss against central differences in float64, and against values worked out by hand. (Against
 * diffusers' numbers they are checked by the golden runner.)
 */

typedef Tensor *(*LossFunc) (Tensor *x);

static Tensor *
random_double (guint64 seed, const gint64 *shape, gsize n)
{
  g_autoptr (TGenerator) generator = t_generator_new (seed);

  return t_to_dtype (t_randn (generator, shape, n), T_F64);
}

static double
value_at (LossFunc func, const double *values, const gint64 *shape, gsize n)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GError) error = NULL;
  double value;

  g_assert_true (t_item (func (t_from_data (values, T_F64, shape, n)), &value, &error));
  return value;
}

/* The gradient of @func at random numbers of this shape, value by value. */
static void
check_gradient (LossFunc func, const gint64 *shape, gsize n)
{
  T_SCOPE ();
  g_autoptr (GError) error = NULL;
  Tensor *x = t_requires_grad (random_double (7, shape, n));
  gsize count;
  g_autofree double *values = t_dup_data (x, T_F64, &count, &error);
  g_autofree double *grad = NULL;
  const double h = 1e-5;
  double largest = 0;

  g_assert_true (t_backward (func (x), &error));
  grad = t_dup_data (t_grad (x), T_F64, NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < count; i++)
    {
      double was = values[i], up, down, expected;
      values[i] = was + h;
      up = value_at (func, values, shape, n);
      values[i] = was - h;
      down = value_at (func, values, shape, n);
      values[i] = was;
      expected = (up - down) / (2 * h);
      g_assert_cmpfloat_with_epsilon (grad[i], expected, 1e-7 + 1e-6 * fabs (expected));
      largest = MAX (largest, fabs (grad[i]));
    }
  g_assert_cmpfloat (largest, >, 1e-4);
}

static Tensor *
noise (Tensor *x)
{
  return loss_noise (x, random_double (1, T_SHAPE (1, 2, 3, 2, 2)));
}

static Tensor *
half_mask (void)
{
  double values[] = { 0, 0.5, 1, 1, 0, 0, 1, 0.25, 1, 1, 0, 0 };

  return t_from_data (values, T_F64, T_SHAPE (1, 1, 3, 2, 2));
}

static Tensor *
masked_mean (Tensor *x)
{
  return loss_masked_mean (x, random_double (1, T_SHAPE (1, 2, 3, 2, 2)), half_mask ());
}

static Tensor *
masked_normalised (Tensor *x)
{
  return loss_masked_normalised (x, random_double (1, T_SHAPE (1, 2, 3, 2, 2)), half_mask ());
}

static Tensor *
debiased (Tensor *x)
{
  return loss_debiased (x, random_double (1, T_SHAPE (1, 2, 3, 2, 2)), 1);
}

static Tensor *
motion (Tensor *x)
{
  Tensor *eps = random_double (1, T_SHAPE (1, 2, 3, 2, 2)), *eps_ap = random_double (2, T_SHAPE (1, 2, 3, 2, 2));

  return loss_noise (x, target_appearance_free (eps, eps_ap, 0.5));
}

static Tensor *
attention (Tensor *x)
{
  return loss_attention (t_sigmoid (x), t_sigmoid (random_double (3, T_SHAPE (2, 3, 2, 2))));
}

static void
test_gradients (void)
{
  check_gradient (noise, T_SHAPE (1, 2, 3, 2, 2));
  check_gradient (masked_mean, T_SHAPE (1, 2, 3, 2, 2));
  check_gradient (masked_normalised, T_SHAPE (1, 2, 3, 2, 2));
  check_gradient (debiased, T_SHAPE (1, 2, 3, 2, 2));
  check_gradient (motion, T_SHAPE (1, 2, 3, 2, 2));
  check_gradient (attention, T_SHAPE (2, 3, 2, 2));
  g_assert_cmpint (t_live_count (), ==, 0);
}

static double
item (Tensor *x)
{
  g_autoptr (GError) error = NULL;
  double value = 0;

  g_assert_true (t_item (x, &value, &error));
  g_assert_no_error (error);
  return value;
}

static void
test_values (void)
{
  {
    T_SCOPE ();
    double a[] = { 1, 2, 3, 4 }, b[] = { 0, 2, 5, 4 }, m[] = { 1, 0, 0.5, 0 }, ap[] = { 1, 1, 1, 1 };
    Tensor *x = t_from_data (a, T_F64, T_SHAPE (1, 1, 1, 2, 2)), *y = t_from_data (b, T_F64, T_SHAPE (1, 1, 1, 2, 2));
    Tensor *mask = t_from_data (m, T_F64, T_SHAPE (1, 1, 1, 2, 2));

    g_assert_cmpfloat (item (loss_noise (x, y)), ==, (1 + 0 + 4 + 0) / 4.0);
    g_assert_cmpfloat (item (loss_masked_mean (x, y, mask)), ==, (1 + 0.5 * 4) / 4.0);
    g_assert_cmpfloat (item (loss_masked_normalised (x, y, mask)), ==, (1 + 0.5 * 4) / 1.5);
    Tensor *target = target_appearance_free (y, t_from_data (ap, T_F64, T_SHAPE (1, 1, 1, 2, 2)), 0.5);
    g_assert_cmpfloat (item (t_select (t_reshape (target, T_SHAPE (4)), 0, 2)), ==, 1.5 * 5 - 0.5);
    Tensor *two[] = { x, y };
    Tensor *maps = t_reshape (t_stack (two, 2, 0), T_SHAPE (2, 1, 2, 2));
    g_assert_cmpfloat (item (loss_attention (maps, t_mul_scalar (maps, 0))), ==, 0.5 * (30 / 4.0 + 45 / 4.0));
  }
  g_assert_cmpint (t_live_count (), ==, 0);
}

/* A frame without its maximum: the divisor is a constant to gradients. */
static void
test_scaled_map (void)
{
  {
    T_SCOPE ();
    g_autoptr (GError) error = NULL;
    double values[] = { 1, 2, 4, 3 };
    Tensor *x = t_requires_grad (t_from_data (values, T_F64, T_SHAPE (1, 2, 2)));
    Tensor *scaled = token_map_scaled (x);

    g_assert_cmpfloat (item (t_amax (scaled)), ==, 1);
    g_assert_true (t_backward (t_sum (scaled), &error));
    g_assert_cmpfloat (item (t_sum (t_grad (x))), ==, 4 * 0.25);
  }
  g_assert_cmpint (t_live_count (), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/losses/values", test_values);
  g_test_add_func ("/losses/gradients", test_gradients);
  g_test_add_func ("/losses/scaled-map", test_scaled_map);
  return g_test_run ();
}
