/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_PRESET_ROW (mage_preset_row_get_type ())
G_DECLARE_FINAL_TYPE (MagePresetRow, mage_preset_row, MAGE, PRESET_ROW, AdwActionRow)

GtkWidget *mage_preset_row_new (MageSession *session, const char *folder);
void mage_preset_row_save (MagePresetRow *self, const char *name);
void mage_preset_row_rename (MagePresetRow *self, const char *name);

G_END_DECLS
