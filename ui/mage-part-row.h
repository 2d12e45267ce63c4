/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_PART_ROW (mage_part_row_get_type ())
G_DECLARE_FINAL_TYPE (MagePartRow, mage_part_row, MAGE, PART_ROW, GtkWidget)

GtkWidget *mage_part_row_new (MageSession *session, MageMotion *motion, MageThing *thing);
void mage_part_row_choose (MagePartRow *self, MageTrainable *player);
MageTrainable *mage_part_row_get_player (MagePartRow *self);

G_END_DECLS
