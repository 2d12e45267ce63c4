/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

typedef struct _MagePreviewMemory MagePreviewMemory;

MagePreviewMemory *mage_preview_memory_new (void);
MagePreviewMemory *mage_preview_memory_ref (MagePreviewMemory *self);
void mage_preview_memory_unref (MagePreviewMemory *self);

#define MAGE_TYPE_PREVIEW_JOB (mage_preview_job_get_type ())
G_DECLARE_FINAL_TYPE (MagePreviewJob, mage_preview_job, MAGE, PREVIEW_JOB, MageJob)

gboolean mage_preview_is_small (MageParams *params, gint64 *width, gint64 *height);
MagePreviewJob *mage_preview_job_new (MageProject *project, const char *prompt, MageMotion *motion, MageParams *params,
                                      MagePreviewMemory *memory, gboolean rough, GError **error);
guint mage_preview_job_get_reused (MagePreviewJob *self);
gboolean mage_preview_job_is_scs (MagePreviewJob *self);

G_END_DECLS
