/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine-pretrain-private.h"
#include "train/model-folder.h"

/* Pretraining of the VAE: its settings, its checks, its files. */

/* Frames that a check looks at: enough that its figures move by hundredths of a decibel from set to set. */
#define N_UNSEEN 256

static const char *const keys[] = { "batch", "subject_weight", "square", "edge", "kl", "decoder_only", NULL };

static Objective *
make (Pretraining *self, GError **error)
{
  GVariant *params = self->request->params;
  PretrainVaeSettings settings = {
    .pace = self->pace,
    .scenes = self->scenes,
    .batch = (guint) engine_param_int (params, "batch", 32),
    .subject_weight = engine_param_double (params, "subject_weight", 3),
    .square = engine_param_double (params, "square", 2),
    .edge = engine_param_double (params, "edge", 0.5),
    .kl = engine_param_double (params, "kl", 1e-4),
    .decoder_only = engine_param_bool (params, "decoder_only", FALSE),
    .n_unseen = N_UNSEEN,
    .n_threads = self->n_threads,
  };

  return pretrain_vae_new (self->request->config.model_dir, self->request->fresh, self->device, &settings, error);
}

static gboolean
check (Pretraining *self, guint step, EngineTerm *terms, guint *n_terms, GError **error)
{
  g_auto (VaeCheck) found = { 0 };

  if (!pretrain_vae_check (self->objective, &found, error))
    return FALSE;
  terms[0] = (EngineTerm){ "psnr", found.psnr };
  terms[1] = (EngineTerm){ "psnr_subject", found.psnr_subject };
  terms[2] = (EngineTerm){ "colour_error", found.colour };
  terms[3] = (EngineTerm){ "latent_std", found.latent_std };
  *n_terms = 4;
  pretrain_show (self, step, "sheet", found.sheet, found.sheet_width, found.sheet_height);
  return TRUE;
}

/* Where the encoder stays, its latents do, and so does their factor. */
static gboolean
export_scaling (Pretraining *self, GError **error)
{
  g_autofree char *config = g_build_filename (self->request->out_dir, "vae", "config.json", NULL);
  g_auto (VaeCheck) found = { 0 };

  if (engine_param_bool (self->request->params, "decoder_only", FALSE))
    return TRUE;
  return pretrain_vae_check (self->objective, &found, error)
         && model_folder_set_number (config, "scaling_factor", 1 / MAX (found.latent_std, 1e-6), error);
}

static gboolean
export (Pretraining *self, GError **error)
{
  g_autofree char *path
      = g_build_filename (self->request->out_dir, "vae", "diffusion_pytorch_model.safetensors", NULL);
  TDtype dtype = engine_param_bool (self->request->params, "half", FALSE) ? T_F16 : T_F32;

  return pretrain_vae_export (self->objective, path, dtype, error) && export_scaling (self, error);
}

const PretrainStage pretrain_vae_stage = { make, check, export, keys };
