/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_WELCOME_PAGE (mage_welcome_page_get_type ())
G_DECLARE_FINAL_TYPE (MageWelcomePage, mage_welcome_page, MAGE, WELCOME_PAGE, AdwBreakpointBin)

GtkWidget *mage_welcome_page_new (GSettings *settings, const char *data_dir);
void mage_welcome_page_set_model (MageWelcomePage *self, const char *text);
void mage_welcome_page_set_busy (MageWelcomePage *self, gboolean busy);

G_END_DECLS
