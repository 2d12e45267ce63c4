/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-session-work.h"

#include "jobs/mage-fuse-job.h"
#include "jobs/mage-train-job.h"

/*
 * The work of an open project: its jobs that wait or run, what each works on, and which trainings
 * were under way when the project was closed.
 */

struct _MageSessionWork
{
  GObject parent_instance;

  MageWorker *worker;
  GHashTable *objects; /* MageJob → what it works on */
  GHashTable *quiet;   /* MageJob whose failure somebody else tells */
  GStrv unfinished;    /* words, or names of what has none */
  gboolean stopping;
};

G_DEFINE_FINAL_TYPE (MageSessionWork, mage_session_work, G_TYPE_OBJECT)

enum
{
  FINISHED,
  CHANGED,
  UNFINISHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* While the project closes, what was stopped stays in the list of the unfinished. */
static void
finished_cb (MageSessionWork *self, MageJob *job)
{
  g_signal_emit (self, signals[FINISHED], 0, job);
  g_hash_table_remove (self->quiet, job);
  if (mage_job_get_state (job) != MAGE_JOB_CANCELLED || !self->stopping)
    g_hash_table_remove (self->objects, job);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* What is taken up again is no longer unfinished. */
static void
forget_unfinished (MageSessionWork *self, MageTrainable *item)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; self->unfinished[i] != NULL; i++)
    if (g_strcmp0 (self->unfinished[i], mage_trainable_get_token (item)) != 0
        && g_strcmp0 (self->unfinished[i], mage_trainable_get_name (item)) != 0)
      g_strv_builder_add (builder, self->unfinished[i]);
  g_strfreev (self->unfinished);
  self->unfinished = g_strv_builder_end (builder);
  g_signal_emit (self, signals[UNFINISHED], 0);
}

static void
mage_session_work_finalize (GObject *object)
{
  MageSessionWork *self = MAGE_SESSION_WORK (object);

  g_clear_object (&self->worker);
  g_hash_table_unref (self->objects);
  g_hash_table_unref (self->quiet);
  g_strfreev (self->unfinished);
  G_OBJECT_CLASS (mage_session_work_parent_class)->finalize (object);
}

static void
mage_session_work_class_init (MageSessionWorkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_session_work_finalize;

  /** MageSessionWork::finished: @job: over, and still known with what it worked on. */
  signals[FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, MAGE_TYPE_JOB);
  /** MageSessionWork::changed: after each job: what is left is another. */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  /** MageSessionWork::unfinished: the list of what was not finished has become another. */
  signals[UNFINISHED] = g_signal_new ("unfinished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 0);
}

static void
mage_session_work_init (MageSessionWork *self)
{
  self->objects = g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);
  self->quiet = g_hash_table_new (NULL, NULL);
}

/** mage_session_work_new: @unfinished: (transfer full): words or names of the trainings that were under way. */
MageSessionWork *
mage_session_work_new (MageWorker *worker, GStrv unfinished)
{
  MageSessionWork *self = g_object_new (MAGE_TYPE_SESSION_WORK, NULL);

  self->worker = g_object_ref (worker);
  self->unfinished = unfinished;
  return self;
}

/** mage_session_work_push: @job: (transfer full): queued; @object: what it works on. */
void
mage_session_work_push (MageSessionWork *self, MageJob *job, gpointer object)
{
  g_hash_table_insert (self->objects, job, g_object_ref (object));
  if (MAGE_IS_TRAINABLE (object))
    forget_unfinished (self, object);
  g_signal_connect_object (job, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
  mage_worker_push (self->worker, job);
}

/** mage_session_work_find: Returns: (transfer none) (nullable): the training of @item, or the fusion, that runs or waits */
MageJob *
mage_session_work_find (MageSessionWork *self, MageTrainable *item)
{
  GListModel *jobs = mage_worker_get_jobs (self->worker);

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (MageJob) job = g_list_model_get_item (jobs, i);

      if ((MAGE_IS_TRAIN_JOB (job) || MAGE_IS_FUSE_JOB (job)) && g_hash_table_lookup (self->objects, job) == (gpointer) item)
        return job;
    }
  return NULL;
}

/** mage_session_work_get_object: Returns: (transfer none) (nullable): what @job works on; NULL for a job of another project */
GObject *
mage_session_work_get_object (MageSessionWork *self, MageJob *job)
{
  return g_hash_table_lookup (self->objects, job);
}

/** mage_session_work_get_objects: Returns: (transfer none): MageJob → what it works on, of all that wait or run */
GHashTable *
mage_session_work_get_objects (MageSessionWork *self)
{
  return self->objects;
}

/** mage_session_work_set_quiet: @quiet: somebody else tells when @job fails. */
void
mage_session_work_set_quiet (MageSessionWork *self, MageJob *job, gboolean quiet)
{
  if (quiet)
    g_hash_table_add (self->quiet, job);
  else
    g_hash_table_remove (self->quiet, job);
}

gboolean
mage_session_work_is_quiet (MageSessionWork *self, MageJob *job)
{
  return g_hash_table_contains (self->quiet, job);
}

/** mage_session_work_is_busy: whether anything runs or waits. */
gboolean
mage_session_work_is_busy (MageSessionWork *self)
{
  GHashTableIter iter;
  gpointer job;

  g_hash_table_iter_init (&iter, self->objects);
  while (g_hash_table_iter_next (&iter, &job, NULL))
    if (!mage_job_is_over (job))
      return TRUE;
  return FALSE;
}

/** mage_session_work_stop: all ends at its next block, and is among the unfinished of the next time. */
void
mage_session_work_stop (MageSessionWork *self)
{
  g_autoptr (GPtrArray) jobs = g_hash_table_get_keys_as_ptr_array (self->objects);

  self->stopping = TRUE;
  for (guint i = jobs->len; i > 0; i--)
    mage_worker_cancel (self->worker, g_ptr_array_index (jobs, i - 1));
}

/** mage_session_work_get_unfinished: Returns: (transfer none): words or names of the trainings that were under way */
const char *const *
mage_session_work_get_unfinished (MageSessionWork *self)
{
  return (const char *const *) self->unfinished;
}

/** mage_session_work_steal_unfinished: Returns: (transfer full): what is forgotten with this */
GStrv
mage_session_work_steal_unfinished (MageSessionWork *self)
{
  GStrv unfinished = g_steal_pointer (&self->unfinished);

  self->unfinished = g_new0 (char *, 1);
  g_signal_emit (self, signals[UNFINISHED], 0);
  return unfinished;
}
