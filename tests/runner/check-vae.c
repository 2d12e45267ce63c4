/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "checks.h"

/* vae.safetensors: `image…` → moments and latents, `z…` → pictures, and the mid blocks on the way. */

static void
compare_encoded (GoldenFile *file, Vae *vae, const char *suffix)
{
  T_SCOPE_NO_GRAD ();
  NAME (image, "image%s", suffix);
  NAME (moments_name, "moments%s", suffix);
  NAME (mean_name, "mean%s", suffix);
  NAME (logvar_name, "logvar%s", suffix);
  NAME (noise_name, "sample_noise%s", suffix);
  NAME (from_mean, "latent_from_mean%s", suffix);
  NAME (from_sample, "latent_from_sample%s", suffix);
  double scale = vae_scaling_factor (vae);
  Tensor *moments = vae_encode (vae, golden_file_input (file, image));
  Tensor *mean = vae_moments_mean (moments), *logvar = vae_moments_logvar (moments);
  Tensor *noise = golden_file_input (file, noise_name);

  golden_file_compare (file, moments_name, moments, TOL_NETWORK);
  golden_file_compare (file, mean_name, mean, TOL_NETWORK);
  golden_file_compare (file, logvar_name, logvar, TOL_NETWORK);
  golden_file_compare (file, from_mean, t_mul_scalar (mean, scale), TOL_NETWORK);
  if (noise != NULL)
    {
      Tensor *deviation = t_exp (t_mul_scalar (logvar, 0.5));
      golden_file_compare (file, from_sample, t_mul_scalar (t_add (mean, t_mul (deviation, noise)), scale),
                           TOL_NETWORK);
    }
}

typedef struct
{
  GoldenFile *file;
  const char *index;
} MidCase;

static void
compare_mid (gpointer data, const char *path, Tensor *output)
{
  MidCase *self = data;
  NAME (name, "%s_mid_%s", g_str_has_prefix (path, "encoder") ? "encoder" : "decoder", self->index);

  golden_file_compare (self->file, name, output, TOL_NETWORK);
}

/* `encoder_mid_i`, `decoder_mid_i`: frame i is encoded, then the mean is decoded, unscaled. */
static void
compare_mids (GoldenFile *file, Vae *vae, const char *index)
{
  T_SCOPE_NO_GRAD ();
  MidCase it = { file, index };
  Tensor *image = golden_file_input (file, "image");
  gint64 frame = g_ascii_strtoll (index, NULL, 10);

  if (image == NULL)
    return;
  vae_set_observer (vae, compare_mid, &it);
  vae_decode (vae, vae_moments_mean (vae_encode (vae, t_narrow (image, 0, frame, 1))));
  vae_set_observer (vae, NULL, NULL);
  golden_no_error (file->golden, file->name, "mid blocks");
}

static void
compare_decoded (GoldenFile *file, Vae *vae, const char *suffix)
{
  T_SCOPE_NO_GRAD ();
  NAME (z, "z%s", suffix);
  NAME (decoded, "decoded%s", suffix);

  golden_file_compare (file, decoded,
                       vae_decode (vae, t_mul_scalar (golden_file_input (file, z), 1 / vae_scaling_factor (vae))),
                       TOL_NETWORK);
}

/** check_vae: every `image…` and `z…` of the file. */
void
check_vae (Models *models, const char *name)
{
  GoldenFile *file = golden_file_open (models->golden, name);
  Pipeline *tiny = file != NULL ? models_pipeline (models, "tiny", name) : NULL;
  g_auto (GStrv) names = tiny != NULL ? golden_file_names (file) : NULL;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      const char *n = names[i];
      if (g_str_equal (n, "image") || g_str_has_prefix (n, "image_"))
        compare_encoded (file, tiny->vae, n + strlen ("image"));
      else if (g_str_equal (n, "z") || g_str_has_prefix (n, "z_"))
        compare_decoded (file, tiny->vae, n + 1);
      else if (g_str_has_prefix (n, "encoder_mid_") || g_str_has_prefix (n, "decoder_mid_"))
        compare_mids (file, tiny->vae, n + strlen ("encoder_mid_"));
    }
  golden_file_close (file);
}
