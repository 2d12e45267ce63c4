/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"
#include "media/frames.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

#define MAGE_TYPE_LOCATE_JOB (mage_locate_job_get_type ())
G_DECLARE_FINAL_TYPE (MageLocateJob, mage_locate_job, MAGE, LOCATE_JOB, MageJob)

MageLocateJob *mage_locate_job_new (MageProject *project, Frames *frames, const char *prompt);
GBytes *mage_locate_job_get_masks (MageLocateJob *self, const char *token);

G_END_DECLS
