/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/layers.h"
#include "nn/unet-call.h"

G_BEGIN_DECLS

/** UNet: diffusers' UNet3DConditionModel (ModelScope, ZeroScope). */
typedef struct _UNet UNet;

UNet *unet_new (const char *config_path, Weights *weights, GError **error);
void unet_free (UNet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UNet, unet_free)

Tensor *unet_forward (UNet *self, UNetCall *call, Tensor *x, Tensor *t, Tensor *text);
void unet_set_recompute (UNet *self, gboolean recompute);
Tensor *unet_time_embedding (UNet *self, Tensor *t);

guint unet_n_linears (UNet *self);
Linear *unet_linear (UNet *self, guint i);
Linear *unet_find_linear (UNet *self, const char *path);
GStrv unet_dup_attentions (UNet *self, guint kinds);
guint unet_count_attentions (UNet *self, guint kinds);
gsize unet_weight_bytes (UNet *self);
gint64 unet_in_channels (UNet *self);
gint64 unet_context_width (UNet *self);
TDevice unet_device (UNet *self);
TDtype unet_dtype (UNet *self);

G_END_DECLS
