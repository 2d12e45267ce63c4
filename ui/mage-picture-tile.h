/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-mask-finder.h"

G_BEGIN_DECLS

#define MAGE_TYPE_PICTURE_TILE (mage_picture_tile_get_type ())
G_DECLARE_FINAL_TYPE (MagePictureTile, mage_picture_tile, MAGE, PICTURE_TILE, GtkWidget)

GtkWidget *mage_picture_tile_new (void);
void mage_picture_tile_set_media (MagePictureTile *self, MageMedia *media);
MageMedia *mage_picture_tile_get_media (MagePictureTile *self);
void mage_picture_tile_set_finder (MagePictureTile *self, MageMaskFinder *finder);
char *mage_picture_tile_dup_name (MagePictureTile *self, guint position, guint n);

G_END_DECLS
