/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine-sampling.h"

#include "diffusion/latents.h"
#include "nn/lora-file.h"

#include <glib/gi18n.h>

/* A request to sample (METHOD §5, §6): what it asks for, prepared; the run; and what it leaves. */

/** engine_decode: (transfer full): latents as a clip, or NULL with an error. */
EngineClip *
engine_decode (Engine *self, Tensor *latents, GError **error)
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
preview_is_due (Sampling *self, guint done)
{
  guint every = self->request->preview_every;
  const EngineListener *listener = self->engine->listener;

  return every > 0 && done % every == 0 && done < self->n_steps && listener != NULL;
}

/* x̂₀ of the branches, whose ε the strategy's observer kept. */
static gboolean
show_branches (Sampling *self, const SamplerStep *step, GError **error)
{
  T_SCOPE_NO_GRAD ();
  static const char *const names[] = { "x0_sub", "x0_mot" };
  const EngineListener *listener = self->engine->listener;
  Tensor *eps[] = { self->eps_sub, self->eps_mot };

  for (guint i = 0; i < G_N_ELEMENTS (eps) && listener->look != NULL; i++)
    {
      g_autoptr (EngineClip) clip = NULL;
      Tensor *x0;
      if (eps[i] == NULL)
        continue;
      x0 = sampling_branch_x0 (self, step, eps[i]);
      clip = engine_decode (self->engine, x0, error);
      if (clip == NULL)
        return FALSE;
      listener->look (listener->data, step->index + 1, names[i], clip);
    }
  return TRUE;
}

/* x̂₀, and of the branches; what decoded them is not needed until the next time. */
static gboolean
show_preview (Sampling *self, const SamplerStep *step, Tensor *x0, GError **error)
{
  const EngineListener *listener = self->engine->listener;
  gboolean ok = TRUE;

  if (listener->preview != NULL)
    {
      g_autoptr (EngineClip) clip = engine_decode (self->engine, x0, error);
      ok = clip != NULL;
      if (ok)
        listener->preview (listener->data, step->index + 1, clip);
    }
  ok = ok && show_branches (self, step, error);
  engine_rest (self->engine, TRUE);
  return ok;
}

static gboolean
hear_step (gpointer data, const SamplerStep *step, Tensor *x, Tensor *x0, const SamplerTerm *terms, guint n_terms,
           GError **error)
{
  Sampling *self = data;
  guint done = step->index + 1;
  EngineTerm copies[SAMPLER_MAX_TERMS];

  for (guint i = 0; i < n_terms; i++)
    copies[i] = (EngineTerm){ terms[i].name, terms[i].value };
  if (!sampling_gather_mask (self, error))
    return FALSE;
  /* Told before it is kept: whoever writes the numbers down has them all, however the process ends. */
  engine_progress (self->engine, "Sampling", done, step->n_steps, copies, n_terms);
  if (!sampling_keep_step (self, step, x, error) || !sampling_save (self, x, done, error))
    return FALSE;
  return !preview_is_due (self, done) || show_preview (self, step, x0, error);
}

static gboolean
load_loras (Sampling *self, GError **error)
{
  const EngineSampleRequest *request = self->request;

  for (guint i = 0; i < request->n_loras; i++)
    {
      Lora *lora = lora_load (request->loras[i].path, self->engine->pipeline->device, error);
      LoraUse use = { lora, request->loras[i].strength };
      if (lora == NULL)
        return FALSE;
      lora_freeze (lora);
      g_ptr_array_add (self->loras, lora);
      g_array_append_val (self->uses[ENGINE_BRANCH_MOTION + 1], use);
      g_array_append_val (self->uses[request->loras[i].branch == ENGINE_BRANCH_MOTION], use);
    }
  return TRUE;
}

static gboolean
check_numbers (Sampling *self, GError **error)
{
  gint64 f = vae_reduction (self->engine->pipeline->vae);
  guint most = schedule_n_steps (self->engine->pipeline->schedule);

  if (self->n_steps < 1 || self->n_steps > most)
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED, _("This model samples in 1 to %u steps, not in %u"), most, self->n_steps);
      return FALSE;
    }
  if (self->frames >= 1 && self->width >= f && self->height >= f && self->width % f == 0 && self->height % f == 0)
    return TRUE;
  g_set_error (error, T_ERROR, T_ERROR_FAILED,
               "%" G_GINT64_FORMAT "×%" G_GINT64_FORMAT " and %" G_GINT64_FORMAT " frames do not fit this model: "
               "width and height must be multiples of %" G_GINT64_FORMAT,
               self->width, self->height, self->frames, f);
  return FALSE;
}

/** sampling_init: reads the numbers of @request; sampling_clear () undoes it. */
void
sampling_init (Sampling *self, Engine *engine, const EngineSampleRequest *request)
{
  GVariant *params = request->params;

  *self = (Sampling){ .engine = engine, .request = request };
  self->n_steps = (guint) MAX (engine_param_int (params, "steps", 50), 0);
  self->guidance = engine_param_double (params, "guidance", 9);
  self->frames = engine_param_int (params, "frames", 24);
  self->width = engine_param_int (params, "width", 576);
  self->height = engine_param_int (params, "height", 320);
  self->loras = g_ptr_array_new_with_free_func ((GDestroyNotify) lora_free);
  for (guint i = 0; i < G_N_ELEMENTS (self->uses); i++)
    self->uses[i] = g_array_new (FALSE, FALSE, sizeof (LoraUse));
}

/** sampling_prepare: what every use of a request needs: numbers that fit, its words and its LoRAs. */
gboolean
sampling_prepare (Sampling *self, GError **error)
{
  return check_numbers (self, error) && engine_add_words (self->engine, self->request->known, self->request->n_known, error)
         && load_loras (self, error);
}

void
sampling_clear (Sampling *self)
{
  unet_set_loras (self->engine->pipeline->unet, NULL, 0, NULL);
  g_clear_pointer (&self->prompt, scs_prompt_free);
  g_clear_pointer (&self->probe, attention_probe_free);
  for (guint i = 0; i < G_N_ELEMENTS (self->uses); i++)
    g_array_unref (self->uses[i]);
  g_ptr_array_unref (self->loras);
  g_free (self->checkpoint);
  g_free (self->identity);
  t_drop (&self->x_t);
  t_drop (&self->eps_sub);
  t_drop (&self->eps_mot);
  t_drop (&self->mask_sum);
}
/* The run itself, from the start or from its checkpoint. */
static Tensor *
run (Sampling *self, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Schedule *schedule = self->engine->pipeline->schedule;
  ScsStrategy scs;
  PlainStrategy plain;
  SamplerStrategy *strategy = sampling_strategy (self, &scs, &plain, error);
  guint done = 0;
  Tensor *x;

  if (strategy == NULL)
    return NULL;
  x = sampling_load (self, &done);
  if (x == NULL)
    {
      done = self->request->from_step;
      x = done > 0 ? sampling_load_step (self, error) : sampling_start (self, error);
      if (x == NULL || (done == 0 && !sampling_keep_start (self, x, error)))
        return NULL;
    }
  /* Inversion works under the base model; the one branch needs its LoRAs attached. */
  if (strategy == &plain.parent
      && !unet_set_loras (self->engine->pipeline->unet, (LoraUse *) (gpointer) self->uses[2]->data, self->uses[2]->len,
                          error))
    return NULL;
  engine_rest (self->engine, TRUE);
  return t_keep (sampler_continue (schedule, strategy, x, done, self->n_steps, hear_step, self, error));
}

static EngineClip *
sample (Engine *engine, const EngineSampleRequest *request, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_auto (Sampling) self;
  EngineClip *clip;
  Tensor *x_0;

  sampling_init (&self, engine, request);
  if (!sampling_prepare (&self, error) || !sampling_identify (&self, error) || (x_0 = run (&self, error)) == NULL)
    return NULL;
  engine_progress (engine, "Decoding", 0, 1, NULL, 0);
  clip = engine_decode (engine, x_0, error);
  if (clip != NULL && !sampling_add_mask (&self, clip, error))
    g_clear_pointer (&clip, engine_clip_free);
  if (clip == NULL)
    return NULL;
  sampling_forget (&self);
  engine_progress (engine, "Decoding", 1, 1, NULL, 0);
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
