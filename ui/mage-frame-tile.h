/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** MageFrameState: what is known of a thing in a frame. */
typedef enum
{
  MAGE_FRAME_OPEN,
  MAGE_FRAME_MARKED,
  MAGE_FRAME_FOLLOWED,
  MAGE_FRAME_DOUBTFUL
} MageFrameState;

#define MAGE_TYPE_FRAME_TILE (mage_frame_tile_get_type ())
G_DECLARE_FINAL_TYPE (MageFrameTile, mage_frame_tile, MAGE, FRAME_TILE, GtkWidget)

GtkWidget *mage_frame_tile_new (GdkTexture *texture);
void mage_frame_tile_set_mask (MageFrameTile *self, GdkTexture *mask);
void mage_frame_tile_set_state (MageFrameTile *self, MageFrameState state);
MageFrameState mage_frame_tile_get_state (MageFrameTile *self);

G_END_DECLS
