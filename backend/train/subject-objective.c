/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/lora-file.h"
#include "train/losses.h"
#include "train/validation.h"

/*
 * A subject (METHOD §2, Eq. 2–4): L = L_sub + λ₁·L_reg over LoRA and the new word's row. With rank 0
 * and λ₁ = 0 it is textual inversion (METHOD §3.1).
 */

/* Streams of random numbers; a new one gets the next number, so that old runs stay reproducible. */
enum
{
  STREAM_LORA,
  STREAM_SUBJECT,
  STREAM_PRIOR
};

typedef struct
{
  Objective parent;
  Pipeline *pipeline;
  char *token;
  char *prompt;
  double lora_rate, token_rate, lambda1;
  gboolean masked;
  gboolean fixed_row;
  GArray *samples;
  GArray *prior;
  Tensor *row;
  Tensor *text; /* c_s where the row stays; NULL where it learns, and c_s with it */
} SubjectObjective;

static void
subject_add_parameters (Objective *objective, Optimizer *optimizer)
{
  SubjectObjective *self = (SubjectObjective *) objective;

  if (!self->fixed_row)
    optimizer_add (optimizer, self->token, self->row, self->token_rate);
  if (self->parent.lora != NULL)
    objective_add_lora (optimizer, self->parent.lora, self->lora_rate);
}

static ObjectiveSample *
draw (GArray *samples, TGenerator *generator)
{
  return &g_array_index (samples, ObjectiveSample, t_rand_int (generator, (gint64) samples->len));
}

/* ε and the network's guess of it for one drawn sample. */
static Tensor *
guess (SubjectObjective *self, ObjectiveSample *sample, Tensor *text, TGenerator *generator, Tensor **eps, gint64 *t)
{
  Schedule *schedule = self->pipeline->schedule;
  Tensor *x_t;

  *t = t_rand_int (generator, schedule_n_steps (schedule));
  *eps = objective_randn_like (sample->latents, generator);
  x_t = schedule_add_noise (schedule, sample->latents, *eps, t, 1);
  return objective_predict (self->pipeline, x_t, *t, text);
}

static Tensor *
subject_loss (SubjectObjective *self, const ObjectiveSample *sample, Tensor *prediction, Tensor *eps)
{
  if (self->masked && sample->mask != NULL)
    return loss_masked_normalised (prediction, eps, sample->mask);
  return loss_noise (prediction, eps);
}

static gboolean
subject_part (SubjectObjective *self, guint64 seed, guint step, ObjectiveTerm *term, gint64 *t, GError **error)
{
  T_SCOPE ();
  g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (seed, STREAM_SUBJECT, step));
  ObjectiveSample *sample = draw (self->samples, generator);
  Tensor *text = self->text != NULL ? self->text : conditioner_encode (self->pipeline->conditioner, self->prompt);
  Tensor *eps = NULL;
  Tensor *prediction = guess (self, sample, text, generator, &eps, t);
  Tensor *loss = subject_loss (self, sample, prediction, eps);

  return objective_backward (&self->parent, loss, error) && objective_term (term, "L_sub", loss, error);
}

/* Apart from L_sub, so that only one of the two graphs is in memory at a time; gradients add up. */
static gboolean
prior_part (SubjectObjective *self, guint64 seed, guint step, ObjectiveTerm *term, gint64 *t, GError **error)
{
  T_SCOPE ();
  g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (seed, STREAM_PRIOR, step));
  ObjectiveSample *sample = draw (self->prior, generator);
  Tensor *eps = NULL;
  Tensor *prediction = guess (self, sample, sample->text, generator, &eps, t);
  Tensor *loss = loss_noise (prediction, eps);

  return objective_backward (&self->parent, t_mul_scalar (loss, self->lambda1), error) && objective_term (term, "L_reg", loss, error);
}

static gboolean
subject_step (Objective *objective, guint64 seed, guint step, ObjectiveTerm *terms, guint *n_terms, GError **error)
{
  SubjectObjective *self = (SubjectObjective *) objective;
  LoraUse use = { self->parent.lora, 1 };
  gint64 t, t_reg;
  double total;

  if (!unet_set_loras (self->pipeline->unet, &use, self->parent.lora != NULL ? 1 : 0, error)
      || !subject_part (self, seed, step, &terms[0], &t, error))
    return FALSE;
  *n_terms = 1;
  if (self->lambda1 <= 0)
    {
      objective_number (terms, n_terms, "t", (double) t);
      return TRUE;
    }
  if (!prior_part (self, seed, step, &terms[1], &t_reg, error))
    return FALSE;
  total = terms[0].value + self->lambda1 * terms[1].value;
  terms[2] = (ObjectiveTerm){ "L", total };
  *n_terms = 3;
  objective_number (terms, n_terms, "t", (double) t);
  objective_number (terms, n_terms, "t_reg", (double) t_reg);
  return TRUE;
}

/* L_sub alone: what is held against forgetting is not what is learned. */
static Tensor *
validation_loss (gpointer data, const ObjectiveSample *sample, const ValidationPoint *point, GError **error)
{
  SubjectObjective *self = data;
  Tensor *text = self->text != NULL ? self->text : conditioner_encode (self->pipeline->conditioner, self->prompt);

  return subject_loss (self, sample, objective_predict (self->pipeline, point->x_t, point->t, text), point->eps);
}

static gboolean
subject_validate (Objective *objective, guint64 seed, double *loss, GError **error)
{
  SubjectObjective *self = (SubjectObjective *) objective;
  LoraUse use = { self->parent.lora, 1 };

  return unet_set_loras (self->pipeline->unet, &use, self->parent.lora != NULL ? 1 : 0, error)
         && validation_mean (self->pipeline, self->samples, seed, 0, validation_loss, self, loss, error);
}

static gboolean
subject_save (Objective *objective, const char *run_dir, GError **error)
{
  SubjectObjective *self = (SubjectObjective *) objective;
  g_autofree char *word = g_build_filename (run_dir, OBJECTIVE_WORD_FILE, NULL);
  g_autofree char *lora = g_build_filename (run_dir, OBJECTIVE_LORA_FILE, NULL);

  return learned_embedding_save (word, self->token, self->row, error)
         && (self->parent.lora == NULL || lora_save (self->parent.lora, lora, error));
}

static void
subject_free (Objective *objective)
{
  SubjectObjective *self = (SubjectObjective *) objective;

  unet_set_loras (self->pipeline->unet, NULL, 0, NULL);
  g_clear_pointer (&self->parent.lora, lora_free);
  g_clear_pointer (&self->samples, g_array_unref);
  g_clear_pointer (&self->prior, g_array_unref);
  t_drop (&self->row);
  t_drop (&self->text);
  g_free (self->token);
  g_free (self->prompt);
  g_free (self);
}

/* The new word's row, which the conditioner uses from now on: a leaf, or one that stays as it is. */
static gboolean
add_row (SubjectObjective *self, const SubjectSettings *settings, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Conditioner *conditioner = self->pipeline->conditioner;
  Tensor *start = settings->row != NULL ? settings->row : conditioner_mean_row (conditioner, settings->superclass, error);

  if (start == NULL)
    return FALSE;
  t_assign (&self->row, self->fixed_row ? t_clone (start) : t_requires_grad (t_clone (start)));
  if (!t_check (error) || !conditioner_add_word (conditioner, self->token, self->row, error))
    return FALSE;
  if (self->fixed_row)
    t_assign (&self->text, conditioner_encode (conditioner, self->prompt));
  return t_check (error);
}

/**
 * subject_objective_new:
 * @pipeline: borrowed; gains the word @settings->token
 * @samples: (element-type ObjectiveSample): pictures, F = 1; referenced
 * @prior: (nullable) (element-type ObjectiveSample): captioned clips with their states; referenced
 * @seed: draws the LoRA's start
 *
 * Returns: (transfer full): the objective, or NULL with an error
 */
Objective *
subject_objective_new (Pipeline *pipeline, const SubjectSettings *settings, GArray *samples, GArray *prior,
                       guint64 seed, GError **error)
{
  SubjectObjective *self = g_new0 (SubjectObjective, 1);
  g_autoptr (Objective) objective = &self->parent;
  g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (seed, STREAM_LORA, 0));

  self->parent = (Objective){ subject_add_parameters, subject_step, subject_save, subject_free, objective_scale (pipeline) };
  self->parent.validate = subject_validate;
  self->pipeline = pipeline;
  self->token = g_strdup (settings->token);
  self->prompt = g_strdup (settings->prompt);
  self->lora_rate = settings->lora_rate;
  self->token_rate = settings->token_rate;
  self->lambda1 = prior != NULL && prior->len > 0 ? settings->lambda1 : 0;
  self->masked = settings->masked;
  self->fixed_row = settings->row != NULL;
  self->samples = g_array_ref (samples);
  self->prior = prior != NULL ? g_array_ref (prior) : NULL;
  if (!add_row (self, settings, error))
    return NULL;
  if (settings->rank > 0
      && (self->parent.lora = lora_new (pipeline->unet, LINEAR_SPATIAL, settings->rank, generator, error)) == NULL)
    return NULL;
  return g_steal_pointer (&objective);
}
