/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_STALE_GROUP (mage_stale_group_get_type ())
G_DECLARE_FINAL_TYPE (MageStaleGroup, mage_stale_group, MAGE, STALE_GROUP, AdwPreferencesGroup)

GtkWidget *mage_stale_group_new (MageSession *session);
gboolean mage_stale_group_offers_training (MageStaleGroup *self);

G_END_DECLS
