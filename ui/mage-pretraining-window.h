/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_PRETRAINING_WINDOW (mage_pretraining_window_get_type ())
G_DECLARE_FINAL_TYPE (MagePretrainingWindow, mage_pretraining_window, MAGE, PRETRAINING_WINDOW, AdwWindow)

GtkWidget *mage_pretraining_window_new (const char *folder, GError **error);
guint mage_pretraining_window_get_length (MagePretrainingWindow *self);
guint mage_pretraining_window_get_n_sheets (MagePretrainingWindow *self);
const char *mage_pretraining_window_get_state (MagePretrainingWindow *self);
void mage_pretraining_window_choose (GtkWindow *parent);

G_END_DECLS
