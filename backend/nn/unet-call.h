/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/attention-probe.h"

G_BEGIN_DECLS

/** UNetObserveFunc: hears the output [B·F, C, h, w] of every module by its name; for checks. */
typedef void (*UNetObserveFunc) (gpointer data, const char *path, Tensor *output);

/**
 * UNetCall: what every block of one forward pass needs to know.
 * @batch: B
 * @frames: F; inside the network frames join the batch, index b·F + f
 * @text: [B, tokens, width], the text encoder's states
 * @embedding: [B, 4·C], the timestep's; set by the network
 * @probe: (nullable): who asks for attention probabilities
 * @skip_temporal: leave out every temporal transformer and temporal convolution, much as MotionDirector's
 *   copy of the network does for one frame (that keeps the mid block's first convolution)
 * @recompute: keep the inputs of each layer alone, and compute it again in the backward pass; set by the network
 * @observe: (nullable): see #UNetObserveFunc
 */
typedef struct
{
  gint64 batch;
  gint64 frames;
  Tensor *text;
  Tensor *embedding;
  AttentionProbe *probe;
  gboolean skip_temporal;
  gboolean recompute;
  UNetObserveFunc observe;
  gpointer observe_data;
} UNetCall;

/** unet_call_observe: tells the observer, if there is one. Returns @output. */
static inline Tensor *
unet_call_observe (const UNetCall *call, const char *path, Tensor *output)
{
  if (call->observe != NULL && output != NULL)
    call->observe (call->observe_data, path, output);
  return output;
}

G_END_DECLS
