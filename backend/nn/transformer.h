/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/attention.h"

G_BEGIN_DECLS

/**
 * Transformer: diffusers' Transformer2DModel (over the pixels of one frame, with the text) and
 * TransformerTemporalModel (over the frames of one pixel); they differ in what is a sequence.
 */
typedef struct
{
  char *path;
  gboolean temporal;
  gint64 width; /* of the blocks: heads · head_dim */
  Norm norm;
  Linear proj_in;
  Linear proj_out;
  TransformerBlock *blocks;
  guint n_blocks;
} Transformer;

void transformer_init (Transformer *self, Weights *weights, const char *path, gboolean temporal,
                       gint64 channels, gint64 context_width, gint64 heads, gint64 head_dim,
                       gint64 groups);
void transformer_clear (Transformer *self);
Tensor *transformer_forward (Transformer *self, const UNetCall *call, Tensor *x);
void transformer_foreach_linear (Transformer *self, LinearFunc func, gpointer data);

G_END_DECLS
