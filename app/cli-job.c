/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli.h"

#include "app/cli-progress.h"

#include <glib-unix.h>
#include <signal.h>

/* Runs a job on the backend thread and waits, with progress. Ctrl-C stops it; a second one kills. */

/* A lone command has no window beside it that must stay smooth. */
#define NICE 0

typedef struct
{
  Cli *cli;
  MageJob *job;
  GMainLoop *loop;
  CliProgress progress;
  guint signals[2];
} Wait;

static gboolean
stop_cb (gpointer data)
{
  Wait *self = data;

  cli_progress_break (&self->progress);
  cli_note (mage_job_goes_on (self->job) ? "stopping; the work so far is kept" : "stopping");
  mage_worker_cancel (self->cli->worker, self->job);
  /* The next signal does what it always did. */
  for (guint i = 0; i < G_N_ELEMENTS (self->signals); i++)
    {
      if (self->signals[i] != g_source_get_id (g_main_current_source ()))
        g_source_remove (self->signals[i]);
      self->signals[i] = 0;
    }
  return G_SOURCE_REMOVE;
}

static void
progressed_cb (MageJob *job, Wait *self)
{
  cli_progress_show (&self->progress, job, FALSE);
}

static void
finished_cb (MageJob *job, Wait *self)
{
  cli_progress_show (&self->progress, job, TRUE);
  cli_progress_break (&self->progress);
  g_main_loop_quit (self->loop);
}

/**
 * cli_run_job:
 * @error: why it failed, or that it was stopped
 *
 * Runs @job to its end.
 */
gboolean
cli_run_job (Cli *self, MageJob *job, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Wait wait = { self, job, loop, { .json = self->json }, { 0 } };
  gulong progressed = g_signal_connect (job, "progressed", G_CALLBACK (progressed_cb), &wait);
  gulong finished = g_signal_connect (job, "finished", G_CALLBACK (finished_cb), &wait);

  if (self->worker == NULL)
    self->worker = mage_worker_new (NICE, self->table);
  wait.signals[0] = g_unix_signal_add (SIGINT, stop_cb, &wait);
  wait.signals[1] = g_unix_signal_add (SIGTERM, stop_cb, &wait);
  mage_worker_push (self->worker, job);
  g_main_loop_run (loop);
  for (guint i = 0; i < G_N_ELEMENTS (wait.signals); i++)
    if (wait.signals[i] != 0)
      g_source_remove (wait.signals[i]);
  g_signal_handler_disconnect (job, progressed);
  g_signal_handler_disconnect (job, finished);

  if (mage_job_get_state (job) == MAGE_JOB_DONE)
    return TRUE;
  if (mage_job_get_state (job) == MAGE_JOB_CANCELLED)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                         mage_job_goes_on (job) ? "stopped; run the same command again to continue" : "stopped");
  else
    g_propagate_error (error, g_error_copy (mage_job_get_error (job)));
  return FALSE;
}
