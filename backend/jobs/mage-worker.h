/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/engine.h"
#include "jobs/mage-job.h"

G_BEGIN_DECLS

#define MAGE_TYPE_WORKER (mage_worker_get_type ())
G_DECLARE_FINAL_TYPE (MageWorker, mage_worker, MAGE, WORKER, GObject)

/** Under a window the backend's threads run at this nice value, so that drawing stays smooth. */
#define MAGE_WORKER_NICE 10
/** What a person waits for goes before what takes hours. */
#define MAGE_ASSISTANT_NICE 5

MageWorker *mage_worker_new (int nice, const EngineTable *table);
void mage_worker_push (MageWorker *self, MageJob *job);
void mage_worker_assist (MageWorker *self, MageJob *job);
MageJob *mage_worker_find_before (MageWorker *self, MageJob *job);
void mage_worker_pause (MageWorker *self, MageJob *job);
void mage_worker_resume (MageWorker *self, MageJob *job);
void mage_worker_cancel (MageWorker *self, MageJob *job);
void mage_worker_unload (MageWorker *self, MageJob *job);
MageJob *mage_worker_move (MageWorker *self, MageJob *job, guint position);
GListModel *mage_worker_get_jobs (MageWorker *self);

G_END_DECLS
