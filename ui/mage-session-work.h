/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-waiting-job.h"
#include "jobs/mage-worker.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

#define MAGE_TYPE_SESSION_WORK (mage_session_work_get_type ())
G_DECLARE_FINAL_TYPE (MageSessionWork, mage_session_work, MAGE, SESSION_WORK, GObject)

MageSessionWork *mage_session_work_new (MageWorker *worker, GStrv unfinished, JsonObject *settings, GPtrArray *videos);
void mage_session_work_push (MageSessionWork *self, MageJob *job, gpointer object);
void mage_session_work_assist (MageSessionWork *self, MageJob *job, gpointer object);
MageJob *mage_session_work_find (MageSessionWork *self, MageTrainable *item);
GObject *mage_session_work_get_object (MageSessionWork *self, MageJob *job);
GHashTable *mage_session_work_get_objects (MageSessionWork *self);
void mage_session_work_set_quiet (MageSessionWork *self, MageJob *job, gboolean quiet);
gboolean mage_session_work_is_quiet (MageSessionWork *self, MageJob *job);
gboolean mage_session_work_is_training (MageJob *job);
MageWaitingJob *mage_session_work_find_order (MageSessionWork *self, MageTrainable *item);
GListModel *mage_session_work_get_held (MageSessionWork *self);
GListModel *mage_session_work_get_over (MageSessionWork *self);
void mage_session_work_retry (MageSessionWork *self, MageJob *job);
void mage_session_work_dismiss (MageSessionWork *self, MageJob *job);
gboolean mage_session_work_is_busy (MageSessionWork *self);
void mage_session_work_stop (MageSessionWork *self);
void mage_session_work_stop_exports (MageSessionWork *self);
MageJob *mage_session_work_find_export (MageSessionWork *self);
const char *const *mage_session_work_get_unfinished (MageSessionWork *self);
GStrv mage_session_work_steal_unfinished (MageSessionWork *self);
JsonObject *mage_session_work_list_settings (MageSessionWork *self, MageProject *project);
GPtrArray *mage_session_work_list_videos (MageSessionWork *self, MageProject *project);
guint mage_session_work_count_unfinished_videos (MageSessionWork *self);
GPtrArray *mage_session_work_steal_unfinished_videos (MageSessionWork *self);

G_END_DECLS
