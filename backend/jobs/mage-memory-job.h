/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

#define MAGE_TYPE_MEMORY_JOB (mage_memory_job_get_type ())
G_DECLARE_FINAL_TYPE (MageMemoryJob, mage_memory_job, MAGE, MEMORY_JOB, MageJob)

/**
 * MageMemoryUse: what two steps of a training took, measured.
 * @training: the most that was taken while it trained, in bytes
 * @preview: the same while a sample was made on the way; 0: none is made
 * @limit: what could be taken of the device
 * @seconds: of the second step; the first one warms up
 */
typedef struct
{
  guint64 training;
  guint64 preview;
  guint64 limit;
  double seconds;
} MageMemoryUse;

MageMemoryJob *mage_memory_job_new (MageProject *project, MageTrainable *item, MageParams *params, GError **error);
gboolean mage_memory_job_get_use (MageMemoryJob *self, MageMemoryUse *use);

G_END_DECLS
