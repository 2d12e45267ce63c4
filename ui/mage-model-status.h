/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-worker.h"
#include "project/mage-params.h"

G_BEGIN_DECLS

#define MAGE_TYPE_MODEL_STATUS (mage_model_status_get_type ())
G_DECLARE_FINAL_TYPE (MageModelStatus, mage_model_status, MAGE, MODEL_STATUS, GObject)

MageModelStatus *mage_model_status_new (MageWorker *worker, GSettings *settings, const char *builtin_model);
void mage_model_status_check (MageModelStatus *self);
const char *mage_model_status_get_text (MageModelStatus *self);
const char *mage_model_status_get_problem (MageModelStatus *self);
char *mage_model_dup_name (const char *folder);

G_END_DECLS
