/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

#define MAGE_TYPE_TRAIN_JOB (mage_train_job_get_type ())
G_DECLARE_FINAL_TYPE (MageTrainJob, mage_train_job, MAGE, TRAIN_JOB, MageJob)

MageTrainJob *mage_train_job_new (MageProject *project, MageTrainable *item, GError **error);
MageTrainJob *mage_train_job_new_with (MageProject *project, MageTrainable *item, MageParams *params, GError **error);
gboolean mage_train_job_is_needed (MageProject *project, MageTrainable *item);

/** What the engine leaves in a run's folder. */
#define MAGE_RUN_LORA "pytorch_lora_weights.safetensors"
#define MAGE_RUN_EMBEDDING "learned_embeds.safetensors"
#define MAGE_RUN_LOSSES "losses.jsonl"

G_END_DECLS
