/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-track-record.h"
#include "ui/mage-frame-tile.h"
#include "ui/mage-session.h"
#include "ui/mage-stills.h"

G_BEGIN_DECLS

#define MAGE_TYPE_THING_FOLLOWER (mage_thing_follower_get_type ())
G_DECLARE_FINAL_TYPE (MageThingFollower, mage_thing_follower, MAGE, THING_FOLLOWER, GObject)

MageThingFollower *mage_thing_follower_new (MageSession *session, MageMotion *motion, MageThing *thing);
void mage_thing_follower_take_stills (MageThingFollower *self, MageStills *stills);
const MageStills *mage_thing_follower_get_stills (MageThingFollower *self);

MageMedia *mage_thing_follower_get_mask (MageThingFollower *self, guint at);
void mage_thing_follower_set_mask (MageThingFollower *self, guint at, MageMedia *mask);
MageFrameState mage_thing_follower_get_state (MageThingFollower *self, guint at);
const MageTrackRecord *mage_thing_follower_get_record (MageThingFollower *self);
guint mage_thing_follower_get_serial (MageThingFollower *self);
const char *mage_thing_follower_get_problem (MageThingFollower *self);

void mage_thing_follower_follow (MageThingFollower *self);
void mage_thing_follower_stop (MageThingFollower *self);
gboolean mage_thing_follower_is_following (MageThingFollower *self);
gboolean mage_thing_follower_is_settled (MageThingFollower *self);
double mage_thing_follower_get_progress (MageThingFollower *self);

G_END_DECLS
