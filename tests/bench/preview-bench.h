/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-preview-job.h"
#include "jobs/mage-worker.h"

G_BEGIN_DECLS

#define PREVIEW_PROMPT "a <robot1> is walking a dog in the city"

/* The sample's material and the built-in model, with a subject and a motion trained for three steps: they cost the same to sample with. */
typedef struct
{
  char *folder;
  MageProject *project;
  MageWorker *worker;
  MageMotion *motion;
  MagePreviewMemory *memory;
} PreviewBench;

void preview_bench_set_up (PreviewBench *self);
void preview_bench_tear_down (PreviewBench *self);
void preview_bench_await (gpointer job);
MagePreviewJob *preview_bench_make_job (PreviewBench *self, gboolean rough);
double preview_bench_read_processor (void);
double preview_bench_read_clock (void);

G_END_DECLS
