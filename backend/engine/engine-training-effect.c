/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine-private.h"

/*
 * Whether a training changes anything: the LoRA's size beside the weights that it changes, and how far the model's
 * answer to one fixed input has moved from the base model's. The input has a noise and a text of its own, so no step
 * of the training draws anything else for it.
 */

/* The training's streams are counted from 0, its samples' is 1000. */
#define STREAM_EFFECT 1001

/* Of the noise levels of the schedule the middle one: there the network's answer is about what is in the picture. */
#define LEVEL 2

static gboolean
is_due (const TrainingReport *self, guint step, guint n_steps)
{
  gint every = engine_param_int (self->params, "effect_every", 0);

  return every > 0 && self->objective->lora != NULL && (step % (guint) every == 0 || step == n_steps);
}

/* The prompt without learned words, whose rows would move the text. */
static char *
dup_plain_prompt (const TrainingReport *self)
{
  g_autoptr (GString) prompt = g_string_new (self->prompt);

  for (guint i = 0; i < self->n_words; i++)
    g_string_replace (prompt, self->words[i].token, self->words[i].superclass, 0);
  return g_strdup (prompt->str);
}

static Tensor *
predict (const TrainingReport *self)
{
  T_SCOPE_NO_GRAD ();
  Pipeline *pipeline = self->engine->pipeline;
  gint64 t = (gint64) schedule_n_steps (pipeline->schedule) / LEVEL;

  return t_keep (t_to_dtype (objective_predict (pipeline, self->effect.input, t, self->effect.text), T_F32));
}

static Tensor *
draw_input (const TrainingReport *self)
{
  T_SCOPE_NO_GRAD ();
  Pipeline *pipeline = self->engine->pipeline;
  gint64 f = vae_reduction (pipeline->vae), c = vae_latent_channels (pipeline->vae);
  gint64 frames = engine_param_int (self->params, "frames", 1);
  gint64 width = engine_param_int (self->params, "width", 0), height = engine_param_int (self->params, "height", 0);
  g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (self->seed, STREAM_EFFECT, 0));

  return t_keep (t_to (t_randn (generator, T_SHAPE (1, c, frames, height / f, width / f)), pipeline->device, T_F32));
}

static Tensor *
square_weight (const TrainingReport *self, const LoraFactor *factor)
{
  T_SCOPE_NO_GRAD ();
  Linear *linear = unet_find_linear (self->engine->pipeline->unet, factor->path);

  return t_keep (t_sum (t_square (t_to_dtype (linear->weight, T_F32))));
}

/* ‖s·B·A‖² without making B·A: it is the sum of BᵀB and AAᵀ, element by element. */
static Tensor *
square_change (const TrainingReport *self, const LoraFactor *factor)
{
  T_SCOPE_NO_GRAD ();
  Tensor *up = t_matmul (t_transpose (factor->up, 0, 1), factor->up);
  Tensor *down = t_matmul (factor->down, t_transpose (factor->down, 0, 1));

  return t_keep (t_mul_scalar (t_sum (t_mul (up, down)), factor->scale * factor->scale));
}

/* The norm over all layers of the LoRA, from each one's square. */
static gboolean
norm_of (const TrainingReport *self, Tensor *(*square) (const TrainingReport *self, const LoraFactor *factor), double *norm,
         GError **error)
{
  T_SCOPE_NO_GRAD ();
  Lora *lora = self->objective->lora;
  Tensor *sum = t_zeros (T_F32, self->engine->pipeline->device, NULL, 0);

  for (guint i = 0; i < lora_n_factors (lora); i++)
    sum = t_add (sum, square (self, lora_factor (lora, i)));
  return t_item (t_sqrt (sum), norm, error);
}

static gboolean
prepare (TrainingReport *self, GError **error)
{
  T_SCOPE_NO_GRAD ();
  TrainingEffect *effect = &self->effect;
  g_autofree char *prompt = dup_plain_prompt (self);

  if (effect->base != NULL)
    return TRUE;
  if (!unet_set_loras (self->engine->pipeline->unet, NULL, 0, error))
    return FALSE;
  t_assign (&effect->input, draw_input (self));
  t_assign (&effect->text, conditioner_encode (self->engine->pipeline->conditioner, prompt));
  t_assign (&effect->base, predict (self));
  return t_item (t_norm (effect->base), &effect->base_norm, error)
         && norm_of (self, square_weight, &effect->weight_norm, error);
}

static gboolean
measure (TrainingReport *self, double *change, double *moved, GError **error)
{
  T_SCOPE_NO_GRAD ();
  TrainingEffect *effect = &self->effect;
  LoraUse use = { self->objective->lora, 1 };

  if (!prepare (self, error) || !unet_set_loras (self->engine->pipeline->unet, &use, 1, error)
      || !t_item (t_norm (t_sub (predict (self), effect->base)), moved, error)
      || !norm_of (self, square_change, change, error))
    return FALSE;
  *moved /= MAX (effect->base_norm, G_MINDOUBLE);
  *change /= MAX (effect->weight_norm, G_MINDOUBLE);
  return TRUE;
}

/**
 * engine_effect_measure:
 * @terms: has room for %ENGINE_EFFECT_TERMS more
 *
 * Adds lora_norm and effect where they are due. A measurement that fails, or is interrupted, is left out: the next
 * step hears of what interrupted it.
 */
void
engine_effect_measure (TrainingReport *report, guint step, guint n_steps, EngineTerm *terms, guint *n_terms)
{
  g_autoptr (GError) error = NULL;
  double change = 0, moved = 0;

  if (!is_due (report, step, n_steps))
    return;
  if (!measure (report, &change, &moved, &error))
    {
      g_info ("What the training changes was not measured at step %u: %s", step, error->message);
      engine_effect_clear (&report->effect);
      return;
    }
  terms[(*n_terms)++] = (EngineTerm){ "lora_norm", change };
  terms[(*n_terms)++] = (EngineTerm){ "effect", moved };
}

void
engine_effect_clear (TrainingEffect *self)
{
  t_drop (&self->input);
  t_drop (&self->text);
  t_drop (&self->base);
}
