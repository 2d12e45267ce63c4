/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/transformer.h"

/**
 * transformer_init:
 * @channels: C of input and output
 * @context_width: of the text's states; unused when @temporal
 * @groups: of the norm, whose eps is 1e-6
 */
void
transformer_init (Transformer *self, Weights *weights, const char *path, gboolean temporal,
                  gint64 channels, gint64 context_width, gint64 heads, gint64 head_dim, gint64 groups)
{
  LinearKind kind = temporal ? LINEAR_TEMPORAL : LINEAR_SPATIAL;
  PATH (norm, "%s.norm", path);
  PATH (proj_in, "%s.proj_in", path);
  PATH (proj_out, "%s.proj_out", path);

  self->path = g_strdup (path);
  self->temporal = temporal;
  self->width = heads * head_dim;
  norm_init (&self->norm, weights, norm, channels, groups, 1e-6);
  linear_init (&self->proj_in, weights, proj_in, kind, channels, self->width, TRUE);
  self->n_blocks = 1; /* diffusers gives every one of these models a single layer */
  self->blocks = g_new0 (TransformerBlock, self->n_blocks);
  for (guint i = 0; i < self->n_blocks; i++)
    {
      PATH (block, "%s.transformer_blocks.%u", path, i);
      transformer_block_init (&self->blocks[i], weights, block, temporal, self->width, context_width,
                              heads, head_dim);
    }
  linear_init (&self->proj_out, weights, proj_out, kind, self->width, channels, TRUE);
}

void
transformer_clear (Transformer *self)
{
  norm_clear (&self->norm);
  linear_clear (&self->proj_in);
  linear_clear (&self->proj_out);
  for (guint i = 0; i < self->n_blocks; i++)
    transformer_block_clear (&self->blocks[i]);
  g_clear_pointer (&self->blocks, g_free);
  g_clear_pointer (&self->path, g_free);
}

static Tensor *
run_blocks (Transformer *self, const UNetCall *call, Tensor *sequences)
{
  T_SCOPE ();
  Tensor *h = linear_forward (&self->proj_in, sequences);

  for (guint i = 0; i < self->n_blocks; i++)
    h = transformer_block_forward (&self->blocks[i], call, h);
  if (attention_probe_is_done (call->probe))
    return t_keep (t_alias (sequences));
  return t_keep (linear_forward (&self->proj_out, h));
}

/* Sequences are the pixels of one frame: [B·F, C, h, w] → [B·F, h·w, C] and back. */
static Tensor *
forward_spatial (Transformer *self, const UNetCall *call, Tensor *x)
{
  T_SCOPE ();
  gint64 n = t_size (x, 0), c = t_size (x, 1), height = t_size (x, 2), width = t_size (x, 3);
  Tensor *h = norm_forward (&self->norm, x);

  attention_probe_set_map_size (call->probe, height, width);
  h = t_transpose (t_reshape (h, T_SHAPE (n, c, height * width)), 1, 2);
  h = run_blocks (self, call, h);
  return t_keep (t_reshape (t_transpose (h, 1, 2), T_SHAPE (n, c, height, width)));
}

/* [B·h·w, F, C] → [B·F, C, h, w], with the channels side by side in memory where @last. */
static Tensor *
join_frames (Tensor *h, gint64 b, gint64 f, gint64 c, gint64 height, gint64 width, gboolean last)
{
  T_SCOPE ();

  h = t_reshape (h, T_SHAPE (b, height * width, f, c));
  if (!last)
    return t_keep (t_reshape (t_permute (h, T_DIMS (0, 2, 3, 1)), T_SHAPE (b * f, c, height, width)));
  h = t_reshape (t_transpose (h, 1, 2), T_SHAPE (b * f, height, width, c));
  return t_keep (t_permute (h, T_DIMS (0, 3, 1, 2)));
}

/* Sequences are the frames of one pixel; the norm runs over all frames together:
 * [B·F, C, h, w] → [B, C, F, h·w] → [B·h·w, F, C] and back. */
static Tensor *
forward_temporal (Transformer *self, const UNetCall *call, Tensor *x)
{
  T_SCOPE ();
  gint64 b = call->batch, f = call->frames;
  gint64 c = t_size (x, 1), height = t_size (x, 2), width = t_size (x, 3), pixels = height * width;
  Tensor *h = t_transpose (t_reshape (x, T_SHAPE (b, f, c, pixels)), 1, 2);

  h = norm_forward (&self->norm, h);
  h = t_reshape (t_permute (h, T_DIMS (0, 3, 2, 1)), T_SHAPE (b * pixels, f, c));
  h = run_blocks (self, call, h);
  return t_keep (join_frames (h, b, f, c, height, width, t_is_channels_last (x)));
}

/** transformer_forward: [B·F, C, h, w] → the same; residual. */
Tensor *
transformer_forward (Transformer *self, const UNetCall *call, Tensor *x)
{
  T_SCOPE ();
  Tensor *h;

  if (attention_probe_is_done (call->probe))
    return t_keep (t_alias (x));
  h = self->temporal ? forward_temporal (self, call, x) : forward_spatial (self, call, x);
  return t_keep (unet_call_observe (call, self->path, t_add (h, x)));
}

/** transformer_foreach_linear: calls @func for each linear layer, in module order. */
void
transformer_foreach_linear (Transformer *self, LinearFunc func, gpointer data)
{
  func (&self->proj_in, data);
  for (guint i = 0; i < self->n_blocks; i++)
    transformer_block_foreach_linear (&self->blocks[i], func, data);
  func (&self->proj_out, data);
}
