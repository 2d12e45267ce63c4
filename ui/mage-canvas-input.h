/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-picture-canvas.h"

G_BEGIN_DECLS

void mage_canvas_input_add (MagePictureCanvas *canvas);
void mage_canvas_input_show_cursor (GtkWidget *canvas, gboolean brush);

G_END_DECLS
