/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MAGE_TYPE_WIPE_HANDLE (mage_wipe_handle_get_type ())
G_DECLARE_FINAL_TYPE (MageWipeHandle, mage_wipe_handle, MAGE, WIPE_HANDLE, GtkWidget)

GtkWidget *mage_wipe_handle_new (void);
void mage_wipe_handle_set_position (MageWipeHandle *self, double position);

G_END_DECLS
