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
void mage_work_order_set_branch (MageWaitingJob *order, MageResult *parent, guint step);
void mage_work_order_set_part (MageWaitingJob *order);
gboolean mage_work_order_is_video (MageWaitingJob *order);
JsonObject *mage_work_order_write (MageWaitingJob *order, MageProject *project);
JsonObject *mage_work_order_write_own (MageWaitingJob *order);
void mage_work_order_read_own (MageWaitingJob *order, JsonObject *written);
MageParams *mage_work_order_read_params (MageProject *project, JsonObject *written, GError **error);

G_END_DECLS
