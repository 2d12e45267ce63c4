/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/latents.h"
#include "diffusion/sampler.h"
#include "engine/engine-private.h"
#include "nn/lora-file.h"

/* A request to sample: all LoRAs in one model, one branch (METHOD §6, “without SCS”). */

typedef struct
{
  Engine *engine;
  const EngineSampleRequest *request;
} Listening;

static EngineClip *
decode (Engine *self, Tensor *latents, GError **error)
{
  Vae *vae = self->pipeline->vae;
  guint f = (guint) vae_reduction (vae);
  g_autoptr (GBytes) rgb = latents_to_rgb (vae, latents, error);

  if (rgb == NULL)
    return NULL;
  return engine_clip_new (rgb, NULL, NULL, (guint) t_size (latents, 2), (guint) t_size (latents, 4) * f,
                          (guint) t_size (latents, 3) * f);
}

static gboolean
hear_step (gpointer data, const SamplerStep *step, Tensor *x, Tensor *x0, const SamplerTerm *terms, guint n_terms,
           GError **error)
{
  Listening *listening = data;
  Engine *self = listening->engine;
  guint every = listening->request->preview_every, done = step->index + 1;
  EngineTerm copies[SAMPLER_MAX_TERMS];

  for (guint i = 0; i < n_terms; i++)
    copies[i] = (EngineTerm){ terms[i].name, terms[i].value };
  engine_progress (self, "Sampling", done, step->n_steps, copies, n_terms);
  if (every > 0 && done % every == 0 && done < step->n_steps && self->listener != NULL
      && self->listener->preview != NULL)
    {
      g_autoptr (EngineClip) clip = decode (self, x0, error);
      if (clip == NULL)
        return FALSE;
      self->listener->preview (self->listener->data, done, clip);
    }
  return TRUE;
}

static gboolean
attach_loras (Engine *self, const EngineSampleRequest *request, GPtrArray *loras, GError **error)
{
  g_autofree LoraUse *uses = g_new0 (LoraUse, MAX (request->n_loras, 1));

  for (guint i = 0; i < request->n_loras; i++)
    {
      Lora *lora = lora_load (request->loras[i].path, self->pipeline->device, error);
      if (lora == NULL)
        return FALSE;
      lora_freeze (lora);
      g_ptr_array_add (loras, lora);
      uses[i] = (LoraUse){ lora, request->loras[i].strength };
    }
  return unet_set_loras (self->pipeline->unet, uses, request->n_loras, error);
}

/* The states of the negative prompt and of the prompt; of the prompt alone without guidance. */
static Tensor *
encode_prompts (Engine *self, const EngineSampleRequest *request, double guidance)
{
  T_SCOPE_NO_GRAD ();
  Conditioner *conditioner = self->pipeline->conditioner;
  const char *negative = request->negative != NULL ? request->negative : "";
  Tensor *prompt = conditioner_encode (conditioner, request->prompt);
  Tensor *both[2];

  if (guidance == 1)
    return t_keep (prompt);
  both[0] = conditioner_encode (conditioner, negative);
  both[1] = prompt;
  return t_keep (t_cat (both, 2, 0));
}

static Tensor *
first_noise (Engine *self, const EngineSampleRequest *request, GError **error)
{
  gint64 f = vae_reduction (self->pipeline->vae), c = vae_latent_channels (self->pipeline->vae);
  gint64 frames = engine_param_int (request->params, "frames", 24);
  gint64 width = engine_param_int (request->params, "width", 576);
  gint64 height = engine_param_int (request->params, "height", 320);
  g_autoptr (TGenerator) generator = t_generator_new (request->seed);

  if (frames < 1 || width < f || height < f || width % f != 0 || height % f != 0)
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED,
                   "%" G_GINT64_FORMAT "×%" G_GINT64_FORMAT " and %" G_GINT64_FORMAT " frames do not fit this model: "
                   "width and height must be multiples of %" G_GINT64_FORMAT, width, height, frames, f);
      return NULL;
    }
  return t_to (t_randn (generator, T_SHAPE (1, c, frames, height / f, width / f)), self->pipeline->device, T_F32);
}

static EngineClip *
sample (Engine *self, const EngineSampleRequest *request, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GPtrArray) loras = g_ptr_array_new_with_free_func ((GDestroyNotify) lora_free);
  double guidance = engine_param_double (request->params, "guidance", 9);
  guint n_steps = (guint) CLAMP (engine_param_int (request->params, "steps", 50), 1, 1000);
  Listening listening = { self, request };
  PlainStrategy strategy;
  Tensor *x_T, *x_0, *text;
  EngineClip *clip;

  if (!engine_add_words (self, request->known, request->n_known, error)
      || !attach_loras (self, request, loras, error) || (x_T = first_noise (self, request, error)) == NULL)
    return NULL;
  text = encode_prompts (self, request, guidance);
  plain_strategy_init (&strategy, self->pipeline->unet, text, guidance);
  x_0 = sampler_run (self->pipeline->schedule, &strategy.parent, x_T, n_steps, hear_step, &listening, error);
  if (x_0 == NULL)
    {
      unet_set_loras (self->pipeline->unet, NULL, 0, NULL);
      return NULL;
    }
  engine_progress (self, "Decoding", 0, 1, NULL, 0);
  clip = decode (self, x_0, error);
  if (clip != NULL)
    engine_progress (self, "Decoding", 1, 1, NULL, 0);
  unet_set_loras (self->pipeline->unet, NULL, 0, NULL);
  return clip;
}

/** engine_sample: see EngineTable.sample. */
EngineClip *
engine_sample (Engine *self, const EngineSampleRequest *request, const EngineListener *listener, GError **error)
{
  EngineClip *clip;

  engine_begin (self, listener);
  clip = sample (self, request, error);
  engine_end (self);
  return clip;
}
