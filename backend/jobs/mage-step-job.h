/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"
#include "media/frames.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

#define MAGE_TYPE_STEP_JOB (mage_step_job_get_type ())
G_DECLARE_FINAL_TYPE (MageStepJob, mage_step_job, MAGE, STEP_JOB, MageJob)

/** What a step left to be seen: what it predicts, and what the branches predict; any but the first may be absent. */
typedef enum
{
  MAGE_STEP_PREDICTED,
  MAGE_STEP_SUBJECT,
  MAGE_STEP_MOTION,
  MAGE_STEP_N_VIEWS
} MageStepView;

MageStepJob *mage_step_job_new (MageProject *project, MageResult *result, guint step);
guint mage_step_job_get_step (MageStepJob *self);
MageResult *mage_step_job_get_result (MageStepJob *self);
Frames *mage_step_job_get_frames (MageStepJob *self, MageStepView view);

G_END_DECLS
