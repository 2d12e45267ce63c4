/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/latents.h"
#include "diffusion/sampler.h"
#include "engine/engine-private.h"

/*
 * What a training tells while it runs: the numbers of every step, and now and then a clip by the weights as they
 * are, also when somebody asks for one. All clips of a run start from the same noise, which no step of the training draws from.
 */

/* The training's streams are counted from 0. */
#define STREAM_SAMPLE 1000

static gboolean
is_due (const TrainingReport *self, guint step, guint n_steps)
{
  const EngineListener *listener = self->engine->listener;
  gint every = engine_param_int (self->params, "sample_every", 0);

  return every > 0 && !self->no_samples && listener != NULL && listener->look != NULL && self->objective->lora != NULL
         && (step % (guint) every == 0 || step == n_steps);
}

static Tensor *
draw_noise (const TrainingReport *self)
{
  T_SCOPE_NO_GRAD ();
  Pipeline *pipeline = self->engine->pipeline;
  gint64 f = vae_reduction (pipeline->vae), c = vae_latent_channels (pipeline->vae);
  gint64 frames = engine_param_int (self->params, "frames", 1);
  gint64 width = engine_param_int (self->params, "width", 0), height = engine_param_int (self->params, "height", 0);
  g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (self->seed, STREAM_SAMPLE, 0));

  return t_keep (t_to (t_randn (generator, T_SHAPE (1, c, frames, height / f, width / f)), pipeline->device, T_F32));
}

/* A clip by the weights as they are, of @prompt in @n_steps. */
static EngineClip *
make_sample (const TrainingReport *self, const char *prompt, guint n_steps, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Pipeline *pipeline = self->engine->pipeline;
  double guidance = engine_param_double (self->params, "guidance", 1);
  LoraUse use = { self->objective->lora, 1 };
  PlainStrategy plain;
  Tensor *x_0;

  if (!unet_set_loras (pipeline->unet, &use, use.lora != NULL ? 1 : 0, error))
    return NULL;
  plain_strategy_init (&plain, pipeline->unet, engine_encode_prompts (self->engine, prompt, "", guidance), guidance);
  engine_rest (self->engine, !self->learns_word);
  x_0 = sampler_run (pipeline->schedule, &plain.parent, draw_noise (self), n_steps, NULL, NULL, error);
  return x_0 != NULL ? engine_decode (self->engine, x_0, error) : NULL;
}

static const char *
get_prompt (const TrainingReport *self)
{
  const char *prompt = engine_param_string (self->params, "sample_prompt", "");

  return *prompt != '\0' ? prompt : self->prompt;
}

/* Who stops the training while a sample is made stops the training; whatever else goes wrong costs the sample alone. */
static gboolean
refuse (const TrainingReport *self, guint step, const char *what, GError *failure, GError **error)
{
  const EngineListener *listener = self->engine->listener;

  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  if (listener->refused != NULL)
    listener->refused (listener->data, step, what, failure);
  else
    g_warning ("No %s after step %u: %s", what, step, failure->message);
  g_error_free (failure);
  return TRUE;
}

static gboolean
show_sample (const TrainingReport *self, guint step, const char *what, const char *prompt, GError **error)
{
  const EngineListener *listener = self->engine->listener;
  guint n_steps = (guint) CLAMP (engine_param_int (self->params, "sample_steps", 25), 1,
                                 (gint) schedule_n_steps (self->engine->pipeline->schedule));
  GError *failure = NULL;
  g_autoptr (EngineClip) clip = make_sample (self, prompt, n_steps, &failure);

  if (clip == NULL)
    return refuse (self, step, what, failure, error);
  listener->look (listener->data, step, what, clip);
  return TRUE;
}

/* What people ask for while they wait, or while the training is paused. */
static gboolean
grant_wishes (const TrainingReport *self, guint step, GError **error)
{
  const EngineListener *listener = self->engine->listener;
  const char *prompt;

  while (listener != NULL && listener->wish != NULL && listener->look != NULL && (prompt = listener->wish (listener->data)) != NULL)
    if (!show_sample (self, step, "wish", prompt, error))
      return FALSE;
  return TRUE;
}

/**
 * engine_try_sample:
 *
 * Before the first step a sample of a single step takes the memory that later ones will need. Where there is not enough of it,
 * the training has none, and the listener is told.
 *
 * Returns: FALSE with an error where the training was stopped meanwhile
 */
gboolean
engine_try_sample (TrainingReport *self, GError **error)
{
  const EngineListener *listener = self->engine->listener;
  GError *failure = NULL;
  g_autoptr (EngineClip) clip = NULL;

  if (engine_param_int (self->params, "sample_every", 0) <= 0 || listener == NULL || listener->look == NULL
      || listener->refused == NULL || self->objective->lora == NULL)
    return TRUE;
  clip = make_sample (self, get_prompt (self), 1, &failure);
  engine_rest (self->engine, !self->learns_word);
  if (clip != NULL)
    return TRUE;
  self->no_samples = TRUE;
  return refuse (self, 0, "sample", failure, error);
}

/** engine_report_training: tells the listener of a step; @data is a TrainingReport. */
gboolean
engine_report_training (gpointer data, guint step, guint n_steps, const ObjectiveTerm *terms, guint n_terms,
                        GError **error)
{
  TrainingReport *self = data;
  EngineTerm copies[OBJECTIVE_MAX_TERMS + TRAINER_TERMS + ENGINE_EFFECT_TERMS];

  for (guint i = 0; i < n_terms; i++)
    copies[i] = (EngineTerm){ terms[i].name, terms[i].value };
  engine_effect_measure (self, step, n_steps, copies, &n_terms);
  engine_progress (self->engine, "Training", step, n_steps, copies, n_terms);
  engine_show_maps (self, step, n_steps);
  if ((is_due (self, step, n_steps) && !show_sample (self, step, "sample", get_prompt (self), error))
      || !grant_wishes (self, step, error))
    return FALSE;
  engine_rest (self->engine, !self->learns_word);
  return TRUE;
}
