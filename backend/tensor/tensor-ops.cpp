/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/tensor-private.hpp"

/*
 * Shapes, pointwise operations and reductions. Each is PyTorch's operation of the same name and
 * returns (transfer none) a handle of the innermost scope, NULL once an error waits.
 */

using videomage::dims;
using videomage::guard;

namespace videomage
{

at::IntArrayRef
dims (const gint64 *values, gsize n)
{
  static_assert (sizeof (gint64) == sizeof (int64_t));
  return at::IntArrayRef (reinterpret_cast<const int64_t *> (values), n);
}

} // namespace videomage

/* Shape ------------------------------------------------------------------------------------ */

/** t_reshape: @x in another shape; one size may be -1. */
Tensor *
t_reshape (Tensor *x, const gint64 *shape, gsize n)
{
  return guard ("reshape", { x }, [&] { return x->value.reshape (dims (shape, n)); });
}

/** t_permute: dimensions in the order @order. */
Tensor *
t_permute (Tensor *x, const gint64 *order, gsize n)
{
  return guard ("permute", { x }, [&] { return x->value.permute (dims (order, n)); });
}

/** t_transpose: two dimensions exchanged. */
Tensor *
t_transpose (Tensor *x, int dim0, int dim1)
{
  return guard ("transpose", { x }, [&] { return x->value.transpose (dim0, dim1); });
}

/** t_unsqueeze: a new dimension of size 1 at @dim. */
Tensor *
t_unsqueeze (Tensor *x, int dim)
{
  return guard ("unsqueeze", { x }, [&] { return x->value.unsqueeze (dim); });
}

/** t_squeeze: dimension @dim of size 1 left out. */
Tensor *
t_squeeze (Tensor *x, int dim)
{
  return guard ("squeeze", { x }, [&] { return x->value.squeeze (dim); });
}

/** t_expand: dimensions of size 1 repeated to @shape without a copy; -1 keeps a size. */
Tensor *
t_expand (Tensor *x, const gint64 *shape, gsize n)
{
  return guard ("expand", { x }, [&] { return x->value.expand (dims (shape, n)); });
}

/** t_repeat_interleave: every slice along @dim @repeats times in a row. */
Tensor *
t_repeat_interleave (Tensor *x, gint64 repeats, int dim)
{
  return guard ("repeat_interleave", { x },
                [&] { return repeats == 1 ? x->value : x->value.repeat_interleave (repeats, dim); });
}

static std::vector<at::Tensor>
values_of (Tensor *const *tensors, gsize n)
{
  std::vector<at::Tensor> values;
  values.reserve (n);
  for (gsize i = 0; i < n; i++)
    {
      TORCH_CHECK (tensors[i] != nullptr, "tensor ", i, " of the list is missing");
      values.push_back (tensors[i]->value);
    }
  return values;
}

/** t_cat: tensors joined along @dim. */
Tensor *
t_cat (Tensor *const *tensors, gsize n, int dim)
{
  return guard ("cat", {}, [&] { return at::cat (values_of (tensors, n), dim); });
}

/** t_stack: tensors of one shape joined along a new dimension. */
Tensor *
t_stack (Tensor *const *tensors, gsize n, int dim)
{
  return guard ("stack", {}, [&] { return at::stack (values_of (tensors, n), dim); });
}

/** t_narrow: a view of @length slices from @start along @dim. */
Tensor *
t_narrow (Tensor *x, int dim, gint64 start, gint64 length)
{
  return guard ("narrow", { x }, [&] { return x->value.narrow (dim, start, length); });
}

/** t_select: slice @index of @dim, which disappears. */
Tensor *
t_select (Tensor *x, int dim, gint64 index)
{
  return guard ("select", { x }, [&] { return x->value.select (dim, index); });
}

/** t_index_select: the slices of @dim that @index (int64) names. */
Tensor *
t_index_select (Tensor *x, int dim, Tensor *index)
{
  return guard ("index_select", { x, index },
                [&] { return x->value.index_select (dim, index->value); });
}

/** t_pad: constant padding, pairs from the last dimension on as in torch.nn.functional.pad. */
Tensor *
t_pad (Tensor *x, const gint64 *pad, gsize n, double value)
{
  return guard ("pad", { x }, [&] { return at::constant_pad_nd (x->value, dims (pad, n), value); });
}

/* Pointwise -------------------------------------------------------------------------------- */

#define T_UNARY(name, expression)                                                                  \
  Tensor *t_##name (Tensor *x)                                                                     \
  {                                                                                                \
    return guard (#name, { x }, [&] { return expression; });                                       \
  }
#define T_BINARY(name, expression)                                                                 \
  Tensor *t_##name (Tensor *a, Tensor *b)                                                          \
  {                                                                                                \
    return guard (#name, { a, b }, [&] { return expression; });                                    \
  }

T_BINARY (add, at::add (a->value, b->value))
T_BINARY (sub, at::sub (a->value, b->value))
T_BINARY (mul, at::mul (a->value, b->value))
T_BINARY (div, at::div (a->value, b->value))
T_BINARY (maximum, at::maximum (a->value, b->value))
T_BINARY (minimum, at::minimum (a->value, b->value))

T_UNARY (neg, at::neg (x->value))
T_UNARY (abs, at::abs (x->value))
T_UNARY (exp, at::exp (x->value))
T_UNARY (log, at::log (x->value))
T_UNARY (sqrt, at::sqrt (x->value))
T_UNARY (square, at::square (x->value))
T_UNARY (sin, at::sin (x->value))
T_UNARY (cos, at::cos (x->value))
T_UNARY (tanh, at::tanh (x->value))
T_UNARY (sigmoid, at::sigmoid (x->value))
T_UNARY (relu, at::relu (x->value))
T_UNARY (silu, at::silu (x->value))
T_UNARY (gelu, at::gelu (x->value))
T_UNARY (gelu_tanh, at::gelu (x->value, "tanh"))
T_UNARY (mish, at::mish (x->value))
T_UNARY (quick_gelu, at::mul (x->value, at::sigmoid (at::mul (x->value, 1.702))))
T_UNARY (round, at::round (x->value))

/** t_add_scaled: a + scale · b. */
Tensor *
t_add_scaled (Tensor *a, Tensor *b, double scale)
{
  return guard ("add", { a, b }, [&] { return at::add (a->value, b->value, scale); });
}

/** t_add_scalar: x + value. */
Tensor *
t_add_scalar (Tensor *x, double value)
{
  return guard ("add", { x }, [&] { return at::add (x->value, value); });
}

/** t_mul_scalar: x · value. */
Tensor *
t_mul_scalar (Tensor *x, double value)
{
  return guard ("mul", { x }, [&] { return at::mul (x->value, value); });
}

/** t_pow_scalar: x to the power @exponent. */
Tensor *
t_pow_scalar (Tensor *x, double exponent)
{
  return guard ("pow", { x }, [&] { return at::pow (x->value, exponent); });
}

/** t_lerp: a + weight · (b − a). */
Tensor *
t_lerp (Tensor *a, Tensor *b, double weight)
{
  return guard ("lerp", { a, b }, [&] { return at::lerp (a->value, b->value, weight); });
}

/** t_where: @a where @condition (bool) holds, else @b. */
Tensor *
t_where (Tensor *condition, Tensor *a, Tensor *b)
{
  return guard ("where", { condition, a, b },
                [&] { return at::where (condition->value, a->value, b->value); });
}

/** t_lt_scalar: x < value, bool. */
Tensor *
t_lt_scalar (Tensor *x, double value)
{
  return guard ("lt", { x }, [&] { return at::lt (x->value, value); });
}

/** t_clamp: x limited to [low, high]. */
Tensor *
t_clamp (Tensor *x, double low, double high)
{
  return guard ("clamp", { x }, [&] { return at::clamp (x->value, low, high); });
}

/* Reductions ------------------------------------------------------------------------------- */

T_UNARY (sum, at::sum (x->value))
T_UNARY (mean, at::mean (x->value))
T_UNARY (amax, at::amax (x->value))
T_UNARY (norm, at::norm (x->value))

/** t_sum_dims: the sum over @over. */
Tensor *
t_sum_dims (Tensor *x, const gint64 *over, gsize n, gboolean keepdim)
{
  return guard ("sum", { x }, [&] { return at::sum (x->value, dims (over, n), keepdim); });
}

/** t_mean_dims: the mean over @over. */
Tensor *
t_mean_dims (Tensor *x, const gint64 *over, gsize n, gboolean keepdim)
{
  return guard ("mean", { x }, [&] { return at::mean (x->value, dims (over, n), keepdim); });
}

/** t_amax_dims: the largest value over @over. */
Tensor *
t_amax_dims (Tensor *x, const gint64 *over, gsize n, gboolean keepdim)
{
  return guard ("amax", { x }, [&] { return at::amax (x->value, dims (over, n), keepdim); });
}

/** t_softmax: the softmax over @dim. */
Tensor *
t_softmax (Tensor *x, int dim)
{
  return guard ("softmax", { x }, [&] { return at::softmax (x->value, dim); });
}

/** t_cumprod: the running product over @dim. */
Tensor *
t_cumprod (Tensor *x, int dim)
{
  return guard ("cumprod", { x }, [&] { return at::cumprod (x->value, dim); });
}

/** t_mse: the mean of (a − b)² over all elements, METHOD's ‖·‖²; in float32 at least. */
Tensor *
t_mse (Tensor *a, Tensor *b)
{
  return guard ("mse", { a, b }, [&] {
    TORCH_CHECK (a->value.sizes () == b->value.sizes (), "the shapes differ");
    auto widen = [] (const at::Tensor &x) {
      return x.scalar_type () == at::kHalf || x.scalar_type () == at::kBFloat16 ? x.to (at::kFloat) : x;
    };
    return at::mse_loss (widen (a->value), widen (b->value));
  });
}
