/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/engine.h"
#include "jobs/mage-job.h"
#include "project/mage-params.h"

G_BEGIN_DECLS

#define MAGE_TYPE_PROMPTS_JOB (mage_prompts_job_get_type ())
G_DECLARE_FINAL_TYPE (MagePromptsJob, mage_prompts_job, MAGE, PROMPTS_JOB, MageJob)

MagePromptsJob *mage_prompts_job_new (const char *model_dir, MageParams *params);
void mage_prompts_job_add (MagePromptsJob *self, const char *prompt, guint64 seed);
const EngineClip *mage_prompts_job_get_clip (MagePromptsJob *self, guint i);

G_END_DECLS
