/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

/** MageDraggedFunc: Returns: (transfer none) (nullable): what @widget shows */
typedef MageResult *(*MageDraggedFunc) (GtkWidget *widget);

GtkDragSource *mage_result_drag_attach (GtkWidget *widget, MageDraggedFunc get_result);
GdkContentProvider *mage_result_drag_make_content (MageResult *result, GError **error);

G_END_DECLS
