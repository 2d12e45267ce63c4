/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/engine.h"
#include "jobs/mage-job.h"

G_BEGIN_DECLS

#define MAGE_TYPE_PRETRAIN_JOB (mage_pretrain_job_get_type ())
G_DECLARE_FINAL_TYPE (MagePretrainJob, mage_pretrain_job, MAGE, PRETRAIN_JOB, MageJob)

/** MageSheetFunc: keeps a picture, width · height · 3 bytes, in the file @path. Called on the worker's thread. */
typedef gboolean (*MageSheetFunc) (const char *path, GBytes *rgb, guint width, guint height, GError **error);

MagePretrainJob *mage_pretrain_job_new (const EnginePretrainRequest *request, MageSheetFunc save_sheet);
guint mage_pretrain_job_get_progress (MagePretrainJob *self, guint *n_steps);

G_END_DECLS
