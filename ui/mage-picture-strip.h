/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-mask-finder.h"

G_BEGIN_DECLS

#define MAGE_TYPE_PICTURE_STRIP (mage_picture_strip_get_type ())
G_DECLARE_FINAL_TYPE (MagePictureStrip, mage_picture_strip, MAGE, PICTURE_STRIP, GtkWidget)

GtkWidget *mage_picture_strip_new (void);
void mage_picture_strip_set_pictures (MagePictureStrip *self, GListStore *pictures);
void mage_picture_strip_set_finder (MagePictureStrip *self, MageMaskFinder *finder);
MageMedia *mage_picture_strip_get_selected (MagePictureStrip *self);
void mage_picture_strip_select (MagePictureStrip *self, guint position);
void mage_picture_strip_move (MagePictureStrip *self, guint from, guint to);
void mage_picture_strip_remove (MagePictureStrip *self, guint position);

G_END_DECLS
