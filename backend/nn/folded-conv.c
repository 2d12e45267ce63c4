/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/folded-conv.h"

#include "nn/layers.h"

/* eps of PyTorch's BatchNorm2d. */
#define BATCH_NORM_EPS 1e-5

/* In use a batch norm is y = γ·(x − μ)/√(σ² + ε) + β per channel, which the convolution before it can do itself:
 * w·γ/√(σ² + ε) and (b − μ)·γ/√(σ² + ε) + β. */
static void
fold (FoldedConv *self, Weights *weights, const char *path, const FoldedConvNames *names,
      const FoldedConvShape *shape, int groups)
{
  T_SCOPE_NO_GRAD ();
  TDtype dtype = weights_dtype (weights);
  gint64 n = shape->n_out;
  PATH (conv, "%s.%s", path, names->conv);
  PATH (norm, "%s.%s", path, names->norm);
  Tensor *weight = weights_take (weights, conv, "weight",
                                 T_SHAPE (n, shape->n_in / groups, shape->kernel, shape->kernel));
  Tensor *bias = names->conv_bias ? weights_take (weights, conv, "bias", T_SHAPE (n)) : NULL;
  Tensor *gamma = weights_take_norm (weights, norm, "weight", n);
  Tensor *beta = weights_take_norm (weights, norm, "bias", n);
  Tensor *mean = weights_take_norm (weights, norm, "running_mean", n);
  Tensor *variance = weights_take_norm (weights, norm, "running_var", n);
  Tensor *scale = t_div (gamma, t_sqrt (t_add_scalar (variance, BATCH_NORM_EPS)));
  Tensor *shift = bias != NULL ? t_sub (bias, mean) : t_neg (mean);
  Tensor **taken[] = { &weight, &bias, &gamma, &beta, &mean, &variance };

  self->weight = t_steal (t_to_dtype (t_mul (weight, t_reshape (scale, T_SHAPE (n, 1, 1, 1))), dtype));
  self->bias = t_steal (t_to_dtype (t_add (t_mul (shift, scale), beta), dtype));
  for (gsize i = 0; i < G_N_ELEMENTS (taken); i++)
    t_drop (taken[i]);
}

/**
 * folded_conv_init:
 * @path: the module's full name
 *
 * Takes “weight” and “bias” of @path where the file has been folded, else folds the parts that @names tells.
 */
void
folded_conv_init (FoldedConv *self, Weights *weights, const char *path, const FoldedConvNames *names,
                  const FoldedConvShape *shape)
{
  PATH (conv, "%s.%s", path, names->conv);

  self->kernel = shape->kernel;
  self->stride = MAX (shape->stride, 1);
  self->dilation = MAX (shape->dilation, 1);
  self->groups = MAX (shape->groups, 1);
  if (!weights_has (weights, path, "weight") && weights_has (weights, conv, "weight"))
    {
      fold (self, weights, path, names, shape, self->groups);
      return;
    }
  self->weight = weights_take (weights, path, "weight",
                               T_SHAPE (shape->n_out, shape->n_in / self->groups, shape->kernel, shape->kernel));
  self->bias = weights_take (weights, path, "bias", T_SHAPE (shape->n_out));
}

void
folded_conv_clear (FoldedConv *self)
{
  t_drop (&self->weight);
  t_drop (&self->bias);
}

/** folded_conv_forward: [N, in, H, W] → [N, out, ⌈H / stride⌉, ⌈W / stride⌉]. */
Tensor *
folded_conv_forward (FoldedConv *self, Tensor *x)
{
  int padding = self->dilation * (self->kernel / 2);

  return self->dilation > 1 ? t_conv2d_dilated (x, self->weight, self->bias, padding, self->dilation)
                            : t_conv2d (x, self->weight, self->bias, self->stride, padding, self->groups);
}
