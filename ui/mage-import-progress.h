/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define MAGE_TYPE_IMPORT_PROGRESS (mage_import_progress_get_type ())
G_DECLARE_FINAL_TYPE (MageImportProgress, mage_import_progress, MAGE, IMPORT_PROGRESS, GObject)

MageImportProgress *mage_import_progress_new (void);
void mage_import_progress_begin (MageImportProgress *self);
void mage_import_progress_end (MageImportProgress *self);
void mage_import_progress_add (MageImportProgress *self, goffset total, goffset done);
gboolean mage_import_progress_is_running (MageImportProgress *self);
int mage_import_progress_get_percent (MageImportProgress *self);

G_END_DECLS
