/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-export-job.h"
#include "jobs/mage-fuse-job.h"
#include "jobs/mage-sample-job.h"
#include "jobs/mage-train-job.h"
#include "jobs/mage-waiting-job.h"
#include "jobs/mage-worker.h"
#include "project/mage-history.h"
#include "project/mage-project.h"
#include "ui/mage-import-progress.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * MagePlace: what the window shows of a project.
 * @MAGE_PLACE_NOTHING: a project without subjects and motions
 * @MAGE_PLACE_ITEM: a subject or motion, the session's "item"
 * @MAGE_PLACE_FUSION: where the subjects learn to appear together
 */
typedef enum
{
  MAGE_PLACE_NOTHING,
  MAGE_PLACE_ITEM,
  MAGE_PLACE_FUSION,
  MAGE_PLACE_COMPOSE,
  MAGE_PLACE_RESULTS
} MagePlace;

#define MAGE_TYPE_PLACE (mage_place_get_type ())
GType mage_place_get_type (void);

#define MAGE_TYPE_SESSION (mage_session_get_type ())
G_DECLARE_FINAL_TYPE (MageSession, mage_session, MAGE, SESSION, GObject)

MageSession *mage_session_new (MageWorker *worker, MageProject *project);
MageWorker *mage_session_get_worker (MageSession *self);
MageProject *mage_session_get_project (MageSession *self);
MageHistory *mage_session_get_history (MageSession *self);

/* Edits. */
void mage_session_record (MageSession *self, const char *label);
void mage_session_record_merged (MageSession *self, const char *label, const char *key);
gboolean mage_session_save (MageSession *self, GError **error);

/* What is shown. */
MagePlace mage_session_get_place (MageSession *self);
MageTrainable *mage_session_get_item (MageSession *self);
void mage_session_show (MageSession *self, MagePlace place);
void mage_session_show_item (MageSession *self, MageTrainable *item);
void mage_session_push_page (MageSession *self, AdwNavigationPage *page);
void mage_session_toast (MageSession *self, const char *text);
void mage_session_toast_error (MageSession *self, const GError *error);
void mage_session_toast_undo (MageSession *self, const char *text);

/* Work. */
MageJob *mage_session_train (MageSession *self, MageTrainable *item);
gboolean mage_session_train_for (MageSession *self, MageTrainable *item, guint n_steps, GError **error);
MageJob *mage_session_fuse (MageSession *self);
MageJob *mage_session_sample (MageSession *self, const char *prompt, MageMotion *motion, MageParams *params);
MageJob *mage_session_branch (MageSession *self, const char *prompt, MageMotion *motion, MageParams *params, MageResult *parent,
                              guint step);
MageJob *mage_session_export (MageSession *self, MageResult *result, const char *path, const ClipWrite *how);
MageJob *mage_session_find_export (MageSession *self);
void mage_session_stop_exports (MageSession *self);
MageJob *mage_session_push (MageSession *self, MageJob *job, gpointer object);
MageJob *mage_session_find_job (MageSession *self, MageTrainable *item);
MageWaitingJob *mage_session_find_order (MageSession *self, MageTrainable *item);
GPtrArray *mage_session_list_orders (MageSession *self, GListModel *items);
MageJob *mage_session_push_order (MageSession *self, MageWaitingJob *order, gpointer object);
GListModel *mage_session_get_held (MageSession *self);
GListModel *mage_session_get_over (MageSession *self);
void mage_session_retry (MageSession *self, MageJob *job);
void mage_session_dismiss (MageSession *self, MageJob *job);
void mage_session_cancel (MageSession *self, MageJob *job);
void mage_session_set_quiet (MageSession *self, MageJob *job, gboolean quiet);
GObject *mage_session_get_subject_of (MageSession *self, MageJob *job);
gboolean mage_session_is_busy (MageSession *self);
gboolean mage_session_stop (MageSession *self);
const char *const *mage_session_get_unfinished (MageSession *self);
guint mage_session_count_unfinished_videos (MageSession *self);
void mage_session_resume (MageSession *self, gboolean go_on);

/* Files. */
MageImportProgress *mage_session_get_imports (MageSession *self);
gboolean mage_session_is_importing (MageSession *self);
void mage_session_import (MageSession *self, GListModel *files, MageTrainable *target);
void mage_session_receive (MageSession *self, GListModel *files, MageTrainable *target);

G_END_DECLS
