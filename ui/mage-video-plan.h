/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_VIDEO_PLAN (mage_video_plan_get_type ())
G_DECLARE_FINAL_TYPE (MageVideoPlan, mage_video_plan, MAGE, VIDEO_PLAN, GObject)

MageVideoPlan *mage_video_plan_new (MageSession *session, MageProject *project);
void mage_video_plan_add_training (MageVideoPlan *self, MageTrainable *item);
void mage_video_plan_add_fusion (MageVideoPlan *self);
void mage_video_plan_add_video (MageVideoPlan *self, const char *prompt, MageMotion *motion, MageParams *params);
void mage_video_plan_set_part (MageVideoPlan *self);
void mage_video_plan_start (MageVideoPlan *self);
MageResult *mage_video_plan_get_result (MageVideoPlan *self);
gboolean mage_video_plan_has (MageVideoPlan *self, MageJob *job);
void mage_video_plan_stop (MageVideoPlan *self);

G_END_DECLS
