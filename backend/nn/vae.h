/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/layers.h"

G_BEGIN_DECLS

/** Vae: diffusers' AutoencoderKL: pictures ↔ latents. */
typedef struct _Vae Vae;

Vae *vae_new (const char *config_path, Weights *weights, GError **error);
void vae_free (Vae *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Vae, vae_free)
void vae_rest (Vae *self);

/** VaeObserveFunc: hears the output of "encoder.mid_block" and "decoder.mid_block"; for checks. */
typedef void (*VaeObserveFunc) (gpointer data, const char *path, Tensor *output);

void vae_set_observer (Vae *self, VaeObserveFunc func, gpointer data);
Tensor *vae_encode (Vae *self, Tensor *pixels);
Tensor *vae_moments_mean (Tensor *moments);
Tensor *vae_moments_logvar (Tensor *moments);
Tensor *vae_decode (Vae *self, Tensor *z);
double vae_scaling_factor (Vae *self);
gint64 vae_reduction (Vae *self);
gint64 vae_latent_channels (Vae *self);
TDevice vae_device (Vae *self);
TDtype vae_dtype (Vae *self);

G_END_DECLS
