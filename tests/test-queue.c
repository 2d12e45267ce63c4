/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fake-engine.h"

#include "jobs/mage-job-private.h"
#include "jobs/mage-waiting-job.h"
#include "jobs/mage-worker.h"

#include <string.h>

/* Jobs that need one another: what is made when, and what waits when something fails. */

#define TEST_TYPE_TASK (test_task_get_type ())
G_DECLARE_FINAL_TYPE (TestTask, test_task, TEST, TASK, MageJob)

struct _TestTask
{
  MageJob parent_instance;

  GString *log;
  char name;
  gboolean fails;
  gboolean endless;
};

G_DEFINE_FINAL_TYPE (TestTask, test_task, MAGE_TYPE_JOB)

static gboolean
test_task_run (MageJob *job, MageEngine *engine, GCancellable *cancellable, GError **error)
{
  TestTask *self = TEST_TASK (job);

  g_string_append_c (self->log, self->name);
  while (self->endless)
    {
      if (!mage_job_check (job, error))
        return FALSE;
      g_thread_yield ();
    }
  if (self->fails)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "it had to fail");
  return !self->fails;
}

static void
test_task_class_init (TestTaskClass *klass)
{
  MAGE_JOB_CLASS (klass)->run = test_task_run;
}

static void
test_task_init (TestTask *self)
{
}

/* What is made when its turn comes, and how. */
typedef struct
{
  GString *log;
  char name;
  gboolean fails;
  gboolean endless;
  gboolean nothing;
  gboolean impossible;
  guint n_made;
} Recipe;

static MageJob *
make (gpointer data, GError **error)
{
  Recipe *self = data;
  TestTask *task;

  self->n_made++;
  if (self->impossible)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "there is nothing to make it from");
  if (self->impossible || self->nothing)
    return NULL;
  task = g_object_new (TEST_TYPE_TASK, NULL);
  task->log = self->log;
  task->name = self->name;
  task->fails = self->fails;
  task->endless = self->endless;
  mage_job_set_title (MAGE_JOB (task), "Task");
  return MAGE_JOB (task);
}

typedef struct
{
  MageWorker *worker;
  GString *log;
  Recipe recipes[4];
  MageWaitingJob *orders[4];
  guint n_held;
} Fixture;

static void
held_cb (guint *n_held)
{
  (*n_held)++;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->worker = mage_worker_new (0, fake_engine_table ());
  self->log = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (self->orders); i++)
    {
      g_autofree char *title = g_strdup_printf ("Task %c", 'a' + i);

      self->recipes[i] = (Recipe) { .log = self->log, .name = (char) ('a' + i) };
      self->orders[i] = mage_waiting_job_new (title, make, &self->recipes[i], NULL);
      g_signal_connect_swapped (self->orders[i], "held", G_CALLBACK (held_cb), &self->n_held);
    }
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->worker);
  for (guint i = G_N_ELEMENTS (self->orders); i > 0; i--) /* who needs others goes first */
    g_assert_finalize_object (self->orders[i - 1]);
  g_string_free (self->log, TRUE);
}

static guint
count (Fixture *self)
{
  return g_list_model_get_n_items (mage_worker_get_jobs (self->worker));
}

static void
wait (Fixture *self)
{
  while (count (self) > 0)
    g_main_context_iteration (NULL, TRUE);
}

static MageJobState
state_of (Fixture *self, guint i)
{
  return mage_job_get_state (mage_waiting_job_get_job (self->orders[i]));
}

static void
push (Fixture *self, guint i)
{
  mage_worker_push (self->worker, MAGE_JOB (self->orders[i]));
}

/* b needs a, c needs both; they are queued the other way round, and made one at a time. */
static void
test_order (Fixture *self, gconstpointer data)
{
  g_autofree char *words = NULL;

  mage_waiting_job_add_need (self->orders[1], self->orders[0]);
  mage_waiting_job_add_need (self->orders[2], self->orders[0]);
  mage_waiting_job_add_need (self->orders[2], self->orders[1]);
  push (self, 2);
  push (self, 1);
  g_assert_cmpuint (self->recipes[1].n_made + self->recipes[2].n_made, ==, 0);
  words = mage_waiting_job_dup_words (self->orders[1]);
  g_assert_cmpstr (words, ==, "Waits for “Task a”");
  push (self, 0);
  g_assert_cmpuint (self->recipes[0].n_made, ==, 1);
  g_assert_cmpuint (self->recipes[1].n_made + self->recipes[2].n_made, ==, 0);
  wait (self);
  g_assert_cmpstr (self->log->str, ==, "abc");
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (state_of (self, i), ==, MAGE_JOB_DONE);
      g_assert_cmpint (mage_job_get_state (MAGE_JOB (self->orders[i])), ==, MAGE_JOB_DONE);
      g_assert_cmpuint (self->recipes[i].n_made, ==, 1);
    }
}

/* While something runs nothing is made: what it is made from can still be changed. */
static void
test_late (Fixture *self, gconstpointer data)
{
  self->recipes[0].endless = TRUE;
  push (self, 0);
  push (self, 1);
  push (self, 2);
  mage_worker_move (self->worker, MAGE_JOB (self->orders[2]), 1);
  g_assert_cmpuint (self->recipes[1].n_made, ==, 0);
  self->recipes[1].nothing = TRUE;
  self->recipes[2].name = 'z';
  while (self->log->len == 0)
    g_main_context_iteration (NULL, FALSE);
  mage_worker_cancel (self->worker, mage_waiting_job_get_job (self->orders[0]));
  wait (self);
  g_assert_cmpstr (self->log->str, ==, "az");
  g_assert_cmpint (state_of (self, 0), ==, MAGE_JOB_CANCELLED);
  g_assert_cmpint (state_of (self, 1), ==, MAGE_JOB_DONE);
}

static char
name_at (Fixture *self, guint position)
{
  g_autoptr (MageJob) job = g_list_model_get_item (mage_worker_get_jobs (self->worker), position);
  const char *title = mage_job_get_title (job);

  return title[strlen (title) - 1];
}

static MageJob *
move (Fixture *self, guint i, guint position)
{
  return mage_worker_move (self->worker, MAGE_JOB (self->orders[i]), position);
}

/* Nothing goes before what it needs, at once or by way of others, nor behind what needs it; it goes as far as it can. */
static void
test_move (Fixture *self, gconstpointer data)
{
  self->recipes[0].endless = TRUE;
  mage_waiting_job_add_need (self->orders[2], self->orders[1]);
  mage_waiting_job_add_need (self->orders[3], self->orders[2]);
  for (guint i = 0; i < 4; i++)
    push (self, i);
  while (self->log->len == 0)
    g_main_context_iteration (NULL, FALSE);
  g_assert_true (mage_waiting_job_needs (self->orders[3], MAGE_JOB (self->orders[1])));
  g_assert_false (mage_waiting_job_needs (self->orders[1], MAGE_JOB (self->orders[3])));
  g_assert_true (move (self, 3, 1) == MAGE_JOB (self->orders[2]));
  g_assert_cmpint (name_at (self, 3), ==, 'd');
  g_assert_true (move (self, 1, 3) == MAGE_JOB (self->orders[2]));
  g_assert_cmpint (name_at (self, 1), ==, 'b');
  g_assert_true (move (self, 1, 0) == mage_waiting_job_get_job (self->orders[0]));
  g_assert_cmpint (name_at (self, 1), ==, 'b');
  g_assert_null (move (self, 2, 2));
  mage_worker_cancel (self->worker, mage_waiting_job_get_job (self->orders[0]));
  wait (self);
  g_assert_cmpstr (self->log->str, ==, "abcd");
}

/* What fails lets nothing run that needs it, directly or not; tried again, all of it runs. */
static void
test_failure (Fixture *self, gconstpointer data)
{
  g_autoptr (MageWaitingJob) again = NULL;
  g_autofree char *words = NULL;

  mage_waiting_job_add_need (self->orders[1], self->orders[0]);
  mage_waiting_job_add_need (self->orders[2], self->orders[1]);
  self->recipes[0].fails = TRUE;
  for (guint i = 0; i < 4; i++)
    push (self, i);
  wait (self);
  g_assert_cmpstr (self->log->str, ==, "ad");
  g_assert_cmpuint (self->n_held, ==, 2);
  g_assert_cmpuint (self->recipes[1].n_made, ==, 0);
  g_assert_cmpint (mage_waiting_job_check (self->orders[2], NULL), ==, MAGE_WAITING_BLOCKED);
  words = mage_waiting_job_dup_words (self->orders[1]);
  g_assert_cmpstr (words, ==, "Waits, since “Task” failed");

  self->recipes[0].fails = FALSE;
  again = mage_waiting_job_new_again (self->orders[0]);
  g_assert_cmpint (mage_waiting_job_check (self->orders[2], NULL), ==, MAGE_WAITING_COMES);
  push (self, 2);
  push (self, 1);
  mage_worker_push (self->worker, MAGE_JOB (again));
  wait (self);
  g_assert_cmpstr (self->log->str, ==, "adabc");
  g_assert_cmpint (state_of (self, 0), ==, MAGE_JOB_DONE);
  g_assert_cmpuint (self->n_held, ==, 2);
}

static void
test_stopped (Fixture *self, gconstpointer data)
{
  self->recipes[0].endless = TRUE;
  mage_waiting_job_add_need (self->orders[1], self->orders[0]);
  push (self, 0);
  push (self, 1);
  mage_worker_cancel (self->worker, mage_waiting_job_get_job (self->orders[0]));
  wait (self);
  g_assert_cmpuint (self->n_held, ==, 1);
  g_assert_cmpuint (self->recipes[1].n_made, ==, 0);
}

/* A place in the queue that is given up holds back what needs it, too. */
static void
test_removed (Fixture *self, gconstpointer data)
{
  self->recipes[0].endless = TRUE;
  mage_waiting_job_add_need (self->orders[2], self->orders[1]);
  for (guint i = 0; i < 3; i++)
    push (self, i);
  mage_worker_cancel (self->worker, MAGE_JOB (self->orders[1]));
  g_assert_cmpuint (self->n_held, ==, 1);
  g_assert_cmpuint (count (self), ==, 1);
  mage_worker_cancel (self->worker, mage_waiting_job_get_job (self->orders[0]));
  wait (self);
}

static void
test_impossible (Fixture *self, gconstpointer data)
{
  self->recipes[0].impossible = TRUE;
  mage_waiting_job_add_need (self->orders[1], self->orders[0]);
  push (self, 0);
  g_assert_cmpint (mage_job_get_state (MAGE_JOB (self->orders[0])), ==, MAGE_JOB_FAILED);
  g_assert_cmpstr (mage_job_get_error (MAGE_JOB (self->orders[0]))->message, ==, "there is nothing to make it from");
  push (self, 1);
  g_assert_cmpuint (self->n_held, ==, 1);
  g_assert_cmpuint (count (self), ==, 0);
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/queue/order", test_order);
  ADD ("/queue/late", test_late);
  ADD ("/queue/move", test_move);
  ADD ("/queue/failure", test_failure);
  ADD ("/queue/stopped", test_stopped);
  ADD ("/queue/removed", test_removed);
  ADD ("/queue/impossible", test_impossible);
  return g_test_run ();
}
