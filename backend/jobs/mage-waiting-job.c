/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-waiting-job.h"

#include "jobs/mage-job-private.h"

#include <glib/gi18n.h>

/*
 * The place of a job in the queue before it exists. It knows what has to be done before it, and makes the job when
 * its turn comes: with the parameters that the project has then, and from what those before it have learned. Where
 * one of those fails or is stopped, it is held back until that is done after all. Main thread only.
 */

typedef struct
{
  MageMakeJobFunc make;
  gpointer data;
  GDestroyNotify destroy;
} Maker;

struct _MageWaitingJob
{
  MageJob parent_instance;

  Maker *maker;     /* shared by those that try again */
  GPtrArray *needs; /* MageWaitingJob */
  MageJob *became;  /* (nullable): the job itself, or another attempt */
  MageParamLayer *layer; /* (nullable): shared by those that try again */
};

G_DEFINE_FINAL_TYPE (MageWaitingJob, mage_waiting_job, MAGE_TYPE_JOB)

enum
{
  BECAME,
  HELD,
  SETTLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
maker_clear (gpointer data)
{
  Maker *self = data;

  if (self->destroy != NULL)
    self->destroy (self->data);
}

/* Whoever kept the place in the queue sees by it how that ended. */
static void
settled_cb (MageWaitingJob *self)
{
  if (self->became != NULL)
    mage_job_set_state (MAGE_JOB (self), mage_job_get_state (mage_waiting_job_get_job (self)));
  g_signal_emit (self, signals[SETTLED], 0);
}

static gboolean
mage_waiting_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  g_assert_not_reached (); /* the worker never takes one */
}

static void
mage_waiting_job_finalize (GObject *object)
{
  MageWaitingJob *self = MAGE_WAITING_JOB (object);

  g_atomic_rc_box_release_full (self->maker, maker_clear);
  g_ptr_array_unref (self->needs);
  g_clear_object (&self->became);
  g_clear_object (&self->layer);
  G_OBJECT_CLASS (mage_waiting_job_parent_class)->finalize (object);
}

static void
mage_waiting_job_class_init (MageWaitingJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_waiting_job_finalize;
  MAGE_JOB_CLASS (klass)->run = mage_waiting_job_run;
  MAGE_JOB_CLASS (klass)->goes_on = TRUE;

  /** MageWaitingJob::became: @job: takes its place in the queue: the job itself, or another attempt. */
  signals[BECAME] = g_signal_new ("became", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, MAGE_TYPE_JOB);
  /** MageWaitingJob::held: it left the queue, since something that it needs was not done. */
  signals[HELD] = g_signal_new ("held", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /** MageWaitingJob::settled: what it became is over, or itself; mage_waiting_job_get_job() says how. */
  signals[SETTLED] = g_signal_new ("settled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
mage_waiting_job_init (MageWaitingJob *self)
{
  self->needs = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (self, "finished", G_CALLBACK (settled_cb), NULL);
}

/**
 * mage_waiting_job_new:
 * @title: of what it will become
 * @make: is called once an attempt, on the main thread
 * @destroy: (nullable): of @data
 */
MageWaitingJob *
mage_waiting_job_new (const char *title, MageMakeJobFunc make, gpointer data, GDestroyNotify destroy)
{
  MageWaitingJob *self = g_object_new (MAGE_TYPE_WAITING_JOB, NULL);

  self->maker = g_atomic_rc_box_new (Maker);
  *self->maker = (Maker) { make, data, destroy };
  mage_job_set_title (MAGE_JOB (self), title);
  return self;
}

static void
become (MageWaitingJob *self, MageJob *job)
{
  g_set_object (&self->became, job);
  g_signal_connect_object (job, MAGE_IS_WAITING_JOB (job) ? "settled" : "finished", G_CALLBACK (settled_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_emit (self, signals[BECAME], 0, job);
}

/** mage_waiting_job_new_again: another attempt; whoever needs @self waits for it from now on. */
MageWaitingJob *
mage_waiting_job_new_again (MageWaitingJob *self)
{
  MageWaitingJob *again = g_object_new (MAGE_TYPE_WAITING_JOB, NULL);

  again->maker = g_atomic_rc_box_acquire (self->maker);
  g_set_object (&again->layer, self->layer);
  mage_job_set_title (MAGE_JOB (again), mage_job_get_title (MAGE_JOB (self)));
  for (guint i = 0; i < self->needs->len; i++)
    mage_waiting_job_add_need (again, g_ptr_array_index (self->needs, i));
  become (self, MAGE_JOB (again));
  return again;
}

/** mage_waiting_job_add_need: @need: is done before; before @self is queued. */
void
mage_waiting_job_add_need (MageWaitingJob *self, MageWaitingJob *need)
{
  g_ptr_array_add (self->needs, g_object_ref (need));
}

/** mage_waiting_job_get_needs: Returns: (transfer none) (element-type MageWaitingJob): what is done before */
GPtrArray *
mage_waiting_job_get_needs (MageWaitingJob *self)
{
  return self->needs;
}

/** mage_waiting_job_set_layer: @layer: the parameters that it will be made with, which may be changed until then */
void
mage_waiting_job_set_layer (MageWaitingJob *self, MageParamLayer *layer)
{
  g_set_object (&self->layer, layer);
}

/** mage_waiting_job_get_layer: Returns: (transfer none) (nullable): the parameters that it will be made with */
MageParamLayer *
mage_waiting_job_get_layer (MageWaitingJob *self)
{
  return self->layer;
}

/** mage_waiting_job_get_data: Returns: (transfer none) (nullable): what @make is given; NULL where another function makes the job */
gpointer
mage_waiting_job_get_data (MageWaitingJob *self, MageMakeJobFunc make)
{
  return self->maker->make == make ? self->maker->data : NULL;
}

/** mage_waiting_job_needs: whether @self waits for @job, at once or by way of others. */
gboolean
mage_waiting_job_needs (MageWaitingJob *self, MageJob *job)
{
  for (guint i = 0; i < self->needs->len; i++)
    {
      MageJob *need = mage_waiting_job_get_job (g_ptr_array_index (self->needs, i));

      if (need == job || (MAGE_IS_WAITING_JOB (need) && mage_waiting_job_needs (MAGE_WAITING_JOB (need), job)))
        return TRUE;
    }
  return FALSE;
}

/** mage_waiting_job_get_job: Returns: (transfer none): what it is by now: the job of the latest attempt, or a place in the queue */
MageJob *
mage_waiting_job_get_job (MageWaitingJob *self)
{
  MageJob *job = MAGE_JOB (self);

  while (MAGE_IS_WAITING_JOB (job) && MAGE_WAITING_JOB (job)->became != NULL)
    job = MAGE_WAITING_JOB (job)->became;
  return job;
}

/**
 * mage_waiting_job_check:
 * @cause: (out) (optional) (transfer none) (nullable): what it waits for, or what holds it back
 */
MageWaitingState
mage_waiting_job_check (MageWaitingJob *self, MageJob **cause)
{
  MageWaitingState state = MAGE_WAITING_READY;

  if (cause != NULL)
    *cause = NULL;
  for (guint i = 0; i < self->needs->len && state != MAGE_WAITING_BLOCKED; i++)
    {
      MageWaitingJob *need = g_ptr_array_index (self->needs, i);
      MageJob *job = mage_waiting_job_get_job (need);
      MageWaitingState found = MAGE_WAITING_COMES;

      if (mage_job_get_state (job) == MAGE_JOB_DONE)
        continue;
      /* What is held back itself has somebody else to blame, but does not come either. */
      if (mage_job_is_over (job)
          || (MAGE_IS_WAITING_JOB (job) && mage_waiting_job_check (MAGE_WAITING_JOB (job), NULL) == MAGE_WAITING_BLOCKED))
        found = MAGE_WAITING_BLOCKED;
      if (found == MAGE_WAITING_BLOCKED || state == MAGE_WAITING_READY)
        {
          state = found;
          if (cause != NULL)
            *cause = job;
        }
    }
  return state;
}

/** mage_waiting_job_dup_words: Returns: (transfer full): what it waits for: "Waits for “Training <bear>”" */
char *
mage_waiting_job_dup_words (MageWaitingJob *self)
{
  MageJob *cause;

  switch (mage_waiting_job_check (self, &cause))
    {
    case MAGE_WAITING_COMES:
      return g_strdup_printf (_("Waits for “%s”"), mage_job_get_title (cause));
    case MAGE_WAITING_BLOCKED:
      if (mage_job_get_state (cause) == MAGE_JOB_FAILED)
        return g_strdup_printf (_("Waits, since “%s” failed"), mage_job_get_title (cause));
      return g_strdup_printf (_("Waits, since “%s” was stopped"), mage_job_get_title (cause));
    case MAGE_WAITING_READY:
    default:
      return g_strdup (_("Waiting"));
    }
}

/**
 * mage_waiting_job_begin:
 * @job: (out) (transfer full) (nullable): what it becomes; NULL: there is nothing left to do
 */
gboolean
mage_waiting_job_begin (MageWaitingJob *self, MageJob **job, GError **error)
{
  g_autoptr (GError) failure = NULL;

  *job = self->maker->make (self->maker->data, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (*job != NULL)
    become (self, *job);
  return TRUE;
}

/* The worker let it go. */
void
mage_waiting_job_hold (MageWaitingJob *self)
{
  g_signal_emit (self, signals[HELD], 0);
}
