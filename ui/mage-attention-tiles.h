/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_ATTENTION_TILES (mage_attention_tiles_get_type ())
G_DECLARE_FINAL_TYPE (MageAttentionTiles, mage_attention_tiles, MAGE, ATTENTION_TILES, AdwBin)

#define MAGE_ATTENTION_NO_TILE G_MAXUINT

void mage_attention_tiles_set_n (MageAttentionTiles *self, guint n, int size);
void mage_attention_tiles_set_scrubbed (MageAttentionTiles *self);
void mage_attention_tiles_set_words (MageAttentionTiles *self, guint i, const char *caption, const char *tooltip);
void mage_attention_tiles_set_picture (MageAttentionTiles *self, guint i, GdkPaintable *picture);
void mage_attention_tiles_select (MageAttentionTiles *self, guint i);

G_END_DECLS
