/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * attention-time [STEPS]: how long a step's attention takes to be computed and to be read again, in seconds of the clock
 * and of the processor, and what it takes on the disk. With the built-in model and the sample's material, SCS, all layers,
 * both branches. Trainings of three steps are enough: they cost the same to look at. Not a test.
 */

#include "engine/engine.h"
#include "jobs/mage-attention-job.h"
#include "jobs/mage-sample-job.h"
#include "jobs/mage-sample-project.h"
#include "jobs/mage-train-job.h"
#include "jobs/mage-worker.h"
#include "project/mage-kept-maps.h"
#include "sandbox.h"

#include <time.h>

#define PROMPT "a <robot1> is walking a dog in the city"
#define PLENTY ((goffset) 1 << 40)

static double
read_processor (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

static void
await (gpointer job)
{
  while (!mage_job_is_over (job))
    g_main_context_iteration (NULL, TRUE);
  if (mage_job_get_error (job) != NULL)
    g_error ("%s", mage_job_get_error (job)->message);
}

static void
train (MageProject *project, MageWorker *worker, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MageTrainJob) job = mage_train_job_new (project, mage_project_find (project, name), &error);

  g_assert_no_error (error);
  mage_worker_push (worker, MAGE_JOB (job));
  await (job);
}

static void
measure (MageProject *project, MageWorker *worker, MageResult *result, guint n_steps, const char *what)
{
  gint64 begun = g_get_monotonic_time ();
  double processor = read_processor ();
  gsize size = 0;

  for (guint step = 1; step <= n_steps; step++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MageAttentionJob) job = mage_attention_job_new (project, result, step, PLENTY, &error);

      g_assert_no_error (error);
      mage_worker_assist (worker, MAGE_JOB (job));
      await (job);
      size += mage_attention_measure (mage_attention_job_get_attention (job));
    }
  g_print ("%-10s %u steps: %.3f s a step, %.3f s of the processor; %.2f MB a step in memory\n", what, n_steps,
           (double) (g_get_monotonic_time () - begun) / G_USEC_PER_SEC / n_steps, (read_processor () - processor) / n_steps,
           (double) size / 1e6 / n_steps);
}

static MageProject *
make_project (const char *folder, guint steps)
{
  g_autofree char *model = g_build_filename (MAGE_SOURCE_DATA, "mini", NULL);
  g_autofree char *path = g_build_filename (folder, "P.mage", NULL);
  g_autoptr (GError) error = NULL;
  MageProject *project = mage_project_create (path, NULL, model, &error);
  MageParams *params;

  g_assert_no_error (error);
  mage_sample_project_fill (project, MAGE_SOURCE_DATA, &error);
  g_assert_no_error (error);
  params = mage_project_get_params (project);
  mage_params_set_int (params, "iterations", 3, NULL);
  mage_params_set_int (params, "token_iterations", 2, NULL);
  mage_params_set_int (params, "sample_every", 0, NULL);
  mage_params_set_int (params, "steps", steps, NULL);
  mage_params_set_double (params, "lambda1", 0, NULL);
  return project;
}

int
main (int argc, char **argv)
{
  guint steps = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 50;
  char *folder = sandbox_new ();
  MageProject *project = make_project (folder, steps);
  MageWorker *worker = mage_worker_new (0, engine_table ());
  g_autofree char *results = mage_project_dup_path (project, "results");
  g_autoptr (GError) error = NULL;
  MageSampleJob *job;
  MageResult *result;

  train (project, worker, "<robot1>");
  train (project, worker, MAGE_SAMPLE_MOTION);
  job = mage_sample_job_new (project, PROMPT, MAGE_MOTION (mage_project_find (project, MAGE_SAMPLE_MOTION)),
                             mage_project_get_params (project), &error);
  g_assert_no_error (error);
  mage_worker_push (worker, MAGE_JOB (job));
  await (job);
  result = mage_sample_job_get_result (job);
  measure (project, worker, result, steps, "computed");
  g_print ("on the disk: %.2f MB a step, %.1f MB in all\n", (double) mage_kept_maps_measure (results) / 1e6 / steps,
           (double) mage_kept_maps_measure (results) / 1e6);
  measure (project, worker, result, steps, "read");
  g_object_unref (job);
  g_object_unref (worker);
  g_object_unref (project);
  sandbox_remove (folder);
  return 0;
}
