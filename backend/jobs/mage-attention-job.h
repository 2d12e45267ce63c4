/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-attention.h"
#include "jobs/mage-job.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

#define MAGE_TYPE_ATTENTION_JOB (mage_attention_job_get_type ())
G_DECLARE_FINAL_TYPE (MageAttentionJob, mage_attention_job, MAGE, ATTENTION_JOB, MageJob)

MageAttentionJob *mage_attention_job_new (MageProject *project, MageResult *result, guint step, goffset limit, GError **error);
void mage_attention_job_set_layers (MageAttentionJob *self, const char *const *layers);
void mage_attention_job_set_raw_path (MageAttentionJob *self, const char *path);
guint mage_attention_job_get_step (MageAttentionJob *self);
MageResult *mage_attention_job_get_result (MageAttentionJob *self);
MageAttention *mage_attention_job_get_attention (MageAttentionJob *self);
gboolean mage_attention_is_large (MageResult *result);

G_END_DECLS
