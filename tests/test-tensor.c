/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The tensor layer's operations: each against numbers worked out by hand, and its gradient against
 * central differences in float64.
 */

#include "tensor/tensor.h"

#include <math.h>

#define MAX_INPUTS 3
#define MAX_VALUES 16
#define LN2 0.6931471805599453
#define ROOT5 2.23606797749979

/* A small array: sizes up to the first 0 (none: a scalar), and as many values as they make. */
typedef struct
{
  gint64 shape[6];
  double values[MAX_VALUES];
} Array;

#define UNPACK(...) __VA_ARGS__
#define A(sizes, ...) { .shape = { UNPACK sizes }, .values = { __VA_ARGS__ } }
#define SCALAR(value) { .values = { value } }

typedef struct
{
  const char *name;
  Tensor *(*run) (Tensor *const *x);
  guint n_inputs;
  gboolean constant; /* has no gradient */
  Array inputs[MAX_INPUTS];
  Array wanted;
} Case;

static gsize
n_dims (const Array *array)
{
  gsize n = 0;

  while (array->shape[n] != 0)
    n++;
  return n;
}

static Tensor *
make (const Array *array)
{
  return t_from_data (array->values, T_F64, array->shape, n_dims (array));
}

#define OP(name, expression)                                                                       \
  static Tensor *run_##name (Tensor *const *x)                                                     \
  {                                                                                                \
    return expression;                                                                             \
  }

/* Integers that an operation needs beside its inputs. */
static Tensor *
ids (gint64 first, gint64 second)
{
  return t_from_data ((gint64[]){ first, second }, T_I64, T_SHAPE (2));
}

OP (reshape, t_reshape (x[0], T_SHAPE (3, -1)))
OP (permute, t_permute (x[0], T_DIMS (2, 0, 1)))
OP (transpose, t_transpose (x[0], 0, -1))
OP (unsqueeze, t_unsqueeze (x[0], 1))
OP (squeeze, t_squeeze (x[0], 1))
OP (expand, t_expand (x[0], T_SHAPE (-1, 3)))
OP (repeat_interleave, t_repeat_interleave (x[0], 2, 0))
OP (cat, t_cat (x, 2, 1))
OP (stack, t_stack (x, 2, 0))
OP (narrow, t_narrow (x[0], 1, 1, 2))
OP (select, t_select (x[0], 0, 1))
OP (index_select, t_index_select (x[0], 0, ids (2, 0)))
OP (pad, t_pad (x[0], T_SHAPE (1, 0, 0, 1), 9))
OP (clone, t_clone (x[0]))
OP (alias, t_alias (x[0]))
OP (contiguous, t_contiguous (t_transpose (x[0], 0, 1)))
OP (add, t_add (x[0], x[1]))
OP (sub, t_sub (x[0], x[1]))
OP (mul, t_mul (x[0], x[1]))
OP (div, t_div (x[0], x[1]))
OP (add_scaled, t_add_scaled (x[0], x[1], -3))
OP (add_scalar, t_add_scalar (x[0], 1.5))
OP (mul_scalar, t_mul_scalar (x[0], -2))
OP (pow_scalar, t_pow_scalar (x[0], 3))
OP (lerp, t_lerp (x[0], x[1], 0.25))
OP (maximum, t_maximum (x[0], x[1]))
OP (minimum, t_minimum (x[0], x[1]))
OP (where, t_where (t_lt_scalar (x[0], 0), x[1], x[2]))
OP (lt_scalar, t_to_dtype (t_lt_scalar (x[0], 2), T_F64))
OP (neg, t_neg (x[0]))
OP (abs, t_abs (x[0]))
OP (exp, t_exp (x[0]))
OP (log, t_log (x[0]))
OP (sqrt, t_sqrt (x[0]))
OP (square, t_square (x[0]))
OP (sin, t_sin (x[0]))
OP (cos, t_cos (x[0]))
OP (tanh, t_tanh (x[0]))
OP (sigmoid, t_sigmoid (x[0]))
OP (relu, t_relu (x[0]))
OP (silu, t_silu (x[0]))
OP (gelu, t_gelu (x[0]))
OP (gelu_tanh, t_gelu_tanh (x[0]))
OP (mish, t_mish (x[0]))
OP (quick_gelu, t_quick_gelu (x[0]))
OP (round, t_round (x[0]))
OP (clamp, t_clamp (x[0], -1, 2))
OP (sum, t_sum (x[0]))
OP (mean, t_mean (x[0]))
OP (sum_dims, t_sum_dims (x[0], T_DIMS (0), FALSE))
OP (sum_dims_kept, t_sum_dims (x[0], T_DIMS (0, 1), TRUE))
OP (mean_dims, t_mean_dims (x[0], T_DIMS (1), TRUE))
OP (amax_dims, t_amax_dims (x[0], T_DIMS (1), FALSE))
OP (amax, t_amax (x[0]))
OP (norm, t_norm (x[0]))
OP (softmax, t_softmax (x[0], -1))
OP (cumprod, t_cumprod (x[0], 0))
OP (mse, t_mse (x[0], x[1]))
OP (matmul, t_matmul (x[0], x[1]))
OP (linear, t_linear (x[0], x[1], x[2]))
OP (linear_plain, t_linear (x[0], x[1], NULL))
OP (conv2d, t_conv2d (x[0], x[1], x[2], 1, 0, 1))
OP (conv2d_strided, t_conv2d (x[0], x[1], NULL, 2, 1, 1))
OP (conv2d_grouped, t_conv2d (x[0], x[1], NULL, 1, 0, 2))
OP (conv2d_padded, t_conv2d_padded (x[0], x[1], x[2], T_DIMS (1, 0)))
OP (conv2d_dilated, t_conv2d_dilated (x[0], x[1], x[2], 1, 2))
OP (conv_transpose2d, t_conv_transpose2d (x[0], x[1], x[2], 2))
OP (group_norm, t_group_norm (x[0], 1, x[1], x[2], 0))
OP (group_norm_plain, t_group_norm (x[0], 2, NULL, NULL, 3))
OP (layer_norm, t_layer_norm (x[0], x[1], x[2], 0))
OP (embedding, t_embedding (x[0], ids (2, 0)))
OP (attention, t_attention (x[0], x[1], x[2], FALSE, 1))
OP (attention_causal, t_attention (x[0], x[1], x[2], TRUE, 1))
OP (nearest2d, t_nearest2d (x[0], 1, 4))
OP (nearest2d_odd, t_nearest2d (x[0], 1, 3))
OP (bilinear2d, t_bilinear2d (x[0], 1, 4))
OP (bilinear2d_antialias, t_bilinear2d_antialias (x[0], 1, 2))
OP (bilinear2d_bytes, t_to_dtype (t_bilinear2d_antialias (t_to_dtype (x[0], T_U8), 1, 2), T_F64))
OP (area2d, t_area2d (x[0], 1, 2))
OP (max_pool2d, t_max_pool2d (x[0], 2, 2, FALSE))
OP (max_pool2d_ceil, t_max_pool2d (x[0], 2, 2, TRUE))

#define UNARY(name, a, b, c, fa, fb, fc)                                                           \
  { #name, run_##name, 1, FALSE, { A ((3), a, b, c) }, A ((3), fa, fb, fc) }

static const Case cases[] = {
  { "reshape", run_reshape, 1, FALSE, { A ((2, 3), 1, 2, 3, 4, 5, 6) }, A ((3, 2), 1, 2, 3, 4, 5, 6) },
  { "permute", run_permute, 1, FALSE, { A ((1, 2, 3), 1, 2, 3, 4, 5, 6) }, A ((3, 1, 2), 1, 4, 2, 5, 3, 6) },
  { "transpose", run_transpose, 1, FALSE, { A ((2, 3), 1, 2, 3, 4, 5, 6) }, A ((3, 2), 1, 4, 2, 5, 3, 6) },
  { "unsqueeze", run_unsqueeze, 1, FALSE, { A ((2), 1, 2) }, A ((2, 1), 1, 2) },
  { "squeeze", run_squeeze, 1, FALSE, { A ((2, 1), 1, 2) }, A ((2), 1, 2) },
  { "expand", run_expand, 1, FALSE, { A ((2, 1), 1, 2) }, A ((2, 3), 1, 1, 1, 2, 2, 2) },
  { "repeat-interleave", run_repeat_interleave, 1, FALSE, { A ((2, 1), 1, 2) }, A ((4, 1), 1, 1, 2, 2) },
  { "cat", run_cat, 2, FALSE, { A ((2, 1), 1, 2), A ((2, 2), 3, 4, 5, 6) }, A ((2, 3), 1, 3, 4, 2, 5, 6) },
  { "stack", run_stack, 2, FALSE, { A ((2), 1, 2), A ((2), 3, 4) }, A ((2, 2), 1, 2, 3, 4) },
  { "narrow", run_narrow, 1, FALSE, { A ((2, 3), 1, 2, 3, 4, 5, 6) }, A ((2, 2), 2, 3, 5, 6) },
  { "select", run_select, 1, FALSE, { A ((2, 3), 1, 2, 3, 4, 5, 6) }, A ((3), 4, 5, 6) },
  { "index-select", run_index_select, 1, FALSE, { A ((3, 2), 1, 2, 3, 4, 5, 6) }, A ((2, 2), 5, 6, 1, 2) },
  { "pad", run_pad, 1, FALSE, { A ((1, 2), 1, 2) }, A ((2, 3), 9, 1, 2, 9, 9, 9) },
  { "clone", run_clone, 1, FALSE, { A ((2), 1, 2) }, A ((2), 1, 2) },
  { "alias", run_alias, 1, FALSE, { A ((2), 1, 2) }, A ((2), 1, 2) },
  { "contiguous", run_contiguous, 1, FALSE, { A ((2, 2), 1, 2, 3, 4) }, A ((2, 2), 1, 3, 2, 4) },
  { "add", run_add, 2, FALSE, { A ((2, 2), 1, 2, 3, 4), A ((2), 10, 20) }, A ((2, 2), 11, 22, 13, 24) },
  { "sub", run_sub, 2, FALSE, { A ((2, 1), 1, 2), A ((2), 10, 20) }, A ((2, 2), -9, -19, -8, -18) },
  { "mul", run_mul, 2, FALSE, { A ((2, 2), 1, 2, 3, 4), A ((2), 2, -1) }, A ((2, 2), 2, -2, 6, -4) },
  { "div", run_div, 2, FALSE, { A ((2), 3, 5), A ((2), 2, -4) }, A ((2), 1.5, -1.25) },
  { "add-scaled", run_add_scaled, 2, FALSE, { A ((2), 1, 2), A ((2), 3, 4) }, A ((2), -8, -10) },
  { "add-scalar", run_add_scalar, 1, FALSE, { A ((2), 1, 2) }, A ((2), 2.5, 3.5) },
  { "mul-scalar", run_mul_scalar, 1, FALSE, { A ((2), 1, 2) }, A ((2), -2, -4) },
  { "pow-scalar", run_pow_scalar, 1, FALSE, { A ((2), 2, -3) }, A ((2), 8, -27) },
  { "lerp", run_lerp, 2, FALSE, { A ((2), 0, 4), A ((2), 8, 0) }, A ((2), 2, 3) },
  { "maximum", run_maximum, 2, FALSE, { A ((2), 1, 5), A ((2), 3, 2) }, A ((2), 3, 5) },
  { "minimum", run_minimum, 2, FALSE, { A ((2), 1, 5), A ((2), 3, 2) }, A ((2), 1, 2) },
  { "where", run_where, 3, FALSE, { A ((2), -1, 1), A ((2), 3, 4), A ((2), 5, 6) }, A ((2), 3, 6) },
  { "lt-scalar", run_lt_scalar, 1, TRUE, { A ((3), 1, 2, 3) }, A ((3), 1, 0, 0) },
  { "round", run_round, 1, TRUE, { A ((4), 0.5, 1.5, -1.4, 2.6) }, A ((4), 0, 2, -1, 3) },
  UNARY (neg, 1, -2, 0.5, -1, 2, -0.5),
  UNARY (abs, 1, -2, 0.5, 1, 2, 0.5),
  UNARY (exp, 1, -2, 0.5, 2.718281828459045, 0.1353352832366127, 1.6487212707001282),
  UNARY (log, 1, 2, 0.5, 0, LN2, -LN2),
  UNARY (sqrt, 1, 4, 0.25, 1, 2, 0.5),
  UNARY (square, 1, -2, 0.5, 1, 4, 0.25),
  UNARY (sin, 1, -2, 0.5, 0.8414709848078965, -0.9092974268256817, 0.479425538604203),
  UNARY (cos, 1, -2, 0.5, 0.5403023058681398, -0.4161468365471424, 0.8775825618903728),
  UNARY (tanh, 1, -2, 0.5, 0.7615941559557649, -0.9640275800758169, 0.46211715726000973),
  UNARY (sigmoid, 1, -2, 0.5, 0.7310585786300049, 0.11920292202211755, 0.6224593312018546),
  UNARY (relu, 1, -2, 0.5, 1, 0, 0.5),
  UNARY (silu, 1, -2, 0.5, 0.7310585786300049, -0.2384058440442351, 0.3112296656009273),
  UNARY (gelu, 1, -2, 0.5, 0.8413447460685429, -0.04550026389635842, 0.34573123063700656),
  UNARY (gelu_tanh, 1, -2, 0.5, 0.84119199060827676, -0.045402305912224938, 0.34571400982514394),
  UNARY (mish, 1, -2, 0.5, 0.86509838826731034, -0.25250148269570888, 0.37524521130489508),
  UNARY (quick_gelu, 1, -2, 0.5, 0.8457957659328212, -0.06434137685579186, 0.35038843660638014),
  UNARY (clamp, 1, -2, 3, 1, -1, 2),
  { "sum", run_sum, 1, FALSE, { A ((2, 2), 1, 2, 3, 4) }, SCALAR (10) },
  { "mean", run_mean, 1, FALSE, { A ((2, 2), 1, 2, 3, 4) }, SCALAR (2.5) },
  { "sum-dims", run_sum_dims, 1, FALSE, { A ((2, 2), 1, 2, 3, 4) }, A ((2), 4, 6) },
  { "sum-dims-kept", run_sum_dims_kept, 1, FALSE, { A ((2, 2), 1, 2, 3, 4) }, A ((1, 1), 10) },
  { "mean-dims", run_mean_dims, 1, FALSE, { A ((2, 2), 1, 2, 3, 4) }, A ((2, 1), 1.5, 3.5) },
  { "amax-dims", run_amax_dims, 1, FALSE, { A ((2, 2), 1, 2, 4, 3) }, A ((2), 2, 4) },
  { "amax", run_amax, 1, FALSE, { A ((2, 2), 1, 2, 4, 3) }, SCALAR (4) },
  { "norm", run_norm, 1, FALSE, { A ((2), 3, -4) }, SCALAR (5) },
  { "softmax", run_softmax, 1, FALSE, { A ((2, 2), 0, LN2, LN2, LN2) }, A ((2, 2), 1.0 / 3, 2.0 / 3, 0.5, 0.5) },
  { "cumprod", run_cumprod, 1, FALSE, { A ((3), 2, 3, 4) }, A ((3), 2, 6, 24) },
  { "mse", run_mse, 2, FALSE, { A ((2), 1, 2), A ((2), 4, 6) }, SCALAR (12.5) },
  { "matmul", run_matmul, 2, FALSE, { A ((2, 2), 1, 2, 3, 4), A ((2, 1), 5, 6) }, A ((2, 1), 17, 39) },
  { "linear", run_linear, 3, FALSE, { A ((1, 2), 1, 2), A ((3, 2), 1, 0, 0, 1, 1, 1), A ((3), 10, 20, 30) },
    A ((1, 3), 11, 22, 33) },
  { "linear-plain", run_linear_plain, 2, FALSE, { A ((2), 1, 2), A ((2, 2), 1, 2, 3, 4) }, A ((2), 5, 11) },
  { "conv2d", run_conv2d, 3, FALSE, { A ((1, 1, 2, 2), 1, 2, 3, 4), A ((1, 1, 2, 2), 1, 0, 0, 1), A ((1), 0.5) },
    A ((1, 1, 1, 1), 5.5) },
  { "conv2d-strided", run_conv2d_strided, 2, FALSE, { A ((1, 1, 2, 2), 1, 2, 3, 4), A ((1, 1, 2, 2), 1, 0, 0, 1) },
    A ((1, 1, 2, 2), 1, 0, 0, 4) },
  { "conv2d-grouped", run_conv2d_grouped, 2, FALSE, { A ((1, 2, 1, 1), 2, 3), A ((2, 1, 1, 1), 5, 7) },
    A ((1, 2, 1, 1), 10, 21) },
  { "conv2d-padded", run_conv2d_padded, 3, FALSE, { A ((1, 1, 3, 1), 1, 2, 3), A ((1, 1, 3, 1), 1, 10, 100), A ((1), 0.5) },
    A ((1, 1, 3, 1), 210.5, 321.5, 32.5) },
  { "conv2d-dilated", run_conv2d_dilated, 3, FALSE,
    { A ((1, 1, 3, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9), A ((1, 1, 2, 2), 1, -1, 2, 3), A ((1), 0.5) },
    A ((1, 1, 3, 3), 15.5, 26.5, 10.5, 22.5, 39.5, 18.5, -4.5, -1.5, 5.5) },
  { "conv-transpose2d", run_conv_transpose2d, 3, FALSE,
    { A ((1, 1, 1, 2), 1, 2), A ((1, 1, 1, 2), 3, 5), A ((1), 1) }, A ((1, 1, 1, 4), 4, 6, 7, 11) },
  /* mean 2.5, variance 1.25 = (√5 / 2)² */
  { "group-norm", run_group_norm, 3, FALSE, { A ((1, 2, 2), 1, 2, 3, 4), A ((2), 2, 1), A ((2), 0, 1) },
    A ((1, 2, 2), -6 / ROOT5, -2 / ROOT5, 1 + 1 / ROOT5, 1 + 3 / ROOT5) },
  /* each channel of its own: ∓1 / √(1 + 3) */
  { "group-norm-plain", run_group_norm_plain, 1, FALSE, { A ((1, 2, 2), 1, 3, 7, 5) },
    A ((1, 2, 2), -0.5, 0.5, 0.5, -0.5) },
  { "layer-norm", run_layer_norm, 3, FALSE, { A ((2, 2), 1, 3, 0, 4), A ((2), 2, 3), A ((2), 1, 0) },
    A ((2, 2), -1, 3, -1, 3) },
  { "embedding", run_embedding, 1, FALSE, { A ((3, 2), 1, 2, 3, 4, 5, 6) }, A ((2, 2), 5, 6, 1, 2) },
  /* probabilities ⅓ and ⅔ */
  { "attention", run_attention, 3, FALSE,
    { A ((1, 1, 1, 1), 1), A ((1, 1, 2, 1), 0, LN2), A ((1, 1, 2, 1), 3, 6) }, A ((1, 1, 1, 1), 5) },
  { "attention-causal", run_attention_causal, 3, FALSE,
    { A ((1, 1, 2, 1), 1, 1), A ((1, 1, 2, 1), 0, LN2), A ((1, 1, 2, 1), 3, 6) }, A ((1, 1, 2, 1), 3, 5) },
  { "nearest2d", run_nearest2d, 1, FALSE, { A ((1, 1, 1, 2), 1, 2) }, A ((1, 1, 1, 4), 1, 1, 2, 2) },
  { "nearest2d-odd", run_nearest2d_odd, 1, FALSE, { A ((1, 1, 1, 2), 1, 2) }, A ((1, 1, 1, 3), 1, 1, 2) },
  { "bilinear2d", run_bilinear2d, 1, FALSE, { A ((1, 1, 1, 2), 1, 2) }, A ((1, 1, 1, 4), 1, 1.25, 1.75, 2) },
  /* weights ¾, ¾, ¼ of a triangle four pixels wide */
  { "bilinear2d-antialias", run_bilinear2d_antialias, 1, FALSE, { A ((1, 1, 1, 4), 1, 3, 5, 7) },
    A ((1, 1, 1, 2), 17.0 / 7, 39.0 / 7) },
  { "bilinear2d-bytes", run_bilinear2d_bytes, 1, TRUE, { A ((1, 1, 1, 4), 1, 3, 5, 7) }, A ((1, 1, 1, 2), 2, 6) },
  { "area2d", run_area2d, 1, FALSE, { A ((1, 1, 1, 4), 1, 3, 5, 7) }, A ((1, 1, 1, 2), 2, 6) },
  { "max-pool2d", run_max_pool2d, 1, FALSE, { A ((1, 1, 2, 3), 1, 4, 7, 3, 2, 8) }, A ((1, 1, 1, 1), 4) },
  { "max-pool2d-ceil", run_max_pool2d_ceil, 1, FALSE, { A ((1, 1, 2, 3), 1, 5, 2, 3, 4, 6) }, A ((1, 1, 1, 2), 5, 6) },
};

static void
assert_array (Tensor *x, const Array *wanted, double tolerance)
{
  g_autoptr (GError) error = NULL;
  gsize n = 0;
  g_autofree double *values = t_dup_data (x, T_F64, &n, &error);

  g_assert_no_error (error);
  g_assert_true (t_has_shape (x, wanted->shape, n_dims (wanted)));
  for (gsize i = 0; i < n; i++)
    if (!(fabs (values[i] - wanted->values[i]) <= tolerance))
      g_error ("value %" G_GSIZE_FORMAT " is %.9g, not %.9g", i, values[i], wanted->values[i]);
}

static void
test_value (gconstpointer data)
{
  const Case *it = data;

  for (int dtype = T_F32; dtype <= T_F64; dtype++)
    {
      T_SCOPE ();
      Tensor *x[MAX_INPUTS] = { NULL };
      for (guint i = 0; i < it->n_inputs; i++)
        x[i] = t_to_dtype (make (&it->inputs[i]), (TDtype) dtype);
      assert_array (it->run (x), &it->wanted, dtype == T_F32 ? 2e-5 : 1e-12);
    }
  g_assert_cmpint (t_live_count (), ==, 0);
}

/* Σ wᵢ·yᵢ with weights that no symmetry cancels. */
static Tensor *
weighted_sum (Tensor *y)
{
  T_SCOPE ();
  Tensor *w = t_cos (t_add_scalar (t_mul_scalar (t_arange (t_numel (y), T_F64, T_CPU), 1.7), 0.3));

  return t_keep (t_sum (t_mul (t_reshape (y, T_SHAPE (-1)), w)));
}

static double
loss_at (const Case *it, guint input, gsize element, double move)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GError) error = NULL;
  Tensor *x[MAX_INPUTS] = { NULL };
  double loss = NAN;

  for (guint i = 0; i < it->n_inputs; i++)
    {
      Array moved = it->inputs[i];
      if (i == input)
        moved.values[element] += move;
      x[i] = make (&moved);
    }
  g_assert_true (t_item (weighted_sum (it->run (x)), &loss, &error));
  return loss;
}

static void
test_gradient (gconstpointer data)
{
  const Case *it = data;
  const double step = 1e-5;
  {
    T_SCOPE ();
    g_autoptr (GError) error = NULL;
    Tensor *x[MAX_INPUTS] = { NULL }, *grads[MAX_INPUTS] = { NULL };
    for (guint i = 0; i < it->n_inputs; i++)
      x[i] = t_requires_grad (make (&it->inputs[i]));
    g_assert_true (t_gradients (weighted_sum (it->run (x)), x, it->n_inputs, grads, &error));
    for (guint i = 0; i < it->n_inputs; i++)
      {
        gsize n;
        g_autofree double *values = t_dup_data (grads[i], T_F64, &n, &error);
        g_assert_no_error (error);
        g_assert_true (t_same_shape (grads[i], x[i]));
        for (gsize k = 0; k < n; k++)
          {
            double wanted = (loss_at (it, i, k, step) - loss_at (it, i, k, -step)) / (2 * step);
            g_assert_cmpfloat_with_epsilon (values[k], wanted, 1e-7 * MAX (1, fabs (wanted)));
          }
      }
  }
  g_assert_cmpint (t_live_count (), ==, 0);
}

/* Where channels lie side by side, another kernel must give the same norm and the same gradients. */
static void
test_channels_last (void)
{
  g_autoptr (GError) error = NULL;

  {
    T_SCOPE ();
    g_autoptr (TGenerator) generator = t_generator_new (5);
    Tensor *x = t_randn (generator, T_SHAPE (3, 8, 9, 15)), *direction = t_randn (generator, T_SHAPE (3, 8, 9, 15));
    Tensor *weight = t_randn (generator, T_SHAPE (8)), *bias = t_randn (generator, T_SHAPE (8));
    Tensor *leaves[2][3], *results[2][4];

    for (int last = 0; last < 2; last++)
      {
        Tensor *from = leaves[last][0] = t_requires_grad (last ? t_channels_last (x) : x);
        leaves[last][1] = t_requires_grad (weight);
        leaves[last][2] = t_requires_grad (bias);
        g_assert_cmpint (t_is_channels_last (from), ==, last);
        results[last][0] = t_group_norm (from, 4, leaves[last][1], leaves[last][2], 1e-5);
        g_assert_cmpint (t_is_channels_last (results[last][0]), ==, last);
        g_assert_true (t_gradients (t_mean (t_mul (results[last][0], direction)), leaves[last], 3, results[last] + 1, &error));
      }
    for (int i = 0; i < 4; i++)
      {
        double difference, size;
        g_assert_true (t_item (t_amax (t_abs (t_sub (results[0][i], results[1][i]))), &difference, &error));
        g_assert_true (t_item (t_amax (t_abs (results[0][i])), &size, &error));
        g_test_message ("%g of %g", difference, size);
        g_assert_cmpfloat (difference, <, 2e-6 * size);
      }
  }
  g_assert_cmpint (t_live_count (), ==, 0);
}

/* The same bits wherever scratch memory happens to lie: a continued training is the undisturbed one. */
static void
test_norm_anywhere (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) litter = g_ptr_array_new_with_free_func (g_free);

  {
    T_SCOPE ();
    g_autoptr (TGenerator) generator = t_generator_new (6);
    Tensor *x = t_requires_grad (t_channels_last (t_randn (generator, T_SHAPE (4, 8, 64, 64))));
    Tensor *weight = t_randn (generator, T_SHAPE (8)), *bias = t_randn (generator, T_SHAPE (8));
    Tensor *first[2] = { NULL };

    for (gsize i = 0; i < 24; i++)
      {
        Tensor *now[2];
        now[0] = t_group_norm (x, 4, weight, bias, 1e-6);
        g_assert_true (t_gradients (t_mean (t_square (now[0])), &x, 1, &now[1], &error));
        for (int j = 0; j < 2; j++)
          {
            double difference = 0;
            if (first[j] != NULL)
              g_assert_true (t_item (t_amax (t_abs (t_sub (now[j], first[j]))), &difference, &error));
            g_assert_cmpfloat (difference, ==, 0);
            first[j] = first[j] != NULL ? first[j] : now[j];
          }
        for (gsize j = 0; j < 3; j++)
          g_ptr_array_add (litter, g_malloc (16 * ((i * 7 + j * 5) % 11) + 8));
      }
  }
  g_assert_cmpint (t_live_count (), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  t_set_threads (1);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *value = g_strconcat ("/tensor/value/", cases[i].name, NULL);
      g_autofree char *gradient = g_strconcat ("/tensor/gradient/", cases[i].name, NULL);
      g_test_add_data_func (value, &cases[i], test_value);
      if (!cases[i].constant)
        g_test_add_data_func (gradient, &cases[i], test_gradient);
    }
  g_test_add_func ("/tensor/channels-last", test_channels_last);
  g_test_add_func ("/tensor/norm-anywhere", test_norm_anywhere);
  return g_test_run ();
}
