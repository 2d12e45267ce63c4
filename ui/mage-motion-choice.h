/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-draft.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_MOTION_CHOICE (mage_motion_choice_get_type ())
G_DECLARE_FINAL_TYPE (MageMotionChoice, mage_motion_choice, MAGE, MOTION_CHOICE, AdwBin)

void mage_motion_choice_set_session (MageMotionChoice *self, MageSession *session);
MageMotion *mage_motion_choice_get_motion (MageMotionChoice *self);
void mage_motion_choice_refresh (MageMotionChoice *self);

G_END_DECLS
