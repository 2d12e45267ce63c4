/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

void mage_identity_get_colour (MageTrainable *subject, gboolean dark, GdkRGBA *colour);
GtkWidget *mage_identity_make_dot (MageTrainable *subject);
char *mage_identity_dup_title (MageTrainable *item);
void mage_identity_get_nth (guint n, gboolean dark, GdkRGBA *colour);

G_END_DECLS
