/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/latents.h"

#include <math.h>

/* Frames that go through the VAE at once: its activations at full size are what memory goes into,
 * and on one device more at a time is no faster. */
#define FRAMES_AT_ONCE 4

/**
 * pixels_from_rgb:
 * @rgb: n_frames · height · width · 3 bytes
 *
 * Returns: [F, 3, H, W] float32 in [−1, 1] on the CPU
 */
Tensor *
pixels_from_rgb (GBytes *rgb, guint n_frames, guint width, guint height)
{
  T_SCOPE_NO_GRAD ();
  Tensor *x = t_from_data (g_bytes_get_data (rgb, NULL), T_U8, T_SHAPE (n_frames, height, width, 3));

  x = t_to_dtype (t_contiguous (t_permute (x, T_DIMS (0, 3, 1, 2))), T_F32);
  return t_keep (t_add_scalar (t_mul_scalar (x, 2.0 / 255), -1));
}

/**
 * latents_from_pixels:
 * @pixels: [F, 3, H, W] in [−1, 1]
 *
 * The mean of the VAE's distribution, times its scaling factor: a clip has one latent.
 *
 * Returns: [1, C, F, H/f, W/f] float32
 */
Tensor *
latents_from_pixels (Vae *vae, Tensor *pixels)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  gint64 n_frames = t_size (pixels, 0);
  Tensor *z;

  for (gint64 from = 0; from < n_frames && !t_failed (); from += FRAMES_AT_ONCE)
    {
      Tensor *some = t_narrow (pixels, 0, from, MIN (FRAMES_AT_ONCE, n_frames - from));
      g_ptr_array_add (parts, vae_moments_mean (vae_encode (vae, some)));
    }
  z = t_cat ((Tensor *const *) parts->pdata, parts->len, 0);
  z = t_mul_scalar (t_to_dtype (z, T_F32), vae_scaling_factor (vae));
  return t_keep (t_contiguous (t_unsqueeze (t_transpose (z, 0, 1), 0)));
}

/** latents_from_rgb: latents_from_pixels () of pixels_from_rgb (). */
Tensor *
latents_from_rgb (Vae *vae, GBytes *rgb, guint n_frames, guint width, guint height)
{
  T_SCOPE_NO_GRAD ();

  return t_keep (latents_from_pixels (vae, pixels_from_rgb (rgb, n_frames, width, height)));
}

/**
 * latents_from_mask:
 * @mask: n_frames · height · width bytes, 255 inside
 *
 * Returns: [1, 1, F, height/f, width/f] in [0, 1], reduced by area
 */
Tensor *
latents_from_mask (Vae *vae, GBytes *mask, guint n_frames, guint width, guint height)
{
  T_SCOPE_NO_GRAD ();
  gint64 f = vae_reduction (vae);
  Tensor *x = t_from_data (g_bytes_get_data (mask, NULL), T_U8, T_SHAPE (n_frames, 1, height, width));

  x = t_mul_scalar (t_to (x, vae_device (vae), T_F32), 1.0 / 255);
  x = t_area2d (x, height / f, width / f);
  return t_keep (t_contiguous (t_unsqueeze (t_transpose (x, 0, 1), 0)));
}

/**
 * latents_to_frames:
 * @latents: [1, C, F, h, w], scaled
 *
 * Returns: [F, 3, H, W] float32 in [0, 1]
 */
Tensor *
latents_to_frames (Vae *vae, Tensor *latents)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  Tensor *z = t_mul_scalar (t_transpose (t_squeeze (latents, 0), 0, 1), 1 / vae_scaling_factor (vae));
  Tensor *x;

  for (gint64 from = 0; from < t_size (z, 0) && !t_failed (); from += FRAMES_AT_ONCE)
    {
      gint64 n = MIN (FRAMES_AT_ONCE, t_size (z, 0) - from);
      g_ptr_array_add (parts, vae_decode (vae, t_narrow (z, 0, from, n)));
    }
  x = t_to_dtype (t_cat ((Tensor *const *) parts->pdata, parts->len, 0), T_F32);
  return t_keep (t_clamp (t_add_scalar (t_mul_scalar (x, 0.5), 0.5), 0, 1));
}

/** latents_to_rgb: (transfer full): F · H · W · 3 bytes, or NULL with an error. */
GBytes *
latents_to_rgb (Vae *vae, Tensor *latents, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Tensor *x = t_permute (latents_to_frames (vae, latents), T_DIMS (0, 2, 3, 1));
  gsize n;
  guint8 *bytes;
  double mean;

  if (!t_item (t_mean (x), &mean, error))
    return NULL;
  if (isnan (mean))
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED,
                   "The pictures are no numbers any more: use precision float32, or less guidance and weaker LoRAs");
      return NULL;
    }
  bytes = t_dup_data (t_round (t_mul_scalar (x, 255)), T_U8, &n, error);
  return bytes != NULL ? g_bytes_new_take (bytes, n) : NULL;
}
