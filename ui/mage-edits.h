/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-history.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

#define MAGE_TYPE_EDITS (mage_edits_get_type ())
G_DECLARE_FINAL_TYPE (MageEdits, mage_edits, MAGE, EDITS, GObject)

MageEdits *mage_edits_new (MageProject *project);
MageHistory *mage_edits_get_history (MageEdits *self);
void mage_edits_record (MageEdits *self, const char *label, const char *key);
void mage_edits_commit (MageEdits *self);

G_END_DECLS
