/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MAGE_TYPE_ATTENTION_CANVAS (mage_attention_canvas_get_type ())
G_DECLARE_FINAL_TYPE (MageAttentionCanvas, mage_attention_canvas, MAGE, ATTENTION_CANVAS, GtkWidget)

void mage_attention_canvas_set_picture (MageAttentionCanvas *self, GdkTexture *picture);
void mage_attention_canvas_set_cell (MageAttentionCanvas *self, const graphene_rect_t *cell);

G_END_DECLS
