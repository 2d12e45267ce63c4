/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-mask-stage.h"
#include "ui/mage-thing-follower.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_THING_DIALOG (mage_thing_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MageThingDialog, mage_thing_dialog, MAGE, THING_DIALOG, AdwDialog)

AdwDialog *mage_thing_dialog_new (MageSession *session, MageMotion *motion, MageThing *thing);
MageThingFollower *mage_thing_dialog_get_follower (MageThingDialog *self);
MageMaskStage *mage_thing_dialog_get_stage (MageThingDialog *self);
gboolean mage_thing_dialog_is_loading (MageThingDialog *self);
void mage_thing_dialog_choose (MageThingDialog *self, guint at);
guint mage_thing_dialog_get_chosen (MageThingDialog *self);
const char *mage_thing_dialog_get_status (MageThingDialog *self);

G_END_DECLS
