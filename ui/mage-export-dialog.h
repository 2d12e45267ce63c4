/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_EXPORT_DIALOG (mage_export_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MageExportDialog, mage_export_dialog, MAGE, EXPORT_DIALOG, AdwDialog)

AdwDialog *mage_export_dialog_new (MageSession *session, MageResult *result);
void mage_export_dialog_export (MageExportDialog *self, const char *path);

G_END_DECLS
