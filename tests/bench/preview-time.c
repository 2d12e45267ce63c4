/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * preview-time [N]: how long it takes from a change of τ or α_t to the first x̂₀ of the preview, in seconds
 * and in seconds of the processor, where others use it, too; the first preview is made to its end. Without the 150 ms that the
 * window waits for more changes. Not a test.
 */

#include "bench/preview-bench.h"

#include <stdlib.h>

typedef struct
{
  PreviewBench *bench;
  double begun;
  double processor;
  double first;
  double first_processor;
  gboolean whole;
} Watch;

static void
preview_cb (Watch *watch, GParamSpec *pspec, MageJob *job)
{
  if (watch->first > 0)
    return;
  watch->first = preview_bench_read_clock () - watch->begun;
  watch->first_processor = preview_bench_read_processor () - watch->processor;
  if (!watch->whole)
    mage_worker_cancel (watch->bench->worker, job);
}

static void
measure (PreviewBench *self, const char *change, gboolean whole)
{
  Watch watch = { .bench = self, .begun = preview_bench_read_clock (), .processor = preview_bench_read_processor (), .whole = whole };
  g_autoptr (MagePreviewJob) job = preview_bench_make_job (self, FALSE);
  double load = 0;

  g_signal_connect_swapped (job, "notify::preview", G_CALLBACK (preview_cb), &watch);
  mage_worker_assist (self->worker, MAGE_JOB (job));
  preview_bench_await (job);
  getloadavg (&load, 1);
  g_print ("%-22s first x0 after %.2f s, %.2f s of the processor, %u steps reused, load %.1f", change, watch.first,
           watch.first_processor, mage_preview_job_get_reused (job), load);
  if (whole)
    g_print ("; sharp after %.2f s", preview_bench_read_clock () - watch.begun);
  g_print ("\n");
}

int
main (int argc, char **argv)
{
  guint n = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 3;
  PreviewBench bench = { 0 };
  MageParams *params;

  preview_bench_set_up (&bench);
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
  preview_bench_tear_down (&bench);
  return 0;
}
