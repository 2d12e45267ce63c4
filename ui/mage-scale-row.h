/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_SCALE_ROW (mage_scale_row_get_type ())
G_DECLARE_FINAL_TYPE (MageScaleRow, mage_scale_row, MAGE, SCALE_ROW, AdwPreferencesRow)

GtkWidget *mage_scale_row_new (double minimum, double maximum, double step, guint digits);
double mage_scale_row_get_value (MageScaleRow *self);
void mage_scale_row_set_value (MageScaleRow *self, double value);
void mage_scale_row_set_mark (MageScaleRow *self, double mark);
void mage_scale_row_set_text (MageScaleRow *self, const char *text);
void mage_scale_row_set_hint (MageScaleRow *self, const char *hint);
void mage_scale_row_set_source (MageScaleRow *self, const char *markup);
void mage_scale_row_set_button (MageScaleRow *self, GtkWidget *button);

G_END_DECLS
