/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-clip-paintable.h"

G_BEGIN_DECLS

#define MAGE_TYPE_CLIP_VIEW (mage_clip_view_get_type ())
G_DECLARE_FINAL_TYPE (MageClipView, mage_clip_view, MAGE, CLIP_VIEW, GtkWidget)

GtkWidget *mage_clip_view_new (void);
void mage_clip_view_set_clip (MageClipView *self, MageClipPaintable *clip);
MageClipPaintable *mage_clip_view_get_clip (MageClipView *self);
void mage_clip_view_set_poster (MageClipView *self, GdkPaintable *poster);
void mage_clip_view_set_playing (MageClipView *self, gboolean playing);
gboolean mage_clip_view_get_playing (MageClipView *self);
void mage_clip_view_get_area (MageClipView *self, graphene_rect_t *area);

G_END_DECLS
