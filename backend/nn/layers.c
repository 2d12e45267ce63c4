/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/layers.h"

/* The layers that every network here is made of. */

/**
 * linear_init:
 * @path: its full name in diffusers' layout, "mid_block.attentions.0.proj_in"
 * @kind: which LoRA may sit on it
 */
void
linear_init (Linear *self, Weights *weights, const char *path, LinearKind kind, gint64 n_in,
             gint64 n_out, gboolean with_bias)
{
  self->path = g_strdup (path);
  self->kind = kind;
  self->n_in = n_in;
  self->n_out = n_out;
  self->weight = weights_take (weights, path, "weight", T_SHAPE (n_out, n_in));
  self->bias = with_bias ? weights_take (weights, path, "bias", T_SHAPE (n_out)) : NULL;
  self->adapters = g_array_new (FALSE, FALSE, sizeof (Adapter));
}

void
linear_clear (Linear *self)
{
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->adapters, g_array_unref);
  t_drop (&self->weight);
  t_drop (&self->bias);
}

/* y + scale · B·A·x, computed in LoRA's own type. */
static Tensor *
adapt (const Adapter *adapter, Tensor *x, Tensor *y)
{
  T_SCOPE ();
  Tensor *wide = t_to_dtype (x, t_dtype (adapter->down));
  Tensor *d = t_linear (t_linear (wide, adapter->down, NULL), adapter->up, NULL);

  return t_keep (t_add_scaled (y, t_to_dtype (d, t_dtype (y)), adapter->scale));
}

/* The share of the batch that an adapter works on; samples lie one after the other in dimension 0. */
static Tensor *
share (const Adapter *adapter, Tensor *x)
{
  gint64 length = t_size (x, 0) / adapter->n_parts;

  return t_narrow (x, 0, adapter->part * length, length);
}

/* The same for adapters that work on their own shares: the shares of y are adapted apart and joined. */
static Tensor *
adapt_shares (Linear *self, Tensor *x, Tensor *y)
{
  T_SCOPE ();
  guint n_parts = g_array_index (self->adapters, Adapter, 0).n_parts;
  g_autofree Tensor **parts = g_new0 (Tensor *, n_parts);

  for (guint part = 0; part < n_parts; part++)
    parts[part] = share (&(Adapter){ .part = part, .n_parts = n_parts }, y);
  for (guint i = 0; i < self->adapters->len; i++)
    {
      Adapter *adapter = &g_array_index (self->adapters, Adapter, i);
      parts[adapter->part] = adapt (adapter, share (adapter, x), parts[adapter->part]);
    }
  return t_keep (t_cat (parts, n_parts, 0));
}

/**
 * linear_forward:
 * @x: [..., in]
 *
 * W·x + b + Σ s·(α/r)·B·A·x. LoRA is computed in its own type (float32) whatever @x has.
 *
 * Returns: [..., out]
 */
Tensor *
linear_forward (Linear *self, Tensor *x)
{
  T_SCOPE ();
  Tensor *y = t_linear (x, self->weight, self->bias);

  if (self->adapters->len > 0 && g_array_index (self->adapters, Adapter, 0).n_parts > 1)
    return t_keep (adapt_shares (self, x, y));
  for (guint i = 0; i < self->adapters->len; i++)
    y = adapt (&g_array_index (self->adapters, Adapter, i), x, y);
  return t_keep (y);
}

/** conv_init: a square kernel; @path is the module's full name. */
void
conv_init (Conv *self, Weights *weights, const char *path, gint64 n_in, gint64 n_out, int kernel,
           int stride, int padding)
{
  self->weight = weights_take (weights, path, "weight", T_SHAPE (n_out, n_in, kernel, kernel));
  self->bias = weights_take (weights, path, "bias", T_SHAPE (n_out));
  self->stride = stride;
  self->padding = padding;
}

void
conv_clear (Conv *self)
{
  t_drop (&self->weight);
  t_drop (&self->bias);
}

/** conv_forward: [N, in, H, W] → [N, out, H', W']. */
Tensor *
conv_forward (Conv *self, Tensor *x)
{
  return t_conv2d (x, self->weight, self->bias, self->stride, self->padding, 1);
}

/** norm_init: @groups 0 makes a layer norm. */
void
norm_init (Norm *self, Weights *weights, const char *path, gint64 width, gint64 groups, double eps)
{
  if (groups > 0 && width % groups != 0)
    t_take_error (g_error_new (T_ERROR, T_ERROR_FILE,
                               "the configuration divides the %" G_GINT64_FORMAT " channels of “%s” into %"
                               G_GINT64_FORMAT " groups", width, path, groups));
  self->weight = weights_take_norm (weights, path, "weight", width);
  self->bias = weights_take_norm (weights, path, "bias", width);
  self->groups = groups;
  self->eps = eps;
}

void
norm_clear (Norm *self)
{
  t_drop (&self->weight);
  t_drop (&self->bias);
}

/** norm_forward: [N, C, …] over groups of channels, or [..., C] over the last dimension. */
Tensor *
norm_forward (Norm *self, Tensor *x)
{
  return self->groups > 0 ? t_group_norm (x, self->groups, self->weight, self->bias, self->eps)
                          : t_layer_norm (x, self->weight, self->bias, self->eps);
}

/** norm_forward_channels: a layer norm over the channels of each pixel; [N, C, H, W]. */
Tensor *
norm_forward_channels (Norm *self, Tensor *x)
{
  T_SCOPE ();

  return t_keep (t_permute (norm_forward (self, t_permute (x, T_DIMS (0, 2, 3, 1))), T_DIMS (0, 3, 1, 2)));
}

/** activation_from_name: NULL for a name that is not known. */
ActivationFunc
activation_from_name (const char *name)
{
  static const struct
  {
    const char *name;
    ActivationFunc func;
  } activations[] = {
    { "silu", t_silu }, { "swish", t_silu }, { "gelu", t_gelu }, { "quick_gelu", t_quick_gelu }, { "relu", t_relu },
    { "mish", t_mish }, { "gelu_new", t_gelu_tanh }, { "gelu_pytorch_tanh", t_gelu_tanh },
  };

  for (guint i = 0; i < G_N_ELEMENTS (activations); i++)
    if (g_str_equal (activations[i].name, name))
      return activations[i].func;
  return NULL;
}
