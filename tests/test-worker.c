/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-engine.h"

#include "jobs/mage-worker.h"

/* A job that does what a test tells it: counts, waits at a gate, or fails. */

typedef struct
{
  GMutex lock;
  GCond changed;
  gboolean open;      /* the gate */
  gboolean reached;   /* somebody stands at it */
} Gate;

#define TEST_TYPE_JOB (test_job_get_type ())
G_DECLARE_FINAL_TYPE (TestJob, test_job, TEST, JOB, MageJob)

struct _TestJob
{
  MageJob parent_instance;

  guint n_steps;
  Gate *gate;
  gboolean wait;      /* until it is interrupted */
  gboolean fails;
  gboolean silent;    /* fails without saying why */
  GString *log;
  char name;
  guint finished;
};

G_DEFINE_FINAL_TYPE (TestJob, test_job, MAGE_TYPE_JOB)

static void
pass_gate (Gate *gate)
{
  g_mutex_lock (&gate->lock);
  gate->reached = TRUE;
  g_cond_broadcast (&gate->changed);
  while (!gate->open)
    g_cond_wait (&gate->changed, &gate->lock);
  g_mutex_unlock (&gate->lock);
}

static void
await_at_gate (Gate *gate)
{
  g_mutex_lock (&gate->lock);
  while (!gate->reached)
    g_cond_wait (&gate->changed, &gate->lock);
  g_mutex_unlock (&gate->lock);
}

static void
open_gate (Gate *gate)
{
  g_mutex_lock (&gate->lock);
  gate->open = TRUE;
  g_cond_broadcast (&gate->changed);
  g_mutex_unlock (&gate->lock);
}

static gboolean
test_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  TestJob *self = TEST_JOB (job);

  if (self->log != NULL)
    g_string_append_c (self->log, self->name);
  if (self->gate != NULL)
    pass_gate (self->gate);
  for (guint step = 1; step <= self->n_steps; step++)
    {
      MageTerm term = { "L", 1.0 / step };

      if (!mage_job_check (job, error))
        return FALSE;
      mage_job_report (job, "Counting", step, self->n_steps, &term, 1);
    }
  while (self->wait)
    {
      if (!mage_job_check (job, error))
        return FALSE;
      g_thread_yield ();
    }
  if (self->fails && !self->silent)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "it had to fail");
  return !self->fails;
}

static gboolean
test_job_finish (MageJob *job, GError **error)
{
  TEST_JOB (job)->finished++;
  return TRUE;
}

static void
test_job_class_init (TestJobClass *klass)
{
  MAGE_JOB_CLASS (klass)->run = test_job_run;
  MAGE_JOB_CLASS (klass)->finish = test_job_finish;
}

static void
test_job_init (TestJob *self)
{
}

/* A job that needs something else, and is done at once. */
#define FILE_TYPE_JOB (file_job_get_type ())
G_DECLARE_FINAL_TYPE (FileJob, file_job, FILE, JOB, MageJob)

struct _FileJob
{
  MageJob parent_instance;
};

G_DEFINE_FINAL_TYPE (FileJob, file_job, MAGE_TYPE_JOB)

static gboolean
file_job_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
file_job_class_init (FileJobClass *klass)
{
  MAGE_JOB_CLASS (klass)->run = file_job_run;
  MAGE_JOB_CLASS (klass)->lane = MAGE_LANE_FILES;
}

static void
file_job_init (FileJob *self)
{
}

static TestJob *
job_new (guint n_steps, Gate *gate)
{
  TestJob *self = g_object_new (TEST_TYPE_JOB, NULL);

  self->n_steps = n_steps;
  self->gate = gate;
  return self;
}

static void
await_end (gpointer job)
{
  while (!mage_job_is_over (job))
    g_main_context_iteration (NULL, TRUE);
}

static MageWorker *
worker_new (void)
{
  return mage_worker_new (0, fake_engine_table ());
}

static void
count_cb (GObject *object, GParamSpec *pspec, guint *count)
{
  (*count)++;
}

static void
count_signal_cb (MageJob *job, guint *count)
{
  (*count)++;
}

/* All that happens before the main loop runs again is told once. */
static void
test_coalesced (void)
{
  g_autoptr (MageWorker) worker = worker_new ();
  g_autoptr (TestJob) job = job_new (10000, NULL);
  Gate gate = { 0 };
  g_autoptr (TestJob) next = job_new (1, &gate);
  guint count = 0;
  guint rounds = 0;
  guint n;
  const MageTerm *terms;

  g_signal_connect (job, "notify::step", G_CALLBACK (count_cb), &count);
  g_signal_connect (job, "progressed", G_CALLBACK (count_signal_cb), &rounds);
  mage_worker_push (worker, MAGE_JOB (job));
  mage_worker_push (worker, MAGE_JOB (next));
  /* The next one has begun, so the first has reported everything, and nothing was told yet. */
  await_at_gate (&gate);
  g_assert_cmpuint (count, ==, 0);
  await_end (job);
  g_assert_cmpuint (count, ==, 1);
  /* One for the reports, one for the end. */
  g_assert_cmpuint (rounds, ==, 2);
  g_assert_cmpuint (mage_job_get_step (MAGE_JOB (job)), ==, 10000);
  g_assert_cmpuint (mage_job_get_n_steps (MAGE_JOB (job)), ==, 10000);
  terms = mage_job_get_terms (MAGE_JOB (job), &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpstr (terms[0].name, ==, "L");
  g_assert_cmpfloat (terms[0].value, ==, 1e-4);
  g_assert_cmpuint (mage_series_get_length (mage_job_get_series (MAGE_JOB (job))), ==, 10000);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (job->finished, ==, 1);
  open_gate (&gate);
  await_end (next);
}

static void
test_errors (void)
{
  g_autoptr (MageWorker) worker = worker_new ();
  g_autoptr (TestJob) bad = job_new (1, NULL);
  g_autoptr (TestJob) mute = job_new (1, NULL);
  g_autoptr (TestJob) good = job_new (1, NULL);

  bad->fails = TRUE;
  mute->fails = mute->silent = TRUE;
  mage_worker_push (worker, MAGE_JOB (bad));
  mage_worker_push (worker, MAGE_JOB (mute));
  mage_worker_push (worker, MAGE_JOB (good));
  await_end (good);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (bad)), ==, MAGE_JOB_FAILED);
  g_assert_cmpstr (mage_job_get_error (MAGE_JOB (bad))->message, ==, "it had to fail");
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (mute)), ==, MAGE_JOB_FAILED);
  g_assert_nonnull (mage_job_get_error (MAGE_JOB (mute)));
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (good)), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (g_list_model_get_n_items (mage_worker_get_jobs (worker)), ==, 0);
}

static void
test_cancel (void)
{
  g_autoptr (MageWorker) worker = worker_new ();
  Gate gate = { 0 };
  g_autoptr (TestJob) running = job_new (5, &gate);
  g_autoptr (TestJob) waiting = job_new (5, NULL);
  g_autoptr (TestJob) after = job_new (5, NULL);

  mage_worker_push (worker, MAGE_JOB (running));
  mage_worker_push (worker, MAGE_JOB (waiting));
  mage_worker_push (worker, MAGE_JOB (after));
  await_at_gate (&gate);
  /* Both are acknowledged at once, though the worker stands still. */
  mage_worker_cancel (worker, MAGE_JOB (waiting));
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (waiting)), ==, MAGE_JOB_CANCELLED);
  mage_worker_cancel (worker, MAGE_JOB (running));
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (running)), ==, MAGE_JOB_CANCELLING);
  open_gate (&gate);
  await_end (after);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (running)), ==, MAGE_JOB_CANCELLED);
  g_assert_null (mage_job_get_error (MAGE_JOB (running)));
  g_assert_cmpuint (mage_job_get_step (MAGE_JOB (running)), ==, 0);
  g_assert_cmpuint (mage_job_get_step (MAGE_JOB (waiting)), ==, 0);
  g_assert_cmpuint (running->finished + waiting->finished, ==, 2);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (after)), ==, MAGE_JOB_DONE);
  mage_worker_cancel (worker, MAGE_JOB (after));
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (after)), ==, MAGE_JOB_DONE);
}

static void
test_pause (void)
{
  g_autoptr (MageWorker) worker = worker_new ();
  Gate gate = { 0 };
  g_autoptr (TestJob) job = job_new (5, &gate);
  g_autoptr (TestJob) held = job_new (5, NULL);
  g_autoptr (TestJob) third = job_new (5, NULL);

  mage_worker_push (worker, MAGE_JOB (job));
  mage_worker_push (worker, MAGE_JOB (held));
  mage_worker_push (worker, MAGE_JOB (third));
  await_at_gate (&gate);
  mage_worker_pause (worker, MAGE_JOB (job));
  mage_worker_pause (worker, MAGE_JOB (held));
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_PAUSED);
  open_gate (&gate);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_PAUSED);
  g_assert_cmpuint (mage_job_get_step (MAGE_JOB (job)), ==, 0);
  mage_worker_resume (worker, MAGE_JOB (job));
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_RUNNING);
  /* The one that is held back is overtaken. */
  await_end (third);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_DONE);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (held)), ==, MAGE_JOB_PAUSED);
  mage_worker_resume (worker, MAGE_JOB (held));
  await_end (held);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (held)), ==, MAGE_JOB_DONE);
}

static void
test_cancel_paused (void)
{
  g_autoptr (MageWorker) worker = worker_new ();
  Gate gate = { .open = TRUE };
  g_autoptr (TestJob) job = job_new (0, &gate);

  job->wait = TRUE;
  mage_worker_push (worker, MAGE_JOB (job));
  await_at_gate (&gate);
  mage_worker_pause (worker, MAGE_JOB (job));
  mage_worker_cancel (worker, MAGE_JOB (job));
  await_end (job);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (job)), ==, MAGE_JOB_CANCELLED);
}

static void
test_order (void)
{
  g_autoptr (MageWorker) worker = worker_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  Gate gate = { 0 };
  TestJob *jobs[4];

  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      jobs[i] = job_new (1, i == 0 ? &gate : NULL);
      jobs[i]->log = log;
      jobs[i]->name = (char) ('a' + i);
      mage_worker_push (worker, MAGE_JOB (jobs[i]));
    }
  await_at_gate (&gate);
  mage_worker_move (worker, MAGE_JOB (jobs[3]), 0); /* behind the one that runs */
  mage_worker_move (worker, MAGE_JOB (jobs[1]), 3);
  mage_worker_move (worker, MAGE_JOB (jobs[0]), 3); /* which stays */
  {
    g_autoptr (MageJob) first = g_list_model_get_item (mage_worker_get_jobs (worker), 0);

    g_assert_true (first == MAGE_JOB (jobs[0]));
  }
  open_gate (&gate);
  await_end (jobs[1]);
  g_assert_cmpstr (log->str, ==, "adcb");
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    g_object_unref (jobs[i]);
}

/* The window may close in the middle of everything. */
static void
test_end (void)
{
  MageWorker *worker = worker_new ();
  Gate gate = { .open = TRUE };
  g_autoptr (TestJob) running = job_new (0, &gate);
  g_autoptr (TestJob) waiting = job_new (1, NULL);

  running->wait = TRUE;
  mage_worker_push (worker, MAGE_JOB (running));
  mage_worker_push (worker, MAGE_JOB (waiting));
  await_at_gate (&gate);
  g_object_add_weak_pointer (G_OBJECT (worker), (gpointer *) &worker);
  g_object_unref (worker);
  g_assert_null (worker);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (running)), ==, MAGE_JOB_CANCELLED);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (waiting)), ==, MAGE_JOB_CANCELLED);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (running->finished, ==, 1);
  g_assert_cmpuint (waiting->finished, ==, 1);
}

/* A short job is done while the queue's first one stands at its gate; it is not of the queue, and can be stopped. */
static void
test_assist (void)
{
  g_autoptr (MageWorker) worker = worker_new ();
  Gate gate = { 0 }, begun = { .open = TRUE };
  g_autoptr (TestJob) slow = job_new (3, &gate), quick = job_new (2, NULL), endless = job_new (0, &begun), never = job_new (1, NULL);

  endless->wait = TRUE;
  mage_worker_push (worker, MAGE_JOB (slow));
  await_at_gate (&gate);
  mage_worker_assist (worker, MAGE_JOB (quick));
  await_end (quick);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (quick)), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (quick->finished, ==, 1);
  g_assert_false (mage_job_is_over (MAGE_JOB (slow)));
  g_assert_cmpuint (g_list_model_get_n_items (mage_worker_get_jobs (worker)), ==, 1);

  mage_worker_assist (worker, MAGE_JOB (endless));
  mage_worker_assist (worker, MAGE_JOB (never));
  await_at_gate (&begun); /* paused before that, it would let the next one go first */
  mage_worker_pause (worker, MAGE_JOB (endless));
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (endless)), ==, MAGE_JOB_PAUSED);
  mage_worker_resume (worker, MAGE_JOB (endless));
  mage_worker_cancel (worker, MAGE_JOB (never));
  mage_worker_cancel (worker, MAGE_JOB (endless));
  await_end (endless);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (endless)), ==, MAGE_JOB_CANCELLED);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (never)), ==, MAGE_JOB_CANCELLED);
  open_gate (&gate);
  await_end (slow);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (slow)), ==, MAGE_JOB_DONE);

  /* What it is at when the worker goes counts as cancelled. */
  g_clear_object (&endless);
  endless = job_new (0, NULL);
  endless->wait = TRUE;
  mage_worker_assist (worker, MAGE_JOB (endless));
  g_clear_object (&worker);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (endless)), ==, MAGE_JOB_CANCELLED);
}

/* What needs nothing that the first one needs does not wait for it; what needs the same does, and can say for what. */
static void
test_lanes (void)
{
  g_autoptr (MageWorker) worker = worker_new ();
  Gate gate = { 0 };
  g_autoptr (TestJob) slow = job_new (3, &gate), same = job_new (2, NULL);
  g_autoptr (FileJob) other = g_object_new (FILE_TYPE_JOB, NULL);

  mage_worker_assist (worker, MAGE_JOB (slow));
  mage_worker_assist (worker, MAGE_JOB (same));
  mage_worker_assist (worker, MAGE_JOB (other));
  g_assert_true (mage_worker_find_before (worker, MAGE_JOB (same)) == MAGE_JOB (slow));
  g_assert_null (mage_worker_find_before (worker, MAGE_JOB (other)));
  await_end (other);
  g_assert_false (mage_job_is_over (MAGE_JOB (slow)));
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (same)), ==, MAGE_JOB_QUEUED);
  open_gate (&gate);
  await_end (same);
  g_assert_null (mage_worker_find_before (worker, MAGE_JOB (same)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/worker/assist", test_assist);
  g_test_add_func ("/worker/lanes", test_lanes);
  g_test_add_func ("/worker/coalesced", test_coalesced);
  g_test_add_func ("/worker/errors", test_errors);
  g_test_add_func ("/worker/cancel", test_cancel);
  g_test_add_func ("/worker/pause", test_pause);
  g_test_add_func ("/worker/cancel-paused", test_cancel_paused);
  g_test_add_func ("/worker/order", test_order);
  g_test_add_func ("/worker/end", test_end);
  return g_test_run ();
}
