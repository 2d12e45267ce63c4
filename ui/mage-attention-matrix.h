/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MAGE_TYPE_ATTENTION_MATRIX (mage_attention_matrix_get_type ())
G_DECLARE_FINAL_TYPE (MageAttentionMatrix, mage_attention_matrix, MAGE, ATTENTION_MATRIX, GtkWidget)

void mage_attention_matrix_set_values (MageAttentionMatrix *self, const float *values, guint n_frames);
void mage_attention_matrix_set_frame (MageAttentionMatrix *self, guint frame);

G_END_DECLS
