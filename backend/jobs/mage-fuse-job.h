/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

#define MAGE_TYPE_FUSE_JOB (mage_fuse_job_get_type ())
G_DECLARE_FINAL_TYPE (MageFuseJob, mage_fuse_job, MAGE, FUSE_JOB, MageJob)

MageFuseJob *mage_fuse_job_new (MageProject *project, GError **error);
MageFuseJob *mage_fuse_job_new_with (MageProject *project, MageParams *params, GError **error);
void mage_fuse_job_set_look_every (MageFuseJob *self, guint n_steps);
gboolean mage_fuse_job_is_needed (MageProject *project);

/** In the run's folder of a fusion: clips/<subject>/<k>/0001.png and mask-0001.png, the clips that it learns from. */
#define MAGE_RUN_CLIPS "clips"

G_END_DECLS
