/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/layers.h"
#include "nn/unet-call.h"

G_BEGIN_DECLS

/** ResnetBlock: diffusers' ResnetBlock2D; without a time embedding in the VAE. */
typedef struct
{
  char *path;
  Norm norm1, norm2;
  Conv conv1, conv2, conv_shortcut;
  Linear time_emb_proj;
  gboolean has_time, has_shortcut;
  ActivationFunc activation;
  double output_scale;
} ResnetBlock;

void resnet_block_init (ResnetBlock *self, Weights *weights, const char *path, gint64 n_in, gint64 n_out,
                        gint64 time_width, gint64 groups, double eps, double output_scale,
                        ActivationFunc activation);
void resnet_block_clear (ResnetBlock *self);
Tensor *resnet_block_forward (ResnetBlock *self, const UNetCall *call, Tensor *x);

/** TemporalConv: diffusers' TemporalConvLayer: four convolutions (3, 1, 1) over time, residual. */
typedef struct
{
  char *path;
  Norm norms[4];
  Tensor *weights[4]; /* [C, C, 3, 1, 1] */
  Tensor *biases[4];
} TemporalConv;

void temporal_conv_init (TemporalConv *self, Weights *weights, const char *path, gint64 channels, gint64 groups);
void temporal_conv_clear (TemporalConv *self);
Tensor *temporal_conv_forward (TemporalConv *self, const UNetCall *call, Tensor *x);

G_END_DECLS
