/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-fuse-job.h"
#include "jobs/mage-sample-job.h"
#include "jobs/mage-train-job.h"
#include "jobs/mage-waiting-job.h"

G_BEGIN_DECLS

MageWaitingJob *mage_work_order_train (MageProject *project, MageTrainable *item, gboolean if_needed);
MageWaitingJob *mage_work_order_fuse (MageProject *project, gboolean if_needed);
MageWaitingJob *mage_work_order_sample (MageProject *project, const char *prompt, MageMotion *motion, MageParams *params);

G_END_DECLS
