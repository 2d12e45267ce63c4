/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * maps-time [STEPS] [ROUNDS]: what it costs to see where a training looks, in seconds of the processor a step: with nobody asking, with
 * the page closed, and with it open and something kept at every 20th step and at every one. A subject of the sample's material, the
 * built-in model, one thread. Not a test.
 */

#include "engine/engine.h"
#include "jobs/mage-sample-project.h"
#include "jobs/mage-train-job.h"
#include "jobs/mage-worker.h"
#include "sandbox.h"

#include <stdlib.h>
#include <time.h>

typedef struct
{
  const char *name;
  int every;
  gboolean open;
} Way;

static const Way ways[] = {
  { "nobody asks", 0, FALSE },
  { "page closed", 20, FALSE },
  { "page open, every 20th step", 20, TRUE },
  { "page open, every step", 1, TRUE },
};

typedef struct
{
  double first;
  double last;
  guint n;
} Watch;

static double
read_processor (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

/* Loading and encoding are before the first step. */
static void
progressed_cb (MageJob *job, Watch *watch)
{
  guint n = mage_series_get_length (mage_job_get_series (job));

  if (n == 0)
    return;
  watch->last = read_processor ();
  if (watch->first == 0)
    {
      watch->first = watch->last;
      watch->n = n;
    }
}

static double
measure (MageProject *project, MageWorker *worker, MageTrainable *subject, const Way *way, guint round)
{
  MageParams *params = mage_project_get_params (project);
  g_autoptr (GError) error = NULL;
  g_autoptr (MageTrainJob) job = NULL;
  Watch watch = { 0 };

  mage_params_set_int (params, "maps_every", way->every, NULL);
  mage_params_set_int (params, "train_seed", round + 1 + 100 * (way - ways), NULL);
  job = mage_train_job_new (project, subject, &error);
  if (job == NULL)
    g_error ("%s", error->message);
  mage_job_watch (MAGE_JOB (job), way->open);
  g_signal_connect (job, "progressed", G_CALLBACK (progressed_cb), &watch);
  mage_worker_push (worker, MAGE_JOB (job));
  while (!mage_job_is_over (MAGE_JOB (job)))
    g_main_context_iteration (NULL, TRUE);
  if (mage_job_get_error (MAGE_JOB (job)) != NULL)
    g_error ("%s", mage_job_get_error (MAGE_JOB (job))->message);
  return (watch.last - watch.first) / (mage_series_get_length (mage_job_get_series (MAGE_JOB (job))) - watch.n);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double one = *(const double *) a;
  double other = *(const double *) b;

  return (one > other) - (one < other);
}

int
main (int argc, char *argv[])
{
  guint n_steps = argc > 1 ? (guint) atoi (argv[1]) : 60;
  guint n_rounds = argc > 2 ? (guint) atoi (argv[2]) : 3;
  g_autoptr (Sandbox) folder = sandbox_new ();
  g_autofree char *path = g_build_filename (folder, "P.mage", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MageProject) project = mage_project_create (path, NULL, MAGE_SOURCE_DATA "/mini", &error);
  g_autoptr (MageWorker) worker = mage_worker_new (0, engine_table ());
  g_autofree double *seconds = g_new0 (double, G_N_ELEMENTS (ways) * n_rounds);
  MageTrainable *subject;
  MageParams *params;

  if (project == NULL || !mage_sample_project_fill (project, MAGE_SOURCE_DATA, &error))
    g_error ("%s", error->message);
  params = mage_project_get_params (project);
  mage_params_set_int (params, "iterations", (int) n_steps, NULL);
  mage_params_set_int (params, "sample_every", 0, NULL);
  mage_params_set_int (params, "effect_every", 0, NULL);
  mage_params_set_int (params, "validate_every", 0, NULL);
  mage_params_set_int (params, "threads", 1, NULL);
  subject = mage_project_find (project, "<bear1>");
  for (guint round = 0; round < n_rounds; round++)
    for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
      seconds[i * n_rounds + round] = measure (project, worker, subject, &ways[i], round);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      qsort (seconds + i * n_rounds, n_rounds, sizeof *seconds, compare);
      g_print ("%-28s %.4f s a step (%.4f to %.4f)\n", ways[i].name, seconds[i * n_rounds + n_rounds / 2], seconds[i * n_rounds],
               seconds[(i + 1) * n_rounds - 1]);
    }
  return 0;
}
