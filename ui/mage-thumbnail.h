/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MAGE_TYPE_THUMBNAIL (mage_thumbnail_get_type ())
G_DECLARE_FINAL_TYPE (MageThumbnail, mage_thumbnail, MAGE, THUMBNAIL, GtkWidget)

GtkWidget *mage_thumbnail_new (int width, int height);
void mage_thumbnail_set_object (MageThumbnail *self, GObject *object);
void mage_thumbnail_set_texture (MageThumbnail *self, GdkTexture *texture);
void mage_thumbnail_set_picture (MageThumbnail *self, const char *path);

G_END_DECLS
