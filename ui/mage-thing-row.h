/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_THING_ROW (mage_thing_row_get_type ())
G_DECLARE_FINAL_TYPE (MageThingRow, mage_thing_row, MAGE, THING_ROW, AdwEntryRow)

GtkWidget *mage_thing_row_new (MageSession *session, MageMotion *motion, MageThing *thing);

G_END_DECLS
