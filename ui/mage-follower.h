/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-composer.h"

G_BEGIN_DECLS

#define MAGE_TYPE_FOLLOWER (mage_follower_get_type ())
G_DECLARE_FINAL_TYPE (MageFollower, mage_follower, MAGE, FOLLOWER, GObject)

MageFollower *mage_follower_new (MageSession *session, MageComposer *composer);
void mage_follower_set_active (MageFollower *self, gboolean active);
void mage_follower_touch (MageFollower *self);
void mage_follower_stop (MageFollower *self);
gboolean mage_follower_is_waiting (MageFollower *self);
MageJob *mage_follower_get_job (MageFollower *self);

G_END_DECLS
