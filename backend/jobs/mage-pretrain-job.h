/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/engine.h"
#include "jobs/mage-job.h"

G_BEGIN_DECLS

/** What a pretraining leaves in its folder's run/ for whoever watches: the losses, the sheets' folder, and how far it is. */
#define MAGE_PRETRAIN_LOSSES "losses.jsonl"
#define MAGE_PRETRAIN_SAMPLES "samples"
#define MAGE_PRETRAIN_PROGRESS "progress.json"

#define MAGE_TYPE_PRETRAIN_JOB (mage_pretrain_job_get_type ())
G_DECLARE_FINAL_TYPE (MagePretrainJob, mage_pretrain_job, MAGE, PRETRAIN_JOB, MageJob)

/** MageSheetFunc: keeps a picture, width · height · 3 bytes, in the file @path. Called on the worker's thread. */
typedef gboolean (*MageSheetFunc) (const char *path, GBytes *rgb, guint width, guint height, GError **error);

MagePretrainJob *mage_pretrain_job_new (const EnginePretrainRequest *request, MageSheetFunc save_sheet);
guint mage_pretrain_job_get_progress (MagePretrainJob *self, guint *n_steps);

G_END_DECLS
