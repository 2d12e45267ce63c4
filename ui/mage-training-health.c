/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-training-health.h"

#include "jobs/mage-run-log.h"
#include "jobs/mage-train-job.h"
#include "ui/mage-media-loader.h"
#include "ui/mage-training-remedy.h"

#include <glib/gi18n.h>

/*
 * Says on a card how the training of one thing does: while it runs from its job's numbers, afterwards from what its
 * run has noted and from the losses that it has on disk.
 */

struct _MageTrainingHealth
{
  GObject parent_instance;

  MageSession *session;
  MageTrainable *item;
  MageHealthCard *card;      /* weak: what is being read may arrive after its page has gone */
  MageJob *job;
  MageRun *run;              /* that was reviewed */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (MageTrainingHealth, mage_training_health, G_TYPE_OBJECT)

/* --- the card --- */

static MageHealth
get_kind (MageAilment ailment)
{
  switch (ailment)
    {
    case MAGE_AILMENT_UNKNOWN:
      return MAGE_HEALTH_HIDDEN;
    case MAGE_AILMENT_NONE:
      return MAGE_HEALTH_WELL;
    case MAGE_AILMENT_NOT_FINITE:
    case MAGE_AILMENT_OUT_OF_MEMORY:
    case MAGE_AILMENT_FAILED:
      return MAGE_HEALTH_BAD;
    default:
      return MAGE_HEALTH_WARN;
    }
}

static void
show (MageTrainingHealth *self, MageDiagnosis *diagnosis)
{
  MageAilment ailment = mage_diagnosis_get_ailment (diagnosis);
  const char *sentence = mage_diagnosis_get_sentence (diagnosis);
  gboolean ended = mage_ailment_ends (ailment);
  /* The sentence of an error may end without a full stop, and mostly says what to do by itself. */
  g_autofree char *text = (ended && ailment != MAGE_AILMENT_OUT_OF_MEMORY) || ailment == MAGE_AILMENT_NONE
                              ? g_strdup (sentence) : g_strdup_printf ("%s %s", sentence, mage_diagnosis_get_advice (diagnosis));

  const char *label = NULL, *action = NULL;

  if (!mage_training_remedy_find (ailment, self->job != NULL, &label, &action))
    label = action = NULL;
  mage_health_card_set (self->card, get_kind (ailment), mage_diagnosis_get_heading (diagnosis), text, label, action);
}

static void
hide (MageTrainingHealth *self)
{
  mage_health_card_set (self->card, MAGE_HEALTH_HIDDEN, NULL, NULL, NULL, NULL);
}

/* --- after a training --- */

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageTrainingHealth) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MageSeries) series = mage_load_losses_finish (result, &error);
  g_autoptr (MageDiagnosis) diagnosis = mage_diagnosis_new ();

  if (series == NULL || self->run == NULL || self->job != NULL || self->card == NULL)
    return;
  mage_diagnosis_review (diagnosis, series, mage_run_get_n_steps (self->run));
  show (self, diagnosis);
}

static void
review (MageTrainingHealth *self)
{
  MageRun *run = mage_trainable_get_run (self->item);
  const char *ailment = run != NULL ? mage_run_get_text (run, MAGE_RUN_AILMENT) : NULL;
  g_autofree char *path = NULL;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_set_object (&self->run, run);
  if (run == NULL)
    {
      hide (self);
      return;
    }
  if (ailment != NULL && *ailment != '\0')
    {
      g_autoptr (MageDiagnosis) diagnosis = mage_diagnosis_new ();

      mage_diagnosis_fail (diagnosis, mage_ailment_from_name (ailment), mage_run_get_text (run, MAGE_RUN_FAILURE));
      show (self, diagnosis);
      return;
    }
  self->cancellable = g_cancellable_new ();
  path = mage_run_dup_path (run, MAGE_RUN_LOSSES);
  mage_load_losses_async (path, self->cancellable, loaded_cb, g_object_ref (self));
}

/* --- while it runs --- */

static void
progressed_cb (MageTrainingHealth *self)
{
  show (self, mage_job_get_diagnosis (self->job));
}

/* The worker lets go of a job before it says how it ended. */
static void
finished_cb (MageTrainingHealth *self, MageJob *job)
{
  if (self->job != NULL)
    return;
  if (mage_job_get_state (job) == MAGE_JOB_FAILED)
    show (self, mage_job_get_diagnosis (job));
  else
    review (self);
}

static void
find_job (MageTrainingHealth *self)
{
  MageJob *job = mage_session_find_job (self->session, self->item);

  if (self->job == job)
    return;
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_func (self->job, progressed_cb, self);
  g_set_object (&self->job, job);
  if (job == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_signal_connect_object (job, "progressed", G_CALLBACK (progressed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
  progressed_cb (self);
}

/* Undo, or another project's state, brings another run. */
static void
run_changed_cb (MageTrainingHealth *self)
{
  if (self->job == NULL && self->run != NULL && mage_trainable_get_run (self->item) != self->run)
    review (self);
}

/* --- the object --- */

static void
mage_training_health_dispose (GObject *object)
{
  MageTrainingHealth *self = MAGE_TRAINING_HEALTH (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_weak_pointer (&self->card);
  g_clear_object (&self->session);
  g_clear_object (&self->item);
  g_clear_object (&self->job);
  g_clear_object (&self->run);
  G_OBJECT_CLASS (mage_training_health_parent_class)->dispose (object);
}

static void
mage_training_health_class_init (MageTrainingHealthClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_training_health_dispose;
}

static void
mage_training_health_init (MageTrainingHealth *self)
{
}

/**
 * mage_training_health_new:
 * @card: what says it, as long as it lives
 *
 * Returns: (transfer full): keeps @card up to date from now on
 */
MageTrainingHealth *
mage_training_health_new (MageSession *session, MageTrainable *item, MageHealthCard *card)
{
  MageTrainingHealth *self = g_object_new (MAGE_TYPE_TRAINING_HEALTH, NULL);
  g_autoptr (GSimpleActionGroup) actions = NULL;

  self->session = g_object_ref (session);
  self->item = g_object_ref (item);
  g_set_weak_pointer (&self->card, card);
  actions = mage_training_remedy_new_group (session, item);
  gtk_widget_insert_action_group (GTK_WIDGET (card), MAGE_REMEDY_PREFIX, G_ACTION_GROUP (actions));
  g_signal_connect_object (mage_worker_get_jobs (mage_session_get_worker (session)), "items-changed",
                           G_CALLBACK (find_job), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::state", G_CALLBACK (run_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::state-text", G_CALLBACK (run_changed_cb), self, G_CONNECT_SWAPPED);
  find_job (self);
  if (self->job == NULL)
    review (self);
  return self;
}
