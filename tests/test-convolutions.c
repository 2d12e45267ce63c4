/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Convolutions in float32 are those in float64, which oneDNN does not do: every kind of them, forwards and backwards, whole and in bands. */

#include "tensor-check.h"

typedef struct
{
  gint64 x[4], weight[4];
  int stride, padding, dilation, groups;
  gboolean transposed, bare;
} Shape;

/* The last four are too large for the matrix of all their taps at once. */
static const Shape shapes[] = {
  { { 2, 5, 9, 12 }, { 7, 5, 3, 3 }, 1, 1, 1, 1 },
  { { 2, 5, 9, 12 }, { 7, 5, 3, 3 }, 2, 1, 1, 1, FALSE, TRUE },
  { { 2, 6, 9, 12 }, { 4, 3, 3, 3 }, 1, 1, 1, 2 },
  { { 2, 6, 9, 12 }, { 6, 1, 3, 3 }, 1, 1, 1, 6 },
  { { 2, 6, 9, 12 }, { 6, 1, 5, 5 }, 2, 2, 1, 6, FALSE, TRUE },
  { { 2, 5, 9, 12 }, { 7, 5, 3, 3 }, 1, 2, 2, 1 },
  { { 2, 5, 4, 6 }, { 5, 3, 2, 2 }, 2, 0, 1, 1, TRUE },
  { { 2, 20, 90, 100 }, { 3, 20, 3, 3 }, 1, 1, 1, 1 },
  { { 1, 20, 180, 101 }, { 3, 20, 3, 3 }, 2, 1, 1, 1 },
  { { 1, 20, 90, 100 }, { 3, 20, 3, 3 }, 1, 3, 3, 1 },
  { { 1, 20, 180, 101 }, { 3, 20, 7, 7 }, 2, 3, 1, 1, FALSE, TRUE },
};

static Tensor *
convolve (const Shape *shape, Tensor *x, Tensor *weight, Tensor *bias)
{
  if (shape->transposed)
    return t_conv_transpose2d (x, weight, bias, shape->stride);
  if (shape->dilation > 1)
    return t_conv2d_dilated (x, weight, bias, shape->padding, shape->dilation);
  return t_conv2d (x, weight, bias, shape->stride, shape->padding, shape->groups);
}

static void
assert_close (const Shape *shape, Tensor *found, Tensor *wanted)
{
  double error = item (t_amax (t_abs (t_sub (t_to_dtype (found, T_F64), wanted)))) / item (t_amax (t_abs (wanted)));

  g_test_message ("shape %d: %.2g", (int) (shape - shapes), error);
  g_assert_true (t_same_shape (found, wanted));
  g_assert_cmpfloat (error, <, 1e-5);
}

/* A square of every output, so that the gradient is not the same everywhere. */
static Tensor *
gradients (const Shape *shape, Tensor **inputs, Tensor **grads)
{
  g_autoptr (GError) error = NULL;
  Tensor *y = convolve (shape, inputs[0], inputs[1], shape->bare ? NULL : inputs[2]);

  gboolean ok = t_gradients (t_sum (t_mul (y, y)), inputs, shape->bare ? 2 : 3, grads, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  return y;
}

static void
draw (const Shape *shape, TGenerator *generator, Tensor **inputs)
{
  gint64 n_out = shape->transposed ? shape->weight[1] : shape->weight[0];

  inputs[0] = t_randn (generator, shape->x, 4);
  inputs[1] = t_randn (generator, shape->weight, 4);
  inputs[2] = t_randn (generator, T_SHAPE (n_out));
}

static void
test_forwards (void)
{
  g_autoptr (TGenerator) generator = t_generator_new (1);

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      T_SCOPE_NO_GRAD ();
      const Shape *shape = &shapes[i];
      Tensor *narrow[3], *wide[3];

      draw (shape, generator, narrow);
      for (gsize k = 0; k < G_N_ELEMENTS (wide); k++)
        wide[k] = t_to_dtype (narrow[k], T_F64);
      for (int last = 0; last < 2; last++)
        assert_close (shape,
                      convolve (shape, last ? t_channels_last (narrow[0]) : narrow[0], narrow[1], shape->bare ? NULL : narrow[2]),
                      convolve (shape, wide[0], wide[1], shape->bare ? NULL : wide[2]));
    }
  assert_clean ();
}

static void
test_backwards (void)
{
  g_autoptr (TGenerator) generator = t_generator_new (2);

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      T_SCOPE ();
      const Shape *shape = &shapes[i];
      Tensor *narrow[3], *wide[3], *found[3], *wanted[3];

      draw (shape, generator, narrow);
      for (gsize k = 0; k < G_N_ELEMENTS (wide); k++)
        {
          wide[k] = t_requires_grad (t_to_dtype (narrow[k], T_F64));
          narrow[k] = t_requires_grad (narrow[k]);
        }
      assert_close (shape, gradients (shape, narrow, found), gradients (shape, wide, wanted));
      for (gsize k = 0; k < (shape->bare ? 2 : 3); k++)
        assert_close (shape, found[k], wanted[k]);
    }
  assert_clean ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/convolutions/forwards", test_forwards);
  g_test_add_func ("/convolutions/backwards", test_backwards);
  return g_test_run ();
}
