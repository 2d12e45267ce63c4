/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-clip-paintable.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_LOOK_TILE (mage_look_tile_get_type ())
G_DECLARE_FINAL_TYPE (MageLookTile, mage_look_tile, MAGE, LOOK_TILE, GtkWidget)

GtkWidget *mage_look_tile_new (int width);
void mage_look_tile_set_words (MageLookTile *self, const char *title, const char *detail);
void mage_look_tile_set_dot (MageLookTile *self, const GdkRGBA *colour);
void mage_look_tile_set_frames (MageLookTile *self, Frames *frames);
void mage_look_tile_lead (MageLookTile *self, MageLookTile *other);
void mage_look_tile_play (MageLookTile *self, gboolean playing);
gboolean mage_look_tile_is_filled (MageLookTile *self);
MageClipPaintable *mage_look_tile_get_clip (MageLookTile *self);

G_END_DECLS
