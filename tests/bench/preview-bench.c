/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/preview-bench.h"

#include "engine/engine.h"
#include "jobs/mage-sample-project.h"
#include "jobs/mage-train-job.h"
#include "sandbox.h"

#include <time.h>

/* In seconds. */
double
preview_bench_read_processor (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

double
preview_bench_read_clock (void)
{
  return (double) g_get_monotonic_time () / G_USEC_PER_SEC;
}

void
preview_bench_await (gpointer job)
{
  while (!mage_job_is_over (job))
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (mage_job_get_error (job));
}

MagePreviewJob *
preview_bench_make_job (PreviewBench *self, gboolean rough)
{
  g_autoptr (GError) error = NULL;
  MagePreviewJob *job = mage_preview_job_new (self->project, PREVIEW_PROMPT, self->motion, mage_project_get_params (self->project),
                                              self->memory, rough, &error);

  g_assert_no_error (error);
  return job;
}

static void
train (PreviewBench *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MageTrainJob) job = mage_train_job_new (self->project, mage_project_find (self->project, name), &error);

  g_assert_no_error (error);
  mage_worker_push (self->worker, MAGE_JOB (job));
  preview_bench_await (job);
}

void
preview_bench_set_up (PreviewBench *self)
{
  static const struct
  {
    const char *key;
    gint64 value;
  } numbers[] = { { "iterations", 3 }, { "token_iterations", 2 }, { "sample_every", 0 } };
  g_autofree char *model = g_build_filename (MAGE_SOURCE_DATA, "mini", NULL);
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  self->folder = sandbox_new ();
  path = g_build_filename (self->folder, "P.mage", NULL);
  self->project = mage_project_create (path, NULL, model, &error);
  g_assert_no_error (error);
  mage_sample_project_fill (self->project, MAGE_SOURCE_DATA, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    mage_params_set_int (mage_project_get_params (self->project), numbers[i].key, numbers[i].value, NULL);
  mage_params_set_double (mage_project_get_params (self->project), "lambda1", 0, NULL);
  self->worker = mage_worker_new (0, engine_table ());
  self->memory = mage_preview_memory_new ();
  self->motion = MAGE_MOTION (mage_project_find (self->project, MAGE_SAMPLE_MOTION));
  train (self, "<robot1>");
  train (self, MAGE_SAMPLE_MOTION);
}

void
preview_bench_tear_down (PreviewBench *self)
{
  g_clear_object (&self->worker);
  g_clear_object (&self->project);
  mage_preview_memory_unref (self->memory);
  sandbox_remove (self->folder);
}
