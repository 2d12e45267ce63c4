/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/weights.h"

G_BEGIN_DECLS

/** LinearKind: which LoRA a layer can carry (METHOD §1). */
typedef enum
{
  LINEAR_PLAIN,
  LINEAR_SPATIAL,
  LINEAR_TEMPORAL
} LinearKind;

/**
 * Adapter: one LoRA at one layer: scale · B·A·x; the tensors are borrowed from their LoRA.
 * @part, @n_parts: the share of the batch that it works on, where several branches run in one batch;
 *   n_parts 0 or 1: all of it
 */
typedef struct
{
  Tensor *down; /* A [r, in] */
  Tensor *up;   /* B [out, r] */
  double scale; /* strength · α / r */
  guint part;
  guint n_parts;
} Adapter;

/** Linear: x·Wᵀ + b, with what LoRAs add. */
typedef struct
{
  char *path;
  LinearKind kind;
  gint64 n_in;
  gint64 n_out;
  Tensor *weight; /* [out, in] */
  Tensor *bias;   /* [out], NULL without */
  GArray *adapters;
} Linear;

void linear_init (Linear *self, Weights *weights, const char *path, LinearKind kind, gint64 n_in,
                  gint64 n_out, gboolean with_bias);
void linear_clear (Linear *self);
Tensor *linear_forward (Linear *self, Tensor *x);

/** Conv: a 2D convolution with bias. */
typedef struct
{
  Tensor *weight; /* [out, in, k, k] */
  Tensor *bias;
  int stride;
  int padding;
} Conv;

void conv_init (Conv *self, Weights *weights, const char *path, gint64 n_in, gint64 n_out, int kernel,
                int stride, int padding);
void conv_clear (Conv *self);
Tensor *conv_forward (Conv *self, Tensor *x);

/** Norm: a group norm (groups > 0) or a layer norm over the last dimension (groups = 0). */
typedef struct
{
  Tensor *weight;
  Tensor *bias;
  gint64 groups;
  double eps;
} Norm;

void norm_init (Norm *self, Weights *weights, const char *path, gint64 width, gint64 groups, double eps);
void norm_clear (Norm *self);
Tensor *norm_forward (Norm *self, Tensor *x);
Tensor *norm_forward_channels (Norm *self, Tensor *x);

/** ActivationFunc: an activation by the name that configurations give it ("silu", "quick_gelu", …). */
typedef Tensor *(*ActivationFunc) (Tensor *x);

ActivationFunc activation_from_name (const char *name);

/** PATH: a module's name below another's, freed at the end of the block. */
#define PATH(variable, ...)                                                                        \
  g_autofree char *variable = g_strdup_printf (__VA_ARGS__)

G_END_DECLS
