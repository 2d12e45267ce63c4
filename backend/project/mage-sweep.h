/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-params.h"

G_BEGIN_DECLS

/** MAGE_SWEEP_FOLDER: in a project's folder, where its sweeps are. */
#define MAGE_SWEEP_FOLDER "sweeps"

/** MAGE_SWEEP_MAX: more videos than this nobody can see at once. */
#define MAGE_SWEEP_MAX 64

#define MAGE_TYPE_SWEEP (mage_sweep_get_type ())
G_DECLARE_FINAL_TYPE (MageSweep, mage_sweep, MAGE, SWEEP, GObject)

gboolean mage_sweep_can_vary (const MageParamInfo *info);
GStrv mage_sweep_parse_values (const MageParamInfo *info, const char *text, GError **error);
double mage_sweep_round_value (const MageParamInfo *info, double value);
GStrv mage_sweep_spread_values (const MageParamInfo *info, double from, double to, guint n);

MageSweep *mage_sweep_new (const char *prompt, const char *motion, MageParams *params);
gboolean mage_sweep_add_axis (MageSweep *self, const char *key, const char *const *values, GError **error);
guint mage_sweep_get_n_axes (MageSweep *self);
const MageParamInfo *mage_sweep_get_axis (MageSweep *self, guint axis, const char *const **values);
guint mage_sweep_get_n_columns (MageSweep *self);
guint mage_sweep_get_n_cells (MageSweep *self);
MageParams *mage_sweep_dup_params (MageSweep *self, guint cell);
const char *mage_sweep_get_result (MageSweep *self, guint cell);
void mage_sweep_set_result (MageSweep *self, guint cell, const char *id);
const char *mage_sweep_get_id (MageSweep *self);
const char *mage_sweep_get_prompt (MageSweep *self);
const char *mage_sweep_get_motion (MageSweep *self);
gboolean mage_sweep_is_same (MageSweep *self, MageSweep *other);
char *mage_sweep_dup_title (MageSweep *self);
char *mage_sweep_dup_cell_title (MageSweep *self, guint cell);

gboolean mage_sweep_save (MageSweep *self, const char *folder, GError **error);
MageSweep *mage_sweep_load (const char *path, GError **error);
GPtrArray *mage_sweep_load_all (const char *folder);

G_END_DECLS
