/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/weights.h"

G_BEGIN_DECLS

/** FoldedConv: a 2D convolution that keeps the size (but for its stride), with the batch norm behind it folded in. */
typedef struct
{
  Tensor *weight; /* [out, in / groups, k, k] */
  Tensor *bias;   /* [out] */
  int kernel;
  int stride;
  int dilation;
  int groups;
} FoldedConv;

/** FoldedConvShape: @stride, @dilation and @groups of 0 mean 1. */
typedef struct
{
  gint64 n_in;
  gint64 n_out;
  int kernel;
  int stride;
  int dilation;
  int groups;
} FoldedConvShape;

/**
 * FoldedConvNames: what the two parts are called below the module in a file where they are still apart.
 * @conv_bias: whether the convolution has a bias there
 */
typedef struct
{
  const char *conv;
  const char *norm;
  gboolean conv_bias;
} FoldedConvNames;

void folded_conv_init (FoldedConv *self, Weights *weights, const char *path, const FoldedConvNames *names,
                       const FoldedConvShape *shape);
void folded_conv_clear (FoldedConv *self);
Tensor *folded_conv_forward (FoldedConv *self, Tensor *x);

G_END_DECLS
