/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/resnet.h"

/**
 * resnet_block_init:
 * @time_width: width of the timestep embedding, 0 without one
 * @output_scale: what the sum is divided by
 */
void
resnet_block_init (ResnetBlock *self, Weights *weights, const char *path, gint64 n_in, gint64 n_out,
                   gint64 time_width, gint64 groups, double eps, double output_scale,
                   ActivationFunc activation)
{
  PATH (norm1, "%s.norm1", path);
  PATH (conv1, "%s.conv1", path);
  PATH (time, "%s.time_emb_proj", path);
  PATH (norm2, "%s.norm2", path);
  PATH (conv2, "%s.conv2", path);
  PATH (shortcut, "%s.conv_shortcut", path);

  self->path = g_strdup (path);
  self->activation = activation;
  self->output_scale = output_scale;
  self->has_time = time_width > 0;
  self->has_shortcut = n_in != n_out;
  norm_init (&self->norm1, weights, norm1, n_in, groups, eps);
  conv_init (&self->conv1, weights, conv1, n_in, n_out, 3, 1, 1);
  if (self->has_time)
    linear_init (&self->time_emb_proj, weights, time, LINEAR_PLAIN, time_width, n_out, TRUE);
  norm_init (&self->norm2, weights, norm2, n_out, groups, eps);
  conv_init (&self->conv2, weights, conv2, n_out, n_out, 3, 1, 1);
  if (self->has_shortcut)
    conv_init (&self->conv_shortcut, weights, shortcut, n_in, n_out, 1, 1, 0);
}

void
resnet_block_clear (ResnetBlock *self)
{
  norm_clear (&self->norm1);
  norm_clear (&self->norm2);
  conv_clear (&self->conv1);
  conv_clear (&self->conv2);
  if (self->has_shortcut)
    conv_clear (&self->conv_shortcut);
  if (self->has_time)
    linear_clear (&self->time_emb_proj);
  g_clear_pointer (&self->path, g_free);
}

/* The timestep's share of every frame: [B, time] → [B·F, C, 1, 1]. */
static Tensor *
time_share (ResnetBlock *self, const UNetCall *call)
{
  T_SCOPE ();
  Tensor *e = linear_forward (&self->time_emb_proj, self->activation (call->embedding));

  e = t_repeat_interleave (e, call->frames, 0);
  return t_keep (t_unsqueeze (t_unsqueeze (e, -1), -1));
}

/**
 * resnet_block_forward:
 * @call: (nullable): NULL where there is no time embedding
 * @x: [N, in, h, w]
 *
 * Returns: [N, out, h, w]
 */
Tensor *
resnet_block_forward (ResnetBlock *self, const UNetCall *call, Tensor *x)
{
  T_SCOPE ();
  Tensor *h = conv_forward (&self->conv1, self->activation (norm_forward (&self->norm1, x)));

  if (self->has_time)
    h = t_add (h, time_share (self, call));
  h = conv_forward (&self->conv2, self->activation (norm_forward (&self->norm2, h)));
  if (self->has_shortcut)
    x = conv_forward (&self->conv_shortcut, x);
  h = t_add (x, h);
  if (self->output_scale != 1)
    h = t_mul_scalar (h, 1 / self->output_scale);
  if (call != NULL)
    unet_call_observe (call, self->path, h);
  return t_keep (h);
}

/** temporal_conv_init: the groups' eps is 1e-5. */
void
temporal_conv_init (TemporalConv *self, Weights *weights, const char *path, gint64 channels, gint64 groups)
{
  self->path = g_strdup (path);
  for (guint i = 0; i < 4; i++)
    {
      PATH (norm, "%s.conv%u.0", path, i + 1);
      PATH (conv, "%s.conv%u.%d", path, i + 1, i == 0 ? 2 : 3); /* the later three have a dropout */
      norm_init (&self->norms[i], weights, norm, channels, groups, 1e-5);
      self->weights[i] = weights_take (weights, conv, "weight", T_SHAPE (channels, channels, 3, 1, 1));
      self->biases[i] = weights_take (weights, conv, "bias", T_SHAPE (channels));
    }
}

void
temporal_conv_clear (TemporalConv *self)
{
  for (guint i = 0; i < 4; i++)
    {
      norm_clear (&self->norms[i]);
      t_drop (&self->weights[i]);
      t_drop (&self->biases[i]);
    }
  g_clear_pointer (&self->path, g_free);
}

/* One of the four: a 3×1×1 convolution over frames is one of 3×1 over frames and pixels, for which there is a faster
 * kernel: [B, C, F, h·w] → the same. */
static Tensor *
convolve_frames (TemporalConv *self, guint i, Tensor *h)
{
  T_SCOPE ();
  Tensor *weight = t_squeeze (self->weights[i], -1);

  h = t_silu (norm_forward (&self->norms[i], h));
  return t_keep (t_conv2d_padded (h, weight, self->biases[i], T_DIMS (1, 0)));
}

/** temporal_conv_forward: [B·F, C, h, w] → the same; the norms run over all frames together. */
Tensor *
temporal_conv_forward (TemporalConv *self, const UNetCall *call, Tensor *x)
{
  T_SCOPE ();
  gint64 b = call->batch, f = call->frames;
  gint64 c = t_size (x, 1), height = t_size (x, 2), width = t_size (x, 3);
  Tensor *h = t_transpose (t_reshape (x, T_SHAPE (b, f, c, height * width)), 1, 2);

  for (guint i = 0; i < 4; i++)
    h = convolve_frames (self, i, h);
  h = t_reshape (t_transpose (h, 1, 2), T_SHAPE (b * f, c, height, width));
  return t_keep (unet_call_observe (call, self->path, t_add (x, h)));
}
