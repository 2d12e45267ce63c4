/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-attention-look.h"
#include "ui/mage-attention-tiles.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_ATTENTION_STAGE (mage_attention_stage_get_type ())
G_DECLARE_FINAL_TYPE (MageAttentionStage, mage_attention_stage, MAGE, ATTENTION_STAGE, GtkBox)

void mage_attention_stage_set_ground (MageAttentionStage *self, Frames *ground);
Frames *mage_attention_stage_get_ground (MageAttentionStage *self);
void mage_attention_stage_show (MageAttentionStage *self, const MageAttentionLook *look);
void mage_attention_stage_paint_small (MageAttentionStage *self, MageAttentionTiles *tiles, guint tile, const MageAttentionLook *look,
                                       int side);
void mage_attention_stage_set_frame (MageAttentionStage *self, guint frame);
guint mage_attention_stage_get_frame (MageAttentionStage *self);
void mage_attention_stage_set_place (MageAttentionStage *self, double x, double y);
void mage_attention_stage_move_place (MageAttentionStage *self, int dx, int dy);
guint mage_attention_stage_find_cell (MageAttentionStage *self, const MageAttentionLayer *layer, MageAttentionMark *mark);
void mage_attention_stage_play (MageAttentionStage *self);

G_END_DECLS
