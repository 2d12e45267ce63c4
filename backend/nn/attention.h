/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/layers.h"
#include "nn/unet-call.h"

G_BEGIN_DECLS

/** Attention: diffusers' Attention: to_q, to_k, to_v without bias, to_out.0 with. */
typedef struct
{
  char *path;
  AttentionKind kind;
  gint64 heads;
  gint64 head_dim;
  Linear to_q;
  Linear to_k;
  Linear to_v;
  Linear to_out;
} Attention;

/** FeedForward: GEGLU with exact gelu, then a linear layer. */
typedef struct
{
  Linear proj; /* net.0.proj: [2·inner, C] */
  Linear out;  /* net.2 */
} FeedForward;

/** TransformerBlock: diffusers' BasicTransformerBlock. */
typedef struct
{
  Norm norm1, norm2, norm3;
  Attention attn1, attn2;
  FeedForward ff;
} TransformerBlock;

void attention_init (Attention *self, Weights *weights, const char *path, AttentionKind kind,
                     LinearKind linear_kind, gint64 width, gint64 context_width, gint64 heads,
                     gint64 head_dim);
void attention_clear (Attention *self);
Tensor *attention_forward (Attention *self, const UNetCall *call, Tensor *x);

void transformer_block_init (TransformerBlock *self, Weights *weights, const char *path,
                             gboolean temporal, gint64 width, gint64 context_width, gint64 heads,
                             gint64 head_dim);
void transformer_block_clear (TransformerBlock *self);
Tensor *transformer_block_forward (TransformerBlock *self, const UNetCall *call, Tensor *x);

/** LinearFunc: called for every linear layer, in module order. */
typedef void (*LinearFunc) (Linear *linear, gpointer data);

void transformer_block_foreach_linear (TransformerBlock *self, LinearFunc func, gpointer data);

G_END_DECLS
