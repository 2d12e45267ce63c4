/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-media.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MAGE_TYPE_PICTURE_CANVAS (mage_picture_canvas_get_type ())
G_DECLARE_FINAL_TYPE (MagePictureCanvas, mage_picture_canvas, MAGE, PICTURE_CANVAS, GtkWidget)

GtkWidget *mage_picture_canvas_new (void);
void mage_picture_canvas_set_media (MagePictureCanvas *self, MageMedia *media);
void mage_picture_canvas_set_colour (MagePictureCanvas *self, const GdkRGBA *colour);
void mage_picture_canvas_set_show_mask (MagePictureCanvas *self, gboolean show_mask);
double mage_picture_canvas_get_coverage (MagePictureCanvas *self);
gboolean mage_picture_canvas_is_loading (MagePictureCanvas *self);

G_END_DECLS
