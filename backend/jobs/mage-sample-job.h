/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

#define MAGE_TYPE_SAMPLE_JOB (mage_sample_job_get_type ())
G_DECLARE_FINAL_TYPE (MageSampleJob, mage_sample_job, MAGE, SAMPLE_JOB, MageJob)

MageSampleJob *mage_sample_job_new (MageProject *project, const char *prompt, MageMotion *motion,
                                    MageParams *params, GError **error);
gboolean mage_sample_job_choose_motion (MageProject *project, const char *name, MageMotion **motion, GError **error);
MageParams *mage_sample_job_get_params (MageSampleJob *self);
MageResult *mage_sample_job_get_result (MageSampleJob *self);
void mage_sample_job_set_results_dir (MageSampleJob *self, const char *folder);
void mage_sample_job_set_limit (MageSampleJob *self, goffset bytes);
gboolean mage_sample_job_set_branch (MageSampleJob *self, MageResult *parent, guint step, GError **error);
char *mage_sample_job_dup_request (MageSampleJob *self);
gboolean mage_sample_job_is_scs (MageSampleJob *self);

G_END_DECLS
