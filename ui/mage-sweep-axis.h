/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-sweep.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_SWEEP_AXIS (mage_sweep_axis_get_type ())
G_DECLARE_FINAL_TYPE (MageSweepAxis, mage_sweep_axis, MAGE, SWEEP_AXIS, AdwPreferencesGroup)

GtkWidget *mage_sweep_axis_new (const char *title, gboolean optional);
void mage_sweep_axis_choose (MageSweepAxis *self, const char *key);
const MageParamInfo *mage_sweep_axis_get_info (MageSweepAxis *self);
void mage_sweep_axis_set_text (MageSweepAxis *self, const char *text);
double mage_sweep_axis_get_end (MageSweepAxis *self, gboolean last);
GStrv mage_sweep_axis_dup_values (MageSweepAxis *self, GError **error);

G_END_DECLS
