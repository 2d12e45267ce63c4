/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-session-work.h"

#include "jobs/mage-export-job.h"
#include "jobs/mage-fuse-job.h"
#include "jobs/mage-train-job.h"
#include "jobs/mage-waiting-job.h"
#include "project/mage-json.h"
#include "ui/mage-job-log.h"
#include "ui/mage-job-record.h"
#include "ui/mage-work-order.h"

/*
 * The work of an open project: its jobs that wait or run, what each works on, and which trainings and videos
 * were under way when the project was closed.
 */

/* Of what is over; nobody reads farther back. */
#define MOST_RECORDS 50

struct _MageSessionWork
{
  GObject parent_instance;

  MageWorker *worker;
  GHashTable *objects; /* MageJob → what it works on */
  GHashTable *quiet;   /* MageJob whose failure somebody else tells */
  GHashTable *orders;  /* MageJob → the MageWaitingJob that it was before */
  GListStore *held;    /* what failed, and what waits because of that */
  GListStore *over;    /* of MageJobRecord, the latest first */
  MageJob *pushing;    /* what fails before it is queued is told, and no more */
  GStrv unfinished;    /* words, or names of what has none */
  JsonObject *settings; /* of those that are unfinished, by the same words: what is not as the project has it */
  GPtrArray *videos;   /* JsonObject: unfinished ones, as they were written down */
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

/* The place in the queue that a job had, or is; NULL for what cannot be tried again. */
static MageWaitingJob *
get_order (MageSessionWork *self, MageJob *job)
{
  return MAGE_IS_WAITING_JOB (job) ? MAGE_WAITING_JOB (job) : g_hash_table_lookup (self->orders, job);
}

static void
forget (MageSessionWork *self, MageJob *job)
{
  g_hash_table_remove (self->orders, job);
  g_hash_table_remove (self->objects, job);
}

/* The log of a training lies with its run. */
static void
keep_log (MageSessionWork *self, MageJob *job)
{
  GObject *object = g_hash_table_lookup (self->objects, job);
  MageRun *run = MAGE_IS_TRAINABLE (object) && !MAGE_IS_WAITING_JOB (job) ? mage_trainable_get_run (MAGE_TRAINABLE (object)) : NULL;
  g_autofree char *path = run != NULL ? mage_run_dup_path (run, MAGE_JOB_LOG_FILE) : NULL;
  g_autoptr (GError) error = NULL;

  if (path != NULL && !mage_job_log_append_to_file (job, path, &error))
    g_info ("The log was not kept: %s", error->message);
}

/* A place in the queue that became a job has nothing to tell of itself. */
static void
keep_record (MageSessionWork *self, MageJob *job)
{
  g_autoptr (MageJobRecord) record = NULL;

  if (MAGE_IS_WAITING_JOB (job) && mage_waiting_job_get_job (MAGE_WAITING_JOB (job)) != job)
    return;
  record = mage_job_record_new (job, g_hash_table_lookup (self->objects, job));
  g_list_store_insert (self->over, 0, record);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->over)) > MOST_RECORDS)
    g_list_store_remove (self->over, MOST_RECORDS);
}

/* While the project closes, what was stopped stays in the list of the unfinished. */
static void
finished_cb (MageSessionWork *self, MageJob *job)
{
  gboolean failed = mage_job_get_state (job) == MAGE_JOB_FAILED;
  gboolean quiet = mage_session_work_is_quiet (self, job);

  if (!quiet) /* somebody else tells of it */
    keep_log (self, job);
  g_signal_emit (self, signals[FINISHED], 0, job);
  g_hash_table_remove (self->quiet, job);
  if (failed && !self->stopping && job != self->pushing && get_order (self, job) != NULL)
    g_list_store_append (self->held, job);
  else if (!quiet)
    keep_record (self, job);
  if (!g_list_store_find (self->held, job, NULL) && (mage_job_get_state (job) != MAGE_JOB_CANCELLED || !self->stopping))
    forget (self, job);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
held_cb (MageSessionWork *self, MageJob *job)
{
  g_list_store_append (self->held, job);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Its turn has come; another attempt is queued by whoever asks for it. */
static void
became_cb (MageSessionWork *self, MageJob *job, MageWaitingJob *order)
{
  GObject *object = g_hash_table_lookup (self->objects, order);

  if (object == NULL || MAGE_IS_WAITING_JOB (job))
    return;
  g_hash_table_insert (self->orders, job, g_object_ref (order));
  g_hash_table_insert (self->objects, g_object_ref (job), g_object_ref (object));
  g_hash_table_remove (self->objects, order);
  mage_job_log_attach (job);
  g_signal_connect_object (job, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
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
  g_hash_table_unref (self->orders);
  g_object_unref (self->held);
  g_object_unref (self->over);
  g_strfreev (self->unfinished);
  json_object_unref (self->settings);
  g_ptr_array_unref (self->videos);
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
  self->orders = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->held = g_list_store_new (MAGE_TYPE_JOB);
  self->over = g_list_store_new (MAGE_TYPE_JOB_RECORD);
}

/**
 * mage_session_work_new:
 * @unfinished: (transfer full): words or names of the trainings that were under way
 * @settings: (transfer full): those of their own, by the same words
 * @videos: (transfer full) (element-type JsonObject): that were asked for and not made
 */
MageSessionWork *
mage_session_work_new (MageWorker *worker, GStrv unfinished, JsonObject *settings, GPtrArray *videos)
{
  MageSessionWork *self = g_object_new (MAGE_TYPE_SESSION_WORK, NULL);

  self->worker = g_object_ref (worker);
  self->unfinished = unfinished;
  self->settings = settings;
  self->videos = videos;
  return self;
}

static void
take_job (MageSessionWork *self, MageJob *job, gpointer object)
{
  g_hash_table_insert (self->objects, job, g_object_ref (object));
  if (MAGE_IS_TRAINABLE (object))
    forget_unfinished (self, object);
  g_object_set_data_full (G_OBJECT (job), "mage-object", g_object_ref (object), g_object_unref);
  g_signal_connect_object (job, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
  mage_job_log_attach (job);
  if (MAGE_IS_WAITING_JOB (job))
    {
      g_signal_connect_object (job, "became", G_CALLBACK (became_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (job, "held", G_CALLBACK (held_cb), self, G_CONNECT_SWAPPED);
    }
}

/** mage_session_work_assist: @job: (transfer full): done beside the queue, see mage_worker_assist(); @object: what it works on. */
void
mage_session_work_assist (MageSessionWork *self, MageJob *job, gpointer object)
{
  take_job (self, job, object);
  mage_worker_assist (self->worker, job);
}

/** mage_session_work_push: @job: (transfer full): queued; @object: what it works on. */
void
mage_session_work_push (MageSessionWork *self, MageJob *job, gpointer object)
{
  take_job (self, job, object);
  self->pushing = job;
  mage_worker_push (self->worker, job);
  self->pushing = NULL;
}

/** mage_session_work_is_training: whether @job trains something, or will. */
gboolean
mage_session_work_is_training (MageJob *job)
{
  return MAGE_IS_TRAIN_JOB (job) || MAGE_IS_FUSE_JOB (job) || MAGE_IS_WAITING_JOB (job);
}

/** mage_session_work_find: Returns: (transfer none) (nullable): the training of @item, or the fusion, that runs or waits */
MageJob *
mage_session_work_find (MageSessionWork *self, MageTrainable *item)
{
  GListModel *jobs = mage_worker_get_jobs (self->worker);

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (MageJob) job = g_list_model_get_item (jobs, i);

      if (mage_session_work_is_training (job) && g_hash_table_lookup (self->objects, job) == (gpointer) item)
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
    if (!mage_job_is_over (job) && !g_list_store_find (self->held, job, NULL))
      return TRUE;
  return FALSE;
}

/* --- what did not come to a good end --- */

/** mage_session_work_get_held: Returns: (transfer none): jobs that failed, and those that wait because of that */
GListModel *
mage_session_work_get_held (MageSessionWork *self)
{
  return G_LIST_MODEL (self->held);
}

/** mage_session_work_get_over: Returns: (transfer none) (element-type MageJobRecord): what is over, the latest first */
GListModel *
mage_session_work_get_over (MageSessionWork *self)
{
  return G_LIST_MODEL (self->over);
}

/** mage_session_work_find_order: Returns: (transfer none) (nullable): the place in the queue of @item's training, for others to wait for */
MageWaitingJob *
mage_session_work_find_order (MageSessionWork *self, MageTrainable *item)
{
  MageJob *job = mage_session_work_find (self, item);

  return job != NULL ? get_order (self, job) : NULL;
}

static void
drop_held (MageSessionWork *self, MageJob *job)
{
  guint position;

  if (!g_list_store_find (self->held, job, &position))
    return;
  if (mage_job_is_over (job))
    keep_record (self, job);
  g_list_store_remove (self->held, position);
}

/* What waited for something that is under way again joins the queue behind it. */
static void
release (MageSessionWork *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->held));)
    {
      g_autoptr (MageJob) job = g_list_model_get_item (G_LIST_MODEL (self->held), i);

      if (MAGE_IS_WAITING_JOB (job) && !mage_job_is_over (job)
          && mage_waiting_job_check (MAGE_WAITING_JOB (job), NULL) != MAGE_WAITING_BLOCKED)
        {
          g_list_store_remove (self->held, i);
          mage_worker_push (self->worker, job);
          i = 0;
        }
      else
        i++;
    }
}

static void
try_again (MageSessionWork *self, MageWaitingJob *order)
{
  g_autoptr (MageJob) job = g_object_ref (mage_waiting_job_get_job (order));
  g_autoptr (GObject) object = g_object_ref (g_object_get_data (G_OBJECT (order), "mage-object"));
  MageWaitingJob *again = mage_waiting_job_new_again (order);

  drop_held (self, job);
  forget (self, job);
  mage_session_work_push (self, MAGE_JOB (again), object);
}

/* What @order needs and does not come by itself is tried again before it. */
static void
mend_needs (MageSessionWork *self, MageWaitingJob *order)
{
  GPtrArray *needs = mage_waiting_job_get_needs (order);

  for (guint i = 0; i < needs->len; i++)
    {
      MageWaitingJob *need = g_ptr_array_index (needs, i);
      MageJob *job = mage_waiting_job_get_job (need);

      if (mage_job_get_state (job) == MAGE_JOB_DONE)
        continue;
      if (mage_job_is_over (job))
        try_again (self, need);
      else if (MAGE_IS_WAITING_JOB (job))
        mend_needs (self, MAGE_WAITING_JOB (job));
    }
}

/** mage_session_work_retry: @job: one that is held: it, or what holds it back, is tried again, and what waits for that goes on. */
void
mage_session_work_retry (MageSessionWork *self, MageJob *job)
{
  g_autoptr (MageJob) kept = g_object_ref (job);
  MageWaitingJob *order = get_order (self, job);

  g_return_if_fail (order != NULL);

  if (mage_job_is_over (job))
    try_again (self, order);
  else
    mend_needs (self, order);
  release (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/** mage_session_work_dismiss: forgets a job that is held; does nothing for another. */
void
mage_session_work_dismiss (MageSessionWork *self, MageJob *job)
{
  g_autoptr (MageJob) kept = g_object_ref (job);

  if (!g_list_store_find (self->held, job, NULL))
    return;
  drop_held (self, job);
  forget (self, job);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
cancel_all (MageSessionWork *self, gboolean exports)
{
  g_autoptr (GPtrArray) jobs = g_hash_table_get_keys_as_ptr_array (self->objects);

  /* What is stopped may be forgotten, and others with it. */
  g_ptr_array_set_free_func (jobs, g_object_unref);
  for (guint i = 0; i < jobs->len; i++)
    g_object_ref (g_ptr_array_index (jobs, i));
  for (guint i = jobs->len; i > 0; i--)
    if (MAGE_IS_EXPORT_JOB (g_ptr_array_index (jobs, i - 1)) == exports)
      mage_worker_cancel (self->worker, g_ptr_array_index (jobs, i - 1));
}

/** mage_session_work_stop: all ends at its next block, and is among the unfinished of the next time; but files are written to their end. */
void
mage_session_work_stop (MageSessionWork *self)
{
  self->stopping = TRUE;
  cancel_all (self, FALSE);
}

/** mage_session_work_stop_exports: no file is written to its end any more. */
void
mage_session_work_stop_exports (MageSessionWork *self)
{
  cancel_all (self, TRUE);
}

/** mage_session_work_find_export: Returns: (transfer none) (nullable): a file that is being written, or waits for that */
MageJob *
mage_session_work_find_export (MageSessionWork *self)
{
  GHashTableIter iter;
  gpointer job;

  g_hash_table_iter_init (&iter, self->objects);
  while (g_hash_table_iter_next (&iter, &job, NULL))
    if (MAGE_IS_EXPORT_JOB (job) && mage_job_get_state (job) < MAGE_JOB_CANCELLING)
      return job;
  return NULL;
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

/* --- settings of their own --- */

/**
 * mage_session_work_list_settings:
 *
 * Returns: (transfer full): of the trainings that wait or run, and of those of the last time that nobody took up again: what each has
 *   otherwise than the project, by its word or name
 */
JsonObject *
mage_session_work_list_settings (MageSessionWork *self, MageProject *project)
{
  JsonObject *settings = json_object_new ();
  GHashTableIter iter;
  gpointer job;
  gpointer item;

  for (guint i = 0; self->unfinished[i] != NULL; i++)
    if (mage_json_get_object (self->settings, self->unfinished[i]) != NULL)
      json_object_set_object_member (settings, self->unfinished[i],
                                     json_object_ref (mage_json_get_object (self->settings, self->unfinished[i])));
  g_hash_table_iter_init (&iter, self->objects);
  while (g_hash_table_iter_next (&iter, &job, &item))
    {
      const char *token = MAGE_IS_TRAINABLE (item) ? mage_trainable_get_token (item) : NULL;
      const char *id = token != NULL || !MAGE_IS_TRAINABLE (item) ? token : mage_trainable_get_name (item);
      MageWaitingJob *order = get_order (self, job);
      gboolean ours = id != NULL && (mage_project_find (project, id) == item || item == (gpointer) mage_project_get_fusion (project));
      JsonObject *own = ours && order != NULL ? mage_work_order_write_own (order) : NULL;

      if (own != NULL)
        json_object_set_object_member (settings, id, own);
    }
  return settings;
}

/* --- videos --- */

static int
compare_asked (gconstpointer a, gconstpointer b)
{
  gint64 first = mage_json_get_int (*(JsonObject *const *) a, "asked", 0);
  gint64 second = mage_json_get_int (*(JsonObject *const *) b, "asked", 0);

  return (first > second) - (first < second);
}

/**
 * mage_session_work_list_videos:
 *
 * Returns: (transfer full) (element-type JsonObject): the videos that wait or are made, and those of the last time that nobody took up
 *   again, in the order in which they were asked for; see mage_work_order_write()
 */
GPtrArray *
mage_session_work_list_videos (MageSessionWork *self, MageProject *project)
{
  GPtrArray *videos = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  GHashTableIter iter;
  gpointer job;

  for (guint i = 0; i < self->videos->len; i++)
    g_ptr_array_add (videos, json_object_ref (g_ptr_array_index (self->videos, i)));
  g_hash_table_iter_init (&iter, self->objects);
  while (g_hash_table_iter_next (&iter, &job, NULL))
    {
      MageWaitingJob *order = get_order (self, job);
      JsonObject *written = order != NULL ? mage_work_order_write (order, project) : NULL;

      if (written != NULL)
        g_ptr_array_add (videos, written);
    }
  g_ptr_array_sort (videos, compare_asked);
  return videos;
}

/** mage_session_work_count_unfinished_videos: how many were asked for the last time, and not made. */
guint
mage_session_work_count_unfinished_videos (MageSessionWork *self)
{
  return self->videos->len;
}

/** mage_session_work_steal_unfinished_videos: Returns: (transfer full) (element-type JsonObject): what is forgotten with this */
GPtrArray *
mage_session_work_steal_unfinished_videos (MageSessionWork *self)
{
  GPtrArray *videos = g_steal_pointer (&self->videos);

  self->videos = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_signal_emit (self, signals[UNFINISHED], 0);
  return videos;
}
