/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-draft.h"

G_BEGIN_DECLS

#define MAGE_TYPE_METHOD_GROUP (mage_method_group_get_type ())
G_DECLARE_FINAL_TYPE (MageMethodGroup, mage_method_group, MAGE, METHOD_GROUP, AdwPreferencesGroup)

GtkWidget *mage_method_group_new (MageDraft *draft);

G_END_DECLS
