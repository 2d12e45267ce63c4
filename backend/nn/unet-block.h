/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/resnet.h"
#include "nn/transformer.h"

G_BEGIN_DECLS

/** UNetLayer: one resnet with what follows it. */
typedef struct
{
  ResnetBlock resnet;
  TemporalConv temp_conv;
  Transformer attention;
  Transformer temp_attention;
} UNetLayer;

/**
 * UNetBlock: diffusers' (CrossAttn)DownBlock3D, (CrossAttn)UpBlock3D and UNetMidBlock3DCrossAttn.
 */
typedef struct
{
  char *path;
  UNetLayer *layers;
  guint n_layers;
  gboolean has_attention;
  Conv sampler; /* the down- or upsampler's convolution */
  gboolean has_sampler;
} UNetBlock;

/** UNetBlockSizes: what all blocks of a network share. */
typedef struct
{
  gint64 time_width;
  gint64 context_width;
  gint64 head_dim;
  gint64 groups;
  gint64 downsample_padding;
  double eps;
  double mid_scale;
  ActivationFunc activation;
} UNetBlockSizes;

/** UNetSkips: the down path's outputs that wait for the up path; a stack. */
typedef struct
{
  GPtrArray *tensors;
} UNetSkips;

void unet_skips_init (UNetSkips *self);
void unet_skips_clear (UNetSkips *self);
void unet_skips_push (UNetSkips *self, Tensor *x);
Tensor *unet_skips_peek (UNetSkips *self);
Tensor *unet_skips_pop (UNetSkips *self);

void unet_block_init_down (UNetBlock *self, Weights *weights, const char *path, const UNetBlockSizes *sizes,
                           guint n_layers, gint64 n_in, gint64 n_out, gboolean attention, gboolean sampler);
void unet_block_init_mid (UNetBlock *self, Weights *weights, const char *path, const UNetBlockSizes *sizes,
                          gint64 channels);
void unet_block_init_up (UNetBlock *self, Weights *weights, const char *path, const UNetBlockSizes *sizes,
                         guint n_layers, gint64 n_in, gint64 n_previous, gint64 n_out, gboolean attention,
                         gboolean sampler);
void unet_block_clear (UNetBlock *self);

Tensor *unet_block_forward_down (UNetBlock *self, const UNetCall *call, Tensor *x, UNetSkips *skips);
Tensor *unet_block_forward_mid (UNetBlock *self, const UNetCall *call, Tensor *x);
Tensor *unet_block_forward_up (UNetBlock *self, const UNetCall *call, Tensor *x, UNetSkips *skips);
void unet_block_foreach_linear (UNetBlock *self, LinearFunc func, gpointer data);

G_END_DECLS
