/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MAGE_TYPE_PROJECT_CARD (mage_project_card_get_type ())
G_DECLARE_FINAL_TYPE (MageProjectCard, mage_project_card, MAGE, PROJECT_CARD, GtkButton)

GtkWidget *mage_project_card_new (const char *folder, const char *builtin_model);

G_END_DECLS
