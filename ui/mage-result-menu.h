/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-result.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

void mage_result_menu_attach (GtkWidget *widget, MageResult *(*get_result) (GtkWidget *widget));

G_END_DECLS
