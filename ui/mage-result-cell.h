/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-result-choice.h"

G_BEGIN_DECLS

#define MAGE_TYPE_RESULT_CELL (mage_result_cell_get_type ())
G_DECLARE_FINAL_TYPE (MageResultCell, mage_result_cell, MAGE, RESULT_CELL, GtkWidget)

GtkWidget *mage_result_cell_new (MageResultChoice *choice);
void mage_result_cell_set_result (MageResultCell *self, MageResult *result);
MageResult *mage_result_cell_get_result (MageResultCell *self);
void mage_result_cell_set_playing (MageResultCell *self, gboolean playing);
char *mage_result_dup_time_words (MageResult *result);

G_END_DECLS
