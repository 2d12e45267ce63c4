/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

#include "media/frames.h"

G_BEGIN_DECLS

#define MAGE_TYPE_VIDEO_STAGE (mage_video_stage_get_type ())
G_DECLARE_FINAL_TYPE (MageVideoStage, mage_video_stage, MAGE, VIDEO_STAGE, GtkWidget)

void mage_video_stage_set_session (MageVideoStage *self, MageSession *session);
void mage_video_stage_set_job (MageVideoStage *self, MageJob *job);
void mage_video_stage_show_video (MageVideoStage *self, Frames *frames);
void mage_video_stage_show_step (MageVideoStage *self, Frames *predicted, Frames *subject, Frames *motion, MageParams *params);
void mage_video_stage_go_on (MageVideoStage *self);
void mage_video_stage_clear (MageVideoStage *self);
gboolean mage_video_stage_take_key (MageVideoStage *self, guint key, GdkModifierType modifiers);
gboolean mage_video_stage_shows_branches (MageVideoStage *self);

G_END_DECLS
