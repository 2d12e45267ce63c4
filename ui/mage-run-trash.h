/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_RUN_TRASH (mage_run_trash_get_type ())
G_DECLARE_FINAL_TYPE (MageRunTrash, mage_run_trash, MAGE, RUN_TRASH, GObject)

MageRunTrash *mage_run_trash_get (MageSession *session);
gboolean mage_run_trash_has (MageRunTrash *self, MageTrainable *item);
gboolean mage_run_trash_put (MageRunTrash *self, MageTrainable *item, GError **error);
gboolean mage_run_trash_take_back (MageRunTrash *self, MageTrainable *item, GError **error);
void mage_run_trash_empty (MageRunTrash *self, MageTrainable *item);

G_END_DECLS
