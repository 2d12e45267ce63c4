/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-params.h"

G_BEGIN_DECLS

#define MAGE_TYPE_RUN (mage_run_get_type ())
/** MAGE_RUN_LOOK_SAMPLE: under which name a job shows a sample that was made while it trains. */
#define MAGE_RUN_LOOK_SAMPLE "sample"

/** MAGE_RUN_LOOK_ASKED: and one that somebody asked for. */
#define MAGE_RUN_LOOK_ASKED "wish"

G_DECLARE_FINAL_TYPE (MageRun, mage_run, MAGE, RUN, GObject)

MageRun *mage_run_create (const char *runs_dir, const char *kind, const char *name, const char *hash,
                          guint n_steps, MageParams *params, GError **error);
MageRun *mage_run_load (const char *dir, GError **error);
MageRun *mage_run_find (const char *runs_dir, const char *kind, const char *hash);
gboolean mage_run_begin_with (MageRun *self, MageRun *other, GError **error);
void mage_run_remove (MageRun *self);
void mage_run_remove_folder (const char *path);
void mage_run_sweep (const char *runs_dir, const char *kind);
gboolean mage_run_save (MageRun *self, GError **error);
void mage_run_set_progress (MageRun *self, guint step, gboolean complete);

const char *mage_run_get_id (MageRun *self);
const char *mage_run_get_dir (MageRun *self);
const char *mage_run_get_hash (MageRun *self);
guint mage_run_get_step (MageRun *self);
guint mage_run_get_n_steps (MageRun *self);
gboolean mage_run_is_complete (MageRun *self);
const char *mage_run_get_kind (MageRun *self);
const char *mage_run_get_text (MageRun *self, const char *key);
JsonObject *mage_run_get_params (MageRun *self);
gboolean mage_run_has_own_steps (MageRun *self);
void mage_run_set_own_steps (MageRun *self);
void mage_run_set_text (MageRun *self, const char *key, const char *text);
char *mage_run_dup_path (MageRun *self, const char *name);
char *mage_run_dup_sample_path (MageRun *self, guint step);
GArray *mage_run_list_samples (MageRun *self);
char *mage_run_dup_maps_path (MageRun *self, guint scene, guint step);
GArray *mage_run_list_maps (MageRun *self, guint scene);

G_END_DECLS
