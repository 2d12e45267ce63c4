/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gettid () */
#define _GNU_SOURCE

#define G_LOG_DOMAIN "mage"

#include "jobs/mage-worker.h"

#include "jobs/mage-engine.h"
#include "jobs/mage-job-private.h"
#include "jobs/mage-waiting-job.h"

#include <sys/resource.h>
#include <unistd.h>

/*
 * The backend thread, which owns the engine, and its queue. Short jobs that a person waits for go to others of
 * its kind, the assistants, one a lane, which are made when they are first needed: each has a thread and an engine of its own, so that
 * they begin at once while a training runs for hours, and change nothing about it.
 *
 * The list of jobs belongs to the main thread; after every change of it the thread's own queue is made anew under the
 * lock. What the thread has taken is in `taken` until the main thread has heard of its end, so no job runs twice.
 *
 * A MageWaitingJob is only a place in the list: when nothing comes before it, and what it needs is done, the job that it
 * stands for is made and takes that place.
 */

/* Letters from the thread to the main thread outlive the worker; then they reach nobody. */
typedef struct
{
  MageWorker *worker;
} Mailbox;

struct _MageWorker
{
  GObject parent_instance;

  /* main */
  GListStore *jobs;
  MageWorker *assistants[MAGE_N_LANES]; /* each NULL until it is needed */
  gboolean beginning;                   /* the list changes under begin_waiting () */

  /* set once */
  GMainContext *context;
  GThread *thread;
  Mailbox *mailbox;
  int nice;
  const EngineTable *table;

  /* shared */
  GMutex lock;
  GCond changed;
  GQueue queue;
  GHashTable *taken;
  gboolean quit;
};

G_DEFINE_FINAL_TYPE (MageWorker, mage_worker, G_TYPE_OBJECT)

/* A job's beginning or end, told to the main thread. */
typedef struct
{
  Mailbox *mailbox;
  MageJob *job;
  GError *error;
  gboolean ended;
} Letter;

static void
letter_free (gpointer data)
{
  Letter *letter = data;

  g_atomic_rc_box_release (letter->mailbox);
  g_clear_object (&letter->job);
  g_clear_error (&letter->error);
  g_free (letter);
}

static void sync_queue (MageWorker *self);

static gboolean
letter_cb (gpointer data)
{
  Letter *letter = data;
  g_autoptr (MageWorker) self = letter->mailbox->worker != NULL ? g_object_ref (letter->mailbox->worker) : NULL;
  guint position;

  if (self == NULL)
    return G_SOURCE_REMOVE;
  if (!letter->ended)
    {
      mage_job_start (letter->job);
      return G_SOURCE_REMOVE;
    }
  if (g_list_store_find (self->jobs, letter->job, &position))
    g_list_store_remove (self->jobs, position);
  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->taken, letter->job);
  g_mutex_unlock (&self->lock);
  mage_job_end (letter->job, g_steal_pointer (&letter->error));
  if (self->thread != NULL)
    sync_queue (self);
  return G_SOURCE_REMOVE;
}

/* Takes job and error: the main thread lets go of a job last, and so of the project's objects that it holds. */
static void
post (MageWorker *self, MageJob *job, gboolean ended, GError *error)
{
  Letter *letter = g_new0 (Letter, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  letter->mailbox = g_atomic_rc_box_acquire (self->mailbox);
  letter->job = job;
  letter->error = error;
  letter->ended = ended;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, letter_cb, letter, letter_free);
  g_source_attach (source, self->context);
}

/* --- the thread --- */

/* Returns: (transfer full) (nullable): the next job; NULL at the end */
static MageJob *
take_job (MageWorker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  MageJob *job;

  while (!self->quit && g_queue_is_empty (&self->queue))
    g_cond_wait (&self->changed, &self->lock);
  if (self->quit)
    return NULL;
  job = g_queue_pop_head (&self->queue);
  g_hash_table_add (self->taken, g_object_ref (job));
  return job;
}

/* Threads that the engine starts later inherit the value. */
static void
be_nice (int nice)
{
  int now = getpriority (PRIO_PROCESS, gettid ());

  if (nice > now && setpriority (PRIO_PROCESS, gettid (), nice) != 0)
    g_info ("The backend thread keeps its priority");
}

static gpointer
thread_func (gpointer data)
{
  MageWorker *self = data;
  MageEngine *engine = mage_engine_new (self->table);
  MageJob *job;

  be_nice (self->nice);
  while ((job = take_job (self)) != NULL)
    {
      GError *error = NULL;

      post (self, g_object_ref (job), FALSE, NULL);
      if (!mage_job_run (job, engine, &error) && error == NULL)
        error = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "“%s” failed without saying why", mage_job_get_title (job));
      if (mage_job_wants_unload (job))
        mage_engine_unload (engine);
      post (self, job, TRUE, error);
    }
  mage_engine_free (engine);
  return NULL;
}

/* --- main thread --- */

static gboolean
is_taken (MageWorker *self, MageJob *job)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_hash_table_contains (self->taken, job);
}

/* What needs something that ended otherwise leaves the list, the last first. */
static void
let_go_of_blocked (MageWorker *self)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->jobs)); i > 0; i--)
    {
      g_autoptr (MageJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), i - 1);

      if (!MAGE_IS_WAITING_JOB (job) || mage_waiting_job_check (MAGE_WAITING_JOB (job), NULL) != MAGE_WAITING_BLOCKED)
        continue;
      g_list_store_remove (self->jobs, i - 1);
      mage_waiting_job_hold (MAGE_WAITING_JOB (job));
    }
}

static void
begin_job (MageWorker *self, guint position, MageWaitingJob *waiting)
{
  g_autoptr (MageJob) job = NULL;
  GError *error = NULL;

  if (mage_waiting_job_begin (waiting, &job, &error) && job != NULL)
    {
      g_list_store_splice (self->jobs, position, 1, (gpointer *) &job, 1);
      return;
    }
  g_list_store_remove (self->jobs, position);
  mage_job_end (MAGE_JOB (waiting), error);
}

/* The position of the first waiting job whose turn has come; -1: something else comes first, or none is ready. */
static int
find_ready (MageWorker *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->jobs)); i++)
    {
      g_autoptr (MageJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), i);
      gboolean queued = mage_job_get_state (job) == MAGE_JOB_QUEUED;

      if (is_taken (self, job) || (queued && !MAGE_IS_WAITING_JOB (job)))
        return -1;
      if (queued && mage_waiting_job_check (MAGE_WAITING_JOB (job), NULL) == MAGE_WAITING_READY)
        return (int) i;
    }
  return -1;
}

static void
begin_waiting (MageWorker *self)
{
  int position;

  if (self->beginning)
    return;
  self->beginning = TRUE;
  let_go_of_blocked (self);
  while ((position = find_ready (self)) >= 0)
    {
      g_autoptr (MageWaitingJob) waiting = g_list_model_get_item (G_LIST_MODEL (self->jobs), (guint) position);

      begin_job (self, (guint) position, waiting);
      let_go_of_blocked (self);
    }
  self->beginning = FALSE;
}

static void
fill_queue (MageWorker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_queue_clear_full (&self->queue, g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->jobs)); i++)
    {
      g_autoptr (MageJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), i);

      if (mage_job_get_state (job) == MAGE_JOB_QUEUED && !MAGE_IS_WAITING_JOB (job)
          && !g_hash_table_contains (self->taken, job))
        g_queue_push_tail (&self->queue, g_object_ref (job));
    }
  g_cond_signal (&self->changed);
}

static void
sync_queue (MageWorker *self)
{
  begin_waiting (self);
  fill_queue (self);
}

/* The thread ends at its next block; what it was at counts as cancelled. */
static void
stop_thread (MageWorker *self)
{
  g_mutex_lock (&self->lock);
  self->quit = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->jobs)); i++)
    {
      g_autoptr (MageJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), i);

      mage_job_request_cancel (job);
    }
  g_thread_join (g_steal_pointer (&self->thread));
}

static void
mage_worker_dispose (GObject *object)
{
  MageWorker *self = MAGE_WORKER (object);

  for (guint i = 0; i < MAGE_N_LANES; i++)
    g_clear_object (&self->assistants[i]);
  if (self->thread != NULL)
    stop_thread (self);
  while (self->jobs != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->jobs)) > 0)
    {
      g_autoptr (MageJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), 0);

      g_list_store_remove (self->jobs, 0);
      mage_job_end (job, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The worker ended"));
    }
  if (self->mailbox != NULL)
    {
      self->mailbox->worker = NULL;
      g_clear_pointer (&self->mailbox, g_atomic_rc_box_release);
    }
  G_OBJECT_CLASS (mage_worker_parent_class)->dispose (object);
}

static void
mage_worker_finalize (GObject *object)
{
  MageWorker *self = MAGE_WORKER (object);

  g_queue_clear_full (&self->queue, g_object_unref);
  g_clear_pointer (&self->taken, g_hash_table_unref);
  g_clear_object (&self->jobs);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  G_OBJECT_CLASS (mage_worker_parent_class)->finalize (object);
}

static void
mage_worker_class_init (MageWorkerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_worker_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_worker_finalize;
}

static void
mage_worker_init (MageWorker *self)
{
  self->jobs = g_list_store_new (MAGE_TYPE_JOB);
  self->context = g_main_context_ref_thread_default ();
  self->mailbox = g_atomic_rc_box_new0 (Mailbox);
  self->mailbox->worker = self;
  self->taken = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->queue);
}

/**
 * mage_worker_new:
 * @nice: of the thread: MAGE_WORKER_NICE under a window, 0 for a lone command
 * @table: (nullable): the engine; NULL opens its library when it is first needed
 *
 * The caller's thread-default main context is the one that hears of everything.
 */
MageWorker *
mage_worker_new (int nice, const EngineTable *table)
{
  MageWorker *self = g_object_new (MAGE_TYPE_WORKER, NULL);

  self->nice = nice;
  self->table = table;
  self->thread = g_thread_new ("mage-worker", thread_func, self);
  return self;
}

/** mage_worker_push: queues a new job. */
void
mage_worker_push (MageWorker *self, MageJob *job)
{
  g_return_if_fail (mage_job_get_state (job) == MAGE_JOB_QUEUED);
  g_return_if_fail (!g_list_store_find (self->jobs, job, NULL));

  g_list_store_append (self->jobs, job);
  sync_queue (self);
}

/**
 * mage_worker_assist:
 * @job: a short one, such as a #MageSegmentJob, or one that needs no network
 *
 * Runs a new job beside the queue: at once, after other jobs of its #MageJobLane given to this function. It is not among
 * mage_worker_get_jobs(); mage_worker_cancel() and the like work as with any.
 */
void
mage_worker_assist (MageWorker *self, MageJob *job)
{
  MageWorker **assistant = &self->assistants[MAGE_JOB_GET_CLASS (job)->lane];

  if (*assistant == NULL)
    *assistant = mage_worker_new (MIN (self->nice, MAGE_ASSISTANT_NICE), self->table);
  mage_worker_push (*assistant, job);
}

/* Who has the job. */
static MageWorker *
find_worker (MageWorker *self, MageJob *job)
{
  MageWorker *assistant = self->assistants[MAGE_JOB_GET_CLASS (job)->lane];
  gboolean assists = assistant != NULL && g_list_store_find (assistant->jobs, job, NULL);

  return assists ? assistant : self;
}

/** mage_worker_find_before: Returns: (transfer none) (nullable): what is done next before @job; NULL where its turn has come */
MageJob *
mage_worker_find_before (MageWorker *self, MageJob *job)
{
  g_autoptr (MageJob) before = NULL;
  guint position;

  self = find_worker (self, job);
  if (g_list_store_find (self->jobs, job, &position) && position > 0)
    before = g_list_model_get_item (G_LIST_MODEL (self->jobs), position - 1);
  return before;
}

/** mage_worker_pause: acknowledged at once; work stops at the next block. A waiting job is held back. */
void
mage_worker_pause (MageWorker *self, MageJob *job)
{
  if (mage_job_get_state (job) > MAGE_JOB_RUNNING)
    return;
  self = find_worker (self, job);
  mage_job_set_paused (job, TRUE);
  mage_job_set_state (job, MAGE_JOB_PAUSED);
  sync_queue (self);
}

/** mage_worker_resume: goes on with what was paused. */
void
mage_worker_resume (MageWorker *self, MageJob *job)
{
  if (mage_job_get_state (job) != MAGE_JOB_PAUSED)
    return;
  self = find_worker (self, job);
  mage_job_set_state (job, is_taken (self, job) ? MAGE_JOB_RUNNING : MAGE_JOB_QUEUED);
  mage_job_set_paused (job, FALSE);
  sync_queue (self);
}

/** mage_worker_cancel: acknowledged at once; a waiting job is over, a running one ends at its next block. */
void
mage_worker_cancel (MageWorker *self, MageJob *job)
{
  g_autoptr (MageJob) kept = g_object_ref (job);
  guint position;
  gboolean waiting;

  self = find_worker (self, job);
  if (mage_job_is_over (job) || !g_list_store_find (self->jobs, job, &position))
    return;
  g_mutex_lock (&self->lock);
  waiting = !g_hash_table_contains (self->taken, job);
  if (waiting && g_queue_remove (&self->queue, job))
    g_object_unref (job);
  g_mutex_unlock (&self->lock);

  mage_job_request_cancel (job);
  if (waiting)
    {
      g_list_store_remove (self->jobs, position);
      mage_job_end (job, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "It was stopped before it began"));
      sync_queue (self);
    }
  else
    mage_job_set_state (job, MAGE_JOB_CANCELLING);
}

/** mage_worker_unload: cancels @job, which keeps what it has, and lets go of the model, so that its memory is free. */
void
mage_worker_unload (MageWorker *self, MageJob *job)
{
  mage_job_request_unload (job);
  mage_worker_cancel (self, job);
}

/*
 * The first and the last place that @job can have in the list: what runs stays the first, what it needs comes before it, and what needs
 * it after it. Where the list has it otherwise already, what it needs counts.
 */
static void
find_limits (MageWorker *self, MageJob *job, guint *first, MageJob **before, guint *last, MageJob **after)
{
  guint place = 0; /* of those that are not @job */

  *first = 0;
  *last = g_list_model_get_n_items (G_LIST_MODEL (self->jobs)) - 1;
  *before = *after = NULL;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->jobs)); i++)
    {
      g_autoptr (MageJob) other = g_list_model_get_item (G_LIST_MODEL (self->jobs), i);

      if (other == job)
        continue;
      place++;
      if (is_taken (self, other) || (MAGE_IS_WAITING_JOB (job) && mage_waiting_job_needs (MAGE_WAITING_JOB (job), other)))
        {
          *first = place;
          *before = other;
        }
      else if (*after == NULL && MAGE_IS_WAITING_JOB (other) && mage_waiting_job_needs (MAGE_WAITING_JOB (other), job))
        {
          *last = place - 1;
          *after = other;
        }
    }
  *last = MAX (*last, *first);
}

/**
 * mage_worker_move:
 * @position: in the list of jobs; what runs stays the first, and nothing goes before what it needs
 *
 * Returns: (transfer none) (nullable): what kept it from going all the way: it needs that, or is needed by it, or that runs
 */
MageJob *
mage_worker_move (MageWorker *self, MageJob *job, guint position)
{
  g_autoptr (MageJob) kept = g_object_ref (job);
  MageJob *before, *after, *cause;
  guint now, first, last;

  if (!g_list_store_find (self->jobs, job, &now) || is_taken (self, job))
    return NULL;
  position = MIN (position, g_list_model_get_n_items (G_LIST_MODEL (self->jobs)) - 1);
  find_limits (self, job, &first, &before, &last, &after);
  cause = position < first ? before : position > last ? after : NULL;
  position = CLAMP (position, first, last);
  if (position == now)
    return cause;
  g_list_store_remove (self->jobs, now);
  g_list_store_insert (self->jobs, position, job);
  sync_queue (self);
  return cause;
}

/** mage_worker_get_jobs: Returns: (transfer none): what runs and waits, in order; over means gone */
GListModel *
mage_worker_get_jobs (MageWorker *self)
{
  return G_LIST_MODEL (self->jobs);
}
