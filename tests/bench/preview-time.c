/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * preview-time [N]: how long it takes from a change of τ or α_t to the first x̂₀ of the preview, in seconds
 * and in seconds of the processor, where others use it, too; the first preview is made to its end. With the built-in model and the sample's material; without the 150 ms that the window waits for more changes. Trainings of three
 * steps are enough: they cost the same to sample with. Not a test.
 */

#include "engine/engine.h"
#include "jobs/mage-preview-job.h"
#include "jobs/mage-sample-project.h"
#include "jobs/mage-train-job.h"
#include "jobs/mage-worker.h"
#include "sandbox.h"

#include <time.h>

#define PROMPT "a <robot1> is walking a dog in the city"

typedef struct
{
  MageProject *project;
  MageWorker *worker;
  MageMotion *motion;
  MagePreviewMemory *memory;
} Bench;

typedef struct
{
  Bench *bench;
  gint64 begun;
  double processor;
  double first;
  double first_processor;
  gboolean whole;
} Watch;

static double
read_processor (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

static void
preview_cb (Watch *watch, GParamSpec *pspec, MageJob *job)
{
  if (watch->first > 0)
    return;
  watch->first = (double) (g_get_monotonic_time () - watch->begun) / G_USEC_PER_SEC;
  watch->first_processor = read_processor () - watch->processor;
  if (!watch->whole)
    mage_worker_cancel (watch->bench->worker, job);
}

static void
await (gpointer job)
{
  while (!mage_job_is_over (job))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (mage_job_get_state (job), !=, MAGE_JOB_FAILED);
}

static void
train (Bench *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MageTrainJob) job = mage_train_job_new (self->project, mage_project_find (self->project, name), &error);

  g_assert_no_error (error);
  mage_worker_push (self->worker, MAGE_JOB (job));
  await (job);
}

static void
measure (Bench *self, const char *change, gboolean whole)
{
  g_autoptr (GError) error = NULL;
  Watch watch = { .bench = self, .begun = g_get_monotonic_time (), .processor = read_processor (), .whole = whole };
  g_autoptr (MagePreviewJob) job = mage_preview_job_new (self->project, PROMPT, self->motion, mage_project_get_params (self->project),
                                                         self->memory, FALSE, &error);

  g_assert_no_error (error);
  g_signal_connect_swapped (job, "notify::preview", G_CALLBACK (preview_cb), &watch);
  mage_worker_assist (self->worker, MAGE_JOB (job));
  await (job);
  g_print ("%-22s first x0 after %.2f s, %.2f s of the processor, %u steps reused", change, watch.first, watch.first_processor,
           mage_preview_job_get_reused (job));
  if (whole)
    g_print ("; sharp after %.2f s", (double) (g_get_monotonic_time () - watch.begun) / G_USEC_PER_SEC);
  g_print ("\n");
}

static void
set_up (Bench *self, const char *folder)
{
  static const struct { const char *key; gint64 value; } numbers[] = {
    { "iterations", 3 }, { "token_iterations", 2 }, { "sample_every", 0 },
  };
  g_autofree char *model = g_build_filename (MAGE_SOURCE_DATA, "mini", NULL);
  g_autofree char *path = g_build_filename (folder, "P.mage", NULL);
  g_autoptr (GError) error = NULL;

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

int
main (int argc, char **argv)
{
  guint n = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 3;
  char *folder = sandbox_new ();
  Bench bench = { 0 };
  MageParams *params;

  set_up (&bench, folder);
  params = mage_project_get_params (bench.project);
  measure (&bench, "the first one", TRUE);
  for (guint i = 0; i < n; i++)
    {
      mage_params_set_int (params, "tau", i % 2 == 0 ? 20 : 15, NULL);
      measure (&bench, i % 2 == 0 ? "τ 15 → 20" : "τ 20 → 15", FALSE);
      mage_params_set_double (params, "alpha", 2400 + 100 * (i + 1), NULL);
      measure (&bench, "α_t", FALSE);
      mage_params_set_double (params, "alpha_end", 0.4 - 0.05 * i, NULL);
      measure (&bench, "the end of α_t's line", FALSE);
    }
  g_object_unref (bench.worker);
  g_object_unref (bench.project);
  mage_preview_memory_unref (bench.memory);
  sandbox_remove (folder);
  return 0;
}
