/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/attention.h"

#include <math.h>

/* Attention, feed-forward and the block of both (diffusers: models/attention.py). */

/**
 * attention_init:
 * @width: C of the queries
 * @context_width: of what keys and values are made from
 */
void
attention_init (Attention *self, Weights *weights, const char *path, AttentionKind kind,
                LinearKind linear_kind, gint64 width, gint64 context_width, gint64 heads, gint64 head_dim)
{
  gint64 inner = heads * head_dim;
  PATH (q, "%s.to_q", path);
  PATH (k, "%s.to_k", path);
  PATH (v, "%s.to_v", path);
  PATH (out, "%s.to_out.0", path);

  self->path = g_strdup (path);
  self->kind = kind;
  self->heads = heads;
  self->head_dim = head_dim;
  linear_init (&self->to_q, weights, q, linear_kind, width, inner, FALSE);
  linear_init (&self->to_k, weights, k, linear_kind, context_width, inner, FALSE);
  linear_init (&self->to_v, weights, v, linear_kind, context_width, inner, FALSE);
  linear_init (&self->to_out, weights, out, linear_kind, inner, width, TRUE);
}

void
attention_clear (Attention *self)
{
  linear_clear (&self->to_q);
  linear_clear (&self->to_k);
  linear_clear (&self->to_v);
  linear_clear (&self->to_out);
  g_clear_pointer (&self->path, g_free);
}

/* [N, L, heads·d] → [n, heads, L', d], where n sequences of L' take the place of N of L. */
static Tensor *
split_heads (Attention *self, Tensor *x, gint64 n)
{
  return t_transpose (t_reshape (x, T_SHAPE (n, -1, self->heads, self->head_dim)), 1, 2);
}

/* softmax (q·kᵀ/√d)·v with the probabilities in memory, which the probe gets. */
static Tensor *
attend_in_the_open (Attention *self, const UNetCall *call, Tensor *q, Tensor *k, Tensor *v,
                    gint64 n_sequences, gint64 length)
{
  T_SCOPE ();
  double scale = 1 / sqrt ((double) self->head_dim);
  Tensor *scores = t_matmul (t_mul_scalar (q, scale), t_transpose (k, 2, 3)); /* products of float16 stay in range */
  Tensor *probabilities = t_softmax (scores, -1);
  Tensor *seen = probabilities;

  if (t_size (q, 0) != n_sequences) /* the frames were joined to one sequence: part them again */
    {
      gint64 frames = n_sequences / t_size (q, 0);
      seen = t_reshape (probabilities, T_SHAPE (t_size (q, 0), self->heads, frames, length, t_size (k, 2)));
      seen = t_reshape (t_permute (seen, T_DIMS (0, 2, 1, 3, 4)),
                        T_SHAPE (n_sequences, self->heads, length, t_size (k, 2)));
    }
  attention_probe_take (call->probe, self->kind, self->path, seen);
  return t_keep (t_matmul (probabilities, v));
}

/**
 * attention_forward:
 * @x: [N, L, C]
 *
 * Self-attention, or cross-attention to call->text. The text is the same for all frames of a sample,
 * so there the queries of all frames are one long sequence, and keys and values are made once.
 *
 * Returns: [N, L, C]
 */
Tensor *
attention_forward (Attention *self, const UNetCall *call, Tensor *x)
{
  T_SCOPE ();
  gboolean cross = self->kind == ATTENTION_SPATIAL_CROSS;
  gint64 n_sequences = t_size (x, 0), length = t_size (x, 1);
  gint64 n = cross ? call->batch : n_sequences;
  Tensor *context = cross ? call->text : x;
  Tensor *q = split_heads (self, linear_forward (&self->to_q, x), n);
  Tensor *k = split_heads (self, linear_forward (&self->to_k, context), n);
  Tensor *v = split_heads (self, linear_forward (&self->to_v, context), n);
  Tensor *y;

  if (attention_probe_wants (call->probe, self->kind, self->path))
    y = attend_in_the_open (self, call, q, k, v, n_sequences, length);
  else
    y = t_attention (q, k, v, FALSE, 1 / sqrt ((double) self->head_dim));
  y = t_reshape (t_transpose (y, 1, 2), T_SHAPE (n_sequences, length, self->heads * self->head_dim));
  return t_keep (linear_forward (&self->to_out, y));
}

static void
feed_forward_init (FeedForward *self, Weights *weights, const char *path, LinearKind kind, gint64 width)
{
  gint64 inner = 4 * width; /* diffusers' FeedForward (mult=4) */
  PATH (proj, "%s.net.0.proj", path);
  PATH (out, "%s.net.2", path);

  linear_init (&self->proj, weights, proj, kind, width, 2 * inner, TRUE);
  linear_init (&self->out, weights, out, kind, inner, width, TRUE);
}

/* [N, L, C] → [N, L, C]: (first half · gelu (second half)) through the second layer. */
static Tensor *
feed_forward_forward (FeedForward *self, Tensor *x)
{
  T_SCOPE ();
  Tensor *both = linear_forward (&self->proj, x);
  gint64 inner = t_size (both, -1) / 2;
  Tensor *gate = t_gelu (t_narrow (both, -1, inner, inner));
  Tensor *hidden = t_mul (t_narrow (both, -1, 0, inner), gate);

  t_drop (&both);
  t_drop (&gate);
  return t_keep (linear_forward (&self->out, hidden));
}

/**
 * transformer_block_init:
 * @temporal: attn2 is self-attention too, as in TransformerTemporalModel
 */
void
transformer_block_init (TransformerBlock *self, Weights *weights, const char *path, gboolean temporal,
                        gint64 width, gint64 context_width, gint64 heads, gint64 head_dim)
{
  LinearKind kind = temporal ? LINEAR_TEMPORAL : LINEAR_SPATIAL;
  PATH (norm1, "%s.norm1", path);
  PATH (norm2, "%s.norm2", path);
  PATH (norm3, "%s.norm3", path);
  PATH (attn1, "%s.attn1", path);
  PATH (attn2, "%s.attn2", path);
  PATH (ff, "%s.ff", path);

  norm_init (&self->norm1, weights, norm1, width, 0, 1e-5);
  norm_init (&self->norm2, weights, norm2, width, 0, 1e-5);
  norm_init (&self->norm3, weights, norm3, width, 0, 1e-5);
  attention_init (&self->attn1, weights, attn1, temporal ? ATTENTION_TEMPORAL : ATTENTION_SPATIAL_SELF,
                  kind, width, width, heads, head_dim);
  attention_init (&self->attn2, weights, attn2, temporal ? ATTENTION_TEMPORAL : ATTENTION_SPATIAL_CROSS,
                  kind, width, temporal ? width : context_width, heads, head_dim);
  feed_forward_init (&self->ff, weights, ff, kind, width);
}

void
transformer_block_clear (TransformerBlock *self)
{
  norm_clear (&self->norm1);
  norm_clear (&self->norm2);
  norm_clear (&self->norm3);
  attention_clear (&self->attn1);
  attention_clear (&self->attn2);
  linear_clear (&self->ff.proj);
  linear_clear (&self->ff.out);
}

/** transformer_block_forward: [N, L, C] → [N, L, C]; three residual steps, as far as anybody needs them. */
Tensor *
transformer_block_forward (TransformerBlock *self, const UNetCall *call, Tensor *x)
{
  T_SCOPE ();

  x = t_add (x, attention_forward (&self->attn1, call, norm_forward (&self->norm1, x)));
  x = t_add (x, attention_forward (&self->attn2, call, norm_forward (&self->norm2, x)));
  if (attention_probe_is_done (call->probe))
    return t_keep (x);
  return t_keep (t_add (x, feed_forward_forward (&self->ff, norm_forward (&self->norm3, x))));
}

/** transformer_block_foreach_linear: calls @func for each linear layer, in module order. */
void
transformer_block_foreach_linear (TransformerBlock *self, LinearFunc func, gpointer data)
{
  Linear *linears[] = {
    &self->attn1.to_q, &self->attn1.to_k, &self->attn1.to_v, &self->attn1.to_out,
    &self->attn2.to_q, &self->attn2.to_k, &self->attn2.to_v, &self->attn2.to_out,
    &self->ff.proj, &self->ff.out,
  };

  for (guint i = 0; i < G_N_ELEMENTS (linears); i++)
    func (linears[i], data);
}
