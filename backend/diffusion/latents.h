/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/vae.h"

G_BEGIN_DECLS

/* RGB bytes ↔ latents [1, C, F, h, w], already multiplied by the VAE's scaling factor. */

Tensor *pixels_from_rgb (GBytes *rgb, guint n_frames, guint width, guint height);
Tensor *latents_from_pixels (Vae *vae, Tensor *pixels);
Tensor *latents_from_rgb (Vae *vae, GBytes *rgb, guint n_frames, guint width, guint height);
Tensor *latents_from_mask (Vae *vae, GBytes *mask, guint n_frames, guint width, guint height);
Tensor *latents_to_frames (Vae *vae, Tensor *latents);
GBytes *latents_to_rgb (Vae *vae, Tensor *latents, GError **error);

G_END_DECLS
