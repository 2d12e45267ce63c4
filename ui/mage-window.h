/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-model-status.h"
#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_WINDOW (mage_window_get_type ())
G_DECLARE_FINAL_TYPE (MageWindow, mage_window, MAGE, WINDOW, AdwApplicationWindow)

MageWindow *mage_window_new (AdwApplication *application, MageWorker *worker, MageModelStatus *model,
                             GSettings *settings, const char *data_dir);
gboolean mage_window_open (MageWindow *self, const char *folder);
void mage_window_receive (MageWindow *self, GListModel *files);
gboolean mage_window_open_project (MageWindow *self, MageProject *project);
void mage_window_close_project (MageWindow *self);
MageSession *mage_window_get_session (MageWindow *self);

G_END_DECLS
