/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-clip-view.h"

G_BEGIN_DECLS

#define MAGE_TYPE_CLIP_PLAYER (mage_clip_player_get_type ())
G_DECLARE_FINAL_TYPE (MageClipPlayer, mage_clip_player, MAGE, CLIP_PLAYER, GtkWidget)

GtkWidget *mage_clip_player_new (void);
void mage_clip_player_set_clip (MageClipPlayer *self, MageClipPaintable *clip);
MageClipPaintable *mage_clip_player_get_clip (MageClipPlayer *self);
void mage_clip_player_play (MageClipPlayer *self, gboolean playing);
gboolean mage_clip_player_is_playing (MageClipPlayer *self);
MageClipView *mage_clip_player_get_view (MageClipPlayer *self);
gboolean mage_clip_player_take_key (MageClipPlayer *self, guint key, GdkModifierType modifiers);
void mage_clip_player_set_label (MageClipPlayer *self, const char *label);

G_END_DECLS
