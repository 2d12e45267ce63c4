/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_VIDEO_DESK (mage_video_desk_get_type ())
G_DECLARE_FINAL_TYPE (MageVideoDesk, mage_video_desk, MAGE, VIDEO_DESK, AdwBin)

void mage_video_desk_set_session (MageVideoDesk *self, MageSession *session);
void mage_video_desk_show_job (MageVideoDesk *self, MageJob *job);
void mage_video_desk_show_preview (MageVideoDesk *self, MageJob *job);
gboolean mage_video_desk_take_key (MageVideoDesk *self, guint key, GdkModifierType modifiers);
void mage_video_desk_go_steps (MageVideoDesk *self, int by);
void mage_video_desk_branch (MageVideoDesk *self);
MageJob *mage_video_desk_get_preview (MageVideoDesk *self);
void mage_video_desk_show_result (MageVideoDesk *self, MageResult *result);

G_END_DECLS
