/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_WINDOW (mage_window_get_type ())
G_DECLARE_FINAL_TYPE (MageWindow, mage_window, MAGE, WINDOW, AdwApplicationWindow)

MageWindow *mage_window_new (AdwApplication *application, MageWorker *worker);

G_END_DECLS
