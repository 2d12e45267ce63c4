/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"

G_BEGIN_DECLS

#define MAGE_SCHEMA "org.videomage.VideoMage"

char *mage_projects_dup_folder (GSettings *settings);
MageProject *mage_projects_create (GSettings *settings, const char *builtin_model, GError **error);
void mage_projects_remember (GSettings *settings, const char *folder);
void mage_projects_forget (GSettings *settings, const char *folder);
void mage_projects_apply_machine (GSettings *settings, MageParams *params);

void mage_projects_make_sample_async (const char *data_dir, GAsyncReadyCallback callback, gpointer data);
void mage_projects_duplicate_async (const char *folder, GAsyncReadyCallback callback, gpointer data);
char *mage_projects_folder_finish (GAsyncResult *result, GError **error);
char *mage_projects_rename (const char *folder, const char *name, GError **error);

G_END_DECLS
