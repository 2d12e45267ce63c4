/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void mage_queue_drag_attach (GtkListBox *list);

G_END_DECLS
