/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/latents.h"
#include "diffusion/sampler.h"
#include "engine/engine-private.h"

/*
 * What a training tells while it runs: the numbers of every step, and now and then a clip by the weights as they
 * are. All clips of a run start from the same noise, which no step of the training draws from.
 */

/* The training's streams are counted from 0. */
#define STREAM_SAMPLE 1000

static gboolean
is_due (const TrainingReport *self, guint step, guint n_steps)
{
  const EngineListener *listener = self->engine->listener;
  gint every = engine_param_int (self->params, "sample_every", 0);

  return every > 0 && listener != NULL && listener->look != NULL && self->objective->lora != NULL
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

static gboolean
show_sample (const TrainingReport *self, guint step, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Pipeline *pipeline = self->engine->pipeline;
  const EngineListener *listener = self->engine->listener;
  const char *prompt = engine_param_string (self->params, "sample_prompt", "");
  double guidance = engine_param_double (self->params, "guidance", 1);
  guint n_steps = (guint) CLAMP (engine_param_int (self->params, "sample_steps", 25), 1,
                                 (gint) schedule_n_steps (pipeline->schedule));
  LoraUse use = { self->objective->lora, 1 };
  g_autoptr (EngineClip) clip = NULL;
  PlainStrategy plain;
  Tensor *x_0;

  if (!unet_set_loras (pipeline->unet, &use, 1, error))
    return FALSE;
  plain_strategy_init (&plain, pipeline->unet,
                       engine_encode_prompts (self->engine, *prompt != '\0' ? prompt : self->prompt, "", guidance),
                       guidance);
  x_0 = sampler_run (pipeline->schedule, &plain.parent, draw_noise (self), n_steps, NULL, NULL, error);
  clip = x_0 != NULL ? engine_decode (self->engine, x_0, error) : NULL;
  if (clip == NULL)
    return FALSE;
  listener->look (listener->data, step, "sample", clip);
  return TRUE;
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
  return !is_due (self, step, n_steps) || show_sample (self, step, error);
}
