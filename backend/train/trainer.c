/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/trainer.h"

#include <math.h>

/*
 * The one training loop. Everything that a step draws follows from the seed and the step's number,
 * so parameters, moments and the number are a complete checkpoint: a run that was stopped anywhere
 * goes on with the same numbers, bit for bit, on one device at one thread count.
 */

/* By how much the losses' scale shrinks after an overflow: from 2¹⁶ to 1 in four attempts. */
#define SCALE_STEP 16

typedef struct
{
  Objective *objective;
  const TrainerSettings *settings;
  Optimizer *optimizer;
  char *checkpoint;
  guint done;  /* finished steps */
  guint saved; /* finished steps in the checkpoint */
} Trainer;

static void
trainer_clear (Trainer *self)
{
  g_clear_pointer (&self->optimizer, optimizer_free);
  g_clear_pointer (&self->checkpoint, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trainer, trainer_clear)

/* What was the first to go, where it can be told: a parameter, or else a gradient. */
static char *
find_place (Trainer *self)
{
  const char *name = optimizer_find_not_finite (self->optimizer, FALSE);

  if (name != NULL)
    return g_strdup_printf (", and “%s” holds things that are no numbers", name);
  name = optimizer_find_not_finite (self->optimizer, TRUE);
  return name != NULL ? g_strdup_printf (", first in the gradient of “%s”", name) : g_strdup ("");
}

static void
set_not_finite (Trainer *self, const char *what, guint step, GError **error)
{
  g_autofree char *place = find_place (self);
  g_autofree char *kept = self->saved > 0 ? g_strdup_printf ("the checkpoint of step %u is kept", self->saved)
                                          : g_strdup ("there was no checkpoint yet");

  g_set_error (error, T_ERROR, T_ERROR_NOT_FINITE,
               "%s is no number any more at step %u%s; the training was stopped, and %s. Train again with a "
               "smaller learning rate",
               what, step, place, kept);
}

/* A checkpoint that holds what is no number would take the place of one from which a training can go on. */
static gboolean
save_checkpoint (Trainer *self, GError **error)
{
  g_autoptr (GHashTable) metadata = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  if (self->saved == self->done && self->done > 0)
    return TRUE;
  if (optimizer_find_not_finite (self->optimizer, FALSE) != NULL)
    {
      set_not_finite (self, "A weight", self->done, error);
      return FALSE;
    }
  g_hash_table_insert (metadata, (gpointer) "step", g_strdup_printf ("%u", self->done));
  g_hash_table_insert (metadata, (gpointer) "identity", g_strdup (self->settings->identity));
  if (!optimizer_save (self->optimizer, self->checkpoint, metadata, error))
    return FALSE;
  self->saved = self->done;
  return TRUE;
}

/* Continues the checkpoint of the run's folder, if there is one. */
static gboolean
load_checkpoint (Trainer *self, GError **error)
{
  g_autoptr (WeightsFile) file = NULL;
  const char *identity, *step;
  guint64 done = 0;

  if (!g_file_test (self->checkpoint, G_FILE_TEST_EXISTS))
    return TRUE;
  file = weights_file_open (self->checkpoint, error);
  if (file == NULL)
    return FALSE;
  identity = weights_file_metadata (file, "identity");
  step = weights_file_metadata (file, "step");
  if (g_strcmp0 (identity, self->settings->identity) != 0 || step == NULL
      || !g_ascii_string_to_unsigned (step, 10, 0, G_MAXUINT32, &done, NULL))
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE,
                   "%s: this checkpoint was made from other pictures, clips or settings: put them back, or delete this "
                   "file to start the training anew",
                   self->checkpoint);
      return FALSE;
    }
  if (done > self->settings->n_steps)
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE,
                   "%s: this training has %" G_GUINT64_FORMAT " steps already, and only %u were asked for: ask for more, or "
                   "delete this file to start it anew",
                   self->checkpoint, done, self->settings->n_steps);
      return FALSE;
    }
  if (!optimizer_load (self->optimizer, file, error))
    return FALSE;
  self->done = self->saved = (guint) done;
  return TRUE;
}

static gboolean
all_finite (Trainer *self, const ObjectiveTerm *terms, guint n_terms, GError **error)
{
  for (guint i = 0; i < n_terms; i++)
    if (!isfinite (terms[i].value))
      {
        set_not_finite (self, terms[i].name, self->done + 1, error);
        return FALSE;
      }
  return TRUE;
}

/*
 * The losses of this step, and their gradients. Where losses are scaled, a scale that is too large for a step
 * is made smaller for that step alone: as its draws do not change, neither do its losses, and nothing has to be
 * remembered for the next.
 */
static gboolean
derive (Trainer *self, ObjectiveTerm *terms, guint *n_terms, GError **error)
{
  Objective *objective = self->objective;
  double scale = objective->scale, norm = 0;
  gboolean ok;

  for (;;)
    {
      ok = objective->step (objective, self->settings->seed, self->done, terms, n_terms, error)
           && all_finite (self, terms, *n_terms, error)
           && (objective->scale == 1 || optimizer_unscale (self->optimizer, objective->scale, &norm, error));
      if (!ok || isfinite (norm) || objective->scale <= 1)
        break;
      optimizer_zero_grad (self->optimizer);
      objective->scale = MAX (objective->scale / SCALE_STEP, 1);
    }
  objective->scale = scale;
  return ok;
}

/* Gradients that are no numbers are named with their parameter. */
static gboolean
take_step (Trainer *self, double *norm, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (optimizer_step (self->optimizer, norm, &failure))
    return TRUE;
  if (g_error_matches (failure, T_ERROR, T_ERROR_NOT_FINITE))
    set_not_finite (self, "The gradient", self->done + 1, error);
  else
    g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
is_validation_due (const Trainer *self)
{
  guint every = self->settings->validate_every;

  return every > 0 && self->objective->validate != NULL
         && (self->done == 1 || self->done % every == 0 || self->done == self->settings->n_steps);
}

/* The step is done and told, whatever becomes of the validation. */
static gboolean
add_validation (Trainer *self, ObjectiveTerm *terms, guint *n_terms, GError **error)
{
  double loss;

  if (!self->objective->validate (self->objective, self->settings->seed, &loss, error))
    return FALSE;
  terms[(*n_terms)++] = (ObjectiveTerm){ "L_val", loss };
  return TRUE;
}

static gboolean
run_step (Trainer *self, TrainerStepFunc func, gpointer data, GError **error)
{
  T_SCOPE ();
  ObjectiveTerm terms[OBJECTIVE_MAX_TERMS + TRAINER_TERMS];
  const TrainerSettings *settings = self->settings;
  guint n_terms = 0;
  gboolean validated = TRUE;
  double norm = 0;

  if (!derive (self, terms, &n_terms, error) || !take_step (self, &norm, error))
    {
      optimizer_zero_grad (self->optimizer);
      return FALSE;
    }
  terms[n_terms++] = (ObjectiveTerm){ "grad_norm", norm };
  self->done++;
  if (is_validation_due (self))
    validated = add_validation (self, terms, &n_terms, error);
  return (func == NULL || func (data, self->done, settings->n_steps, terms, n_terms, validated ? error : NULL)) && validated;
}

/*
 * A run that ends early keeps what it has, whatever ended it; the first error is the one to report. Where numbers
 * ran away the last regular checkpoint is left as it is: from the newest one the same step would fail again.
 */
static void
keep_what_is_done (Trainer *self, const GError *reason)
{
  g_autoptr (GError) error = NULL;

  t_set_interrupt (NULL, NULL);
  t_check (NULL); /* an error that still waits came after the one that is reported */
  if (g_error_matches (reason, T_ERROR, T_ERROR_NOT_FINITE))
    return;
  if (self->done > 0 && !save_checkpoint (self, &error))
    g_warning ("The checkpoint could not be saved: %s", error->message);
}

/**
 * trainer_run:
 * @objective: what is minimized
 * @settings: how; a checkpoint in its run_dir is continued
 * @func: (nullable): hears of every step
 *
 * Trains to settings->n_steps and saves the final files. When it is interrupted or fails, the
 * finished steps are kept in a checkpoint, and the same call goes on from there.
 *
 * Returns: FALSE with an error
 */
gboolean
trainer_run (Objective *objective, const TrainerSettings *settings, TrainerStepFunc func, gpointer data, GError **error)
{
  g_auto (Trainer) self = { .objective = objective, .settings = settings };
  GError *failure = NULL;
  gboolean ok = TRUE;

  self.optimizer = optimizer_new (settings->weight_decay, settings->clip_norm);
  self.checkpoint = g_build_filename (settings->run_dir, TRAINER_CHECKPOINT, NULL);
  objective->add_parameters (objective, self.optimizer);
  if (!load_checkpoint (&self, error))
    return FALSE;
  while (ok && self.done < settings->n_steps)
    {
      ok = run_step (&self, func, data, &failure);
      if (ok && settings->checkpoint_every > 0 && self.done % settings->checkpoint_every == 0)
        ok = save_checkpoint (&self, &failure);
    }
  if (!ok)
    {
      keep_what_is_done (&self, failure);
      g_propagate_error (error, failure);
      return FALSE;
    }
  return save_checkpoint (&self, error) && objective->save (objective, settings->run_dir, error);
}
