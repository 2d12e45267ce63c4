/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_RESULT_TRASH (mage_result_trash_get_type ())
G_DECLARE_FINAL_TYPE (MageResultTrash, mage_result_trash, MAGE, RESULT_TRASH, GObject)

MageResultTrash *mage_result_trash_get (MageSession *session);
void mage_result_trash_put (MageResultTrash *self, MageResult *result);
gboolean mage_result_trash_take_back (MageResultTrash *self, MageResult *result);
gboolean mage_result_trash_is_left (MageResultTrash *self, MageResult *result);
MageResult *mage_result_trash_find_next (MageResultTrash *self, MageResult *result);
gboolean mage_result_trash_has (MageResultTrash *self, MageResult *result);
void mage_result_trash_empty (MageResultTrash *self, MageResult *result);

G_END_DECLS
