/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-attention-look.h"
#include "ui/mage-attention-tiles.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_ATTENTION_INSPECTOR (mage_attention_inspector_get_type ())
G_DECLARE_FINAL_TYPE (MageAttentionInspector, mage_attention_inspector, MAGE, ATTENTION_INSPECTOR, AdwBin)

void mage_attention_inspector_set_steps (MageAttentionInspector *self, guint n_steps, gboolean scs, guint guided);
void mage_attention_inspector_set_step (MageAttentionInspector *self, guint step);
void mage_attention_inspector_show (MageAttentionInspector *self, const MageAttentionLook *look);
void mage_attention_inspector_set_kept (MageAttentionInspector *self, guint n, gboolean can_go_ahead, gboolean ahead);
MageAttentionTiles *mage_attention_inspector_get_heads (MageAttentionInspector *self);

G_END_DECLS
