/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/pipeline.h"

static UNet *
open_unet (Pipeline *self, GError **error)
{
  g_autofree char *dir = g_build_filename (self->model_dir, "unet", NULL);
  g_autofree char *config = g_build_filename (dir, "config.json", NULL);
  g_autoptr (Weights) weights = weights_open (dir, self->device, self->dtype, error);

  return weights != NULL ? unet_new (config, weights, error) : NULL;
}

static Vae *
open_vae (Pipeline *self, GError **error)
{
  g_autofree char *dir = g_build_filename (self->model_dir, "vae", NULL);
  g_autofree char *config = g_build_filename (dir, "config.json", NULL);
  g_autoptr (Weights) weights = weights_open (dir, self->device, self->dtype, error);

  return weights != NULL ? vae_new (config, weights, error) : NULL;
}

static gboolean
parts_fit (Pipeline *self, GError **error)
{
  if (unet_context_width (self->unet) != clip_text_width (conditioner_text (self->conditioner)))
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE,
                   "%s: the UNet's “cross_attention_dim” and the text encoder's “hidden_size” differ",
                   self->model_dir);
      return FALSE;
    }
  if (unet_in_channels (self->unet) != vae_latent_channels (self->vae))
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE,
                   "%s: the UNet's “in_channels” and the VAE's “latent_channels” differ", self->model_dir);
      return FALSE;
    }
  return TRUE;
}

/**
 * pipeline_open:
 * @model_dir: a folder with unet/, vae/, text_encoder/, tokenizer/ and scheduler/
 * @device: where all of it shall compute
 * @dtype: of the frozen weights; norms stay float32
 *
 * Returns: (transfer full): NULL with an error that names the file and the key or tensor
 */
Pipeline *
pipeline_open (const char *model_dir, TDevice device, TDtype dtype, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (Pipeline) self = g_new0 (Pipeline, 1);
  g_autofree char *scheduler = g_build_filename (model_dir, "scheduler", "scheduler_config.json", NULL);

  if (!g_file_test (model_dir, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE,
                   "%s: there is no such model folder. Give a folder in diffusers layout (with unet/, vae/, "
                   "text_encoder/, tokenizer/ and scheduler/)",
                   model_dir);
      return NULL;
    }
  self->model_dir = g_strdup (model_dir);
  self->device = device;
  self->dtype = dtype;
  if ((self->schedule = schedule_load (scheduler, error)) == NULL
      || (self->conditioner = conditioner_new (model_dir, device, dtype, error)) == NULL
      || (self->vae = open_vae (self, error)) == NULL || (self->unet = open_unet (self, error)) == NULL
      || !parts_fit (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * pipeline_rest:
 * @text_too: the text encoder as well as the VAE
 *
 * Gives the memory back of what the UNet's steps do not need. Whatever encodes or decodes next loads it again.
 */
void
pipeline_rest (Pipeline *self, gboolean text_too)
{
  vae_rest (self->vae);
  if (text_too)
    clip_text_rest (conditioner_text (self->conditioner));
  t_trim ();
}

void
pipeline_free (Pipeline *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->conditioner, conditioner_free);
  g_clear_pointer (&self->unet, unet_free);
  g_clear_pointer (&self->vae, vae_free);
  g_clear_pointer (&self->schedule, schedule_free);
  g_free (self->model_dir);
  g_free (self);
}
