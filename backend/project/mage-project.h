/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-fusion.h"
#include "project/mage-motion.h"
#include "project/mage-result.h"
#include "project/mage-subject.h"

G_BEGIN_DECLS

#define MAGE_TYPE_PROJECT (mage_project_get_type ())
G_DECLARE_FINAL_TYPE (MageProject, mage_project, MAGE, PROJECT, GObject)

MageProject *mage_project_create (const char *folder, const char *model_dir, const char *builtin_model, GError **error);
MageProject *mage_project_open (const char *folder, const char *builtin_model, GError **error);
MageProject *mage_project_new_trial (MageProject *self, GError **error);
gboolean mage_project_save (MageProject *self, GError **error);
gboolean mage_project_lock (MageProject *self, GError **error);
void mage_project_unlock (MageProject *self);

const char *mage_project_get_folder (MageProject *self);
char *mage_project_dup_name (MageProject *self);
char *mage_project_dup_path (MageProject *self, const char *name);
MageParams *mage_project_get_params (MageProject *self);
GListStore *mage_project_get_subjects (MageProject *self);
GListStore *mage_project_get_motions (MageProject *self);
GListStore *mage_project_get_results (MageProject *self);
MageFusion *mage_project_get_fusion (MageProject *self);

const char *mage_project_get_model_dir (MageProject *self);
gboolean mage_project_is_builtin_model (MageProject *self);
gboolean mage_project_set_model_dir (MageProject *self, const char *model_dir, GError **error);
gboolean mage_project_check_model (MageProject *self, GError **error);
const char *mage_project_get_model_digest (MageProject *self);
char *mage_project_dup_mark (MageProject *self, MageTrainable *item, MageParams *params);
char *mage_project_dup_prior_dir (MageProject *self);
char *mage_project_dup_backgrounds_dir (MageProject *self, MageParams *params);
void mage_project_set_prior_dir (MageProject *self, const char *prior_dir);
gboolean mage_project_has_own_prior (MageProject *self);
const char *mage_project_get_prior_caption (MageProject *self, const char *file);
void mage_project_set_prior_caption (MageProject *self, const char *file, const char *caption);
GHashTable *mage_project_dup_prior_captions (MageProject *self);
gboolean mage_model_dir_check (const char *model_dir, GError **error);

MageMedia *mage_project_import (MageProject *self, const char *path, GError **error);
MageMedia *mage_project_import_watched (MageProject *self, const char *path, GFileProgressCallback progress, gpointer data,
                                        GError **error);
MageMedia *mage_project_import_mask (MageProject *self, const char *path, GError **error);
MageMedia *mage_project_import_bytes (MageProject *self, const char *name, GBytes *bytes, GError **error);
MageSubject *mage_project_add_subject (MageProject *self, const char *name, const char *token,
                                       const char *superclass, GError **error);
MageMotion *mage_project_add_motion (MageProject *self, const char *name, MageMedia *clip, const char *caption);
gboolean mage_project_rename (MageProject *self, MageTrainable *item, const char *name, GError **error);
void mage_project_remove (MageProject *self, MageTrainable *item);
guint mage_project_remove_unused_media (MageProject *self);

MageTrainable *mage_project_find (MageProject *self, const char *name_or_token);
MageResult *mage_project_find_result (MageProject *self, const char *id);
MageResult *mage_project_find_next_result (MageProject *self, MageResult *result);
gboolean mage_project_has_result (MageProject *self, MageResult *result);
gboolean mage_project_delete_result (MageProject *self, MageResult *result, GError **error);
gboolean mage_project_take_back_result (MageProject *self, MageResult *result, GError **error);
gboolean mage_project_is_deleted (MageProject *self, MageResult *result);
void mage_project_remove_deleted (MageProject *self, MageResult *result);
void mage_project_refresh (MageProject *self);

G_END_DECLS
