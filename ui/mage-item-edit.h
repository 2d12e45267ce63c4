/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

MageTrainable *mage_item_duplicate (MageSession *session, MageTrainable *item);
void mage_item_remove (MageSession *session, MageTrainable *item);
gboolean mage_item_can_move (MageSession *session, MageTrainable *item, int by);
void mage_item_move (MageSession *session, MageTrainable *item, int by);
void mage_item_move_before (MageSession *session, MageTrainable *item, MageTrainable *other);
void mage_item_rename (MageSession *session, MageTrainable *item, GtkWidget *anchor);

G_END_DECLS
