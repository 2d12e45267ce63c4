/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-crop.h"
#include "ui/mage-clip-view.h"

G_BEGIN_DECLS

#define MAGE_TYPE_CROP_FRAME (mage_crop_frame_get_type ())
G_DECLARE_FINAL_TYPE (MageCropFrame, mage_crop_frame, MAGE, CROP_FRAME, GtkWidget)

void mage_crop_frame_set_view (MageCropFrame *self, MageClipView *view);
void mage_crop_frame_set_clip_size (MageCropFrame *self, double width, double height);
void mage_crop_frame_set_aspect (MageCropFrame *self, double aspect);
void mage_crop_frame_set_crop (MageCropFrame *self, const MageCrop *crop);
void mage_crop_frame_get_crop (MageCropFrame *self, MageCrop *crop);

/* What the pointer does, in points of the widget. */
void mage_crop_frame_get_area (MageCropFrame *self, graphene_rect_t *area);
gboolean mage_crop_frame_begin (MageCropFrame *self, double x, double y);
void mage_crop_frame_move (MageCropFrame *self, double x, double y);
void mage_crop_frame_end (MageCropFrame *self);

G_END_DECLS
