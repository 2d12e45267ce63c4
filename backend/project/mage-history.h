/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"

G_BEGIN_DECLS

#define MAGE_TYPE_HISTORY (mage_history_get_type ())
G_DECLARE_FINAL_TYPE (MageHistory, mage_history, MAGE, HISTORY, GObject)

MageHistory *mage_history_new (MageProject *project);
gboolean mage_history_commit (MageHistory *self, const char *label, const char *key);
gboolean mage_history_undo (MageHistory *self);
gboolean mage_history_redo (MageHistory *self);
const char *mage_history_get_undo_label (MageHistory *self);
const char *mage_history_get_redo_label (MageHistory *self);

G_END_DECLS
