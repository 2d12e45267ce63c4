/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

typedef void (*MageRenamed) (const char *name, gpointer data);

void mage_project_dialog_rename (GtkWidget *parent, MageProject *project, MageRenamed renamed, gpointer data);
void mage_project_dialog_show_properties (GtkWidget *parent, MageProject *project);

G_END_DECLS
