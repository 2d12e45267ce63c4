/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/tensor-private.hpp"

/* What networks are made of. NULL where PyTorch takes None: bias, weights of a norm. */

using videomage::dims;
using videomage::guard;
using videomage::optional;

/** t_matmul: the matrix product, batched over leading dimensions. */
Tensor *
t_matmul (Tensor *a, Tensor *b)
{
  return guard ("matmul", { a, b }, [&] { return at::matmul (a->value, b->value); });
}

/** t_linear: x·Wᵀ + b; @x [..., in], @weight [out, in], @bias (nullable) [out] → [..., out]. */
Tensor *
t_linear (Tensor *x, Tensor *weight, Tensor *bias)
{
  return guard ("linear", { x, weight },
                [&] { return at::linear (x->value, weight->value, optional (bias)); });
}

/* Norms are computed in the type of their weights: float32 also where activations are narrower. */
static at::Tensor
widened (const at::Tensor &x, Tensor *weight)
{
  return weight != nullptr ? x.to (weight->value.scalar_type ()) : x;
}

/** t_group_norm: @x [N, C, …] over @groups of channels; computed in the type of @weight. */
Tensor *
t_group_norm (Tensor *x, gint64 groups, Tensor *weight, Tensor *bias, double eps)
{
  return guard ("group_norm", { x }, [&] {
    if (videomage::suits_channels_last_norm (x->value, weight, bias))
      return videomage::channels_last_group_norm (x->value, groups, weight->value, bias->value, eps);
    return at::group_norm (widened (x->value, weight), groups, optional (weight), optional (bias), eps)
        .to (x->value.scalar_type ());
  });
}

/** t_layer_norm: over the last dimension; computed in the type of @weight. */
Tensor *
t_layer_norm (Tensor *x, Tensor *weight, Tensor *bias, double eps)
{
  return guard ("layer_norm", { x }, [&] {
    int64_t width[] = { x->value.size (-1) };
    return at::layer_norm (widened (x->value, weight), width, optional (weight), optional (bias), eps)
        .to (x->value.scalar_type ());
  });
}

/** t_embedding: the rows of @weight that @ids (int64) name. */
Tensor *
t_embedding (Tensor *weight, Tensor *ids)
{
  return guard ("embedding", { weight, ids }, [&] { return at::embedding (weight->value, ids->value); });
}

/**
 * t_attention:
 * @q: [N, heads, L, d]
 * @k: [N, heads, S, d]
 * @v: [N, heads, S, d]
 * @causal: whether a query sees only keys up to its own place
 * @scale: of the products, 1/√d as a rule
 *
 * Fused attention, softmax (q·kᵀ·scale)·v; the probabilities are never in memory.
 */
Tensor *
t_attention (Tensor *q, Tensor *k, Tensor *v, gboolean causal, double scale)
{
  return guard ("attention", { q, k, v }, [&] {
    return at::scaled_dot_product_attention (q->value, k->value, v->value, std::nullopt, 0.0,
                                             causal, scale);
  });
}

/** t_nearest2d: [N, C, H, W] resized by nearest neighbour. */
Tensor *
t_nearest2d (Tensor *x, gint64 height, gint64 width)
{
  return guard ("nearest2d", { x }, [&] { return at::upsample_nearest2d (x->value, { height, width }); });
}

/** t_bilinear2d: [N, C, H, W] resized bilinearly, align_corners=False, no antialias. */
Tensor *
t_bilinear2d (Tensor *x, gint64 height, gint64 width)
{
  return guard ("bilinear2d", { x },
                [&] { return at::upsample_bilinear2d (x->value, { height, width }, false); });
}

/**
 * t_bilinear2d_antialias:
 *
 * As t_bilinear2d (), but where it makes smaller, the triangle spans all pixels that fall together, as picture
 * programs do it. Bytes stay bytes (on the CPU), rounded.
 */
Tensor *
t_bilinear2d_antialias (Tensor *x, gint64 height, gint64 width)
{
  return guard ("bilinear2d", { x },
                [&] { return at::_upsample_bilinear2d_aa (x->value, { height, width }, false); });
}

/** t_area2d: [N, C, H, W] reduced by area averaging. */
Tensor *
t_area2d (Tensor *x, gint64 height, gint64 width)
{
  return guard ("area2d", { x }, [&] { return at::adaptive_avg_pool2d (x->value, { height, width }); });
}

/** t_max_pool2d: [N, C, H, W], the largest of each window. */
Tensor *
t_max_pool2d (Tensor *x, int kernel, int stride, gboolean ceil_mode)
{
  return guard ("max_pool2d", { x }, [&] {
    return at::max_pool2d (x->value, { kernel, kernel }, { stride, stride }, { 0, 0 }, { 1, 1 },
                           ceil_mode);
  });
}
