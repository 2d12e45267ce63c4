/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MAGE_TYPE_CLIP_PAINTABLE (mage_clip_paintable_get_type ())
G_DECLARE_FINAL_TYPE (MageClipPaintable, mage_clip_paintable, MAGE, CLIP_PAINTABLE, GObject)

MageClipPaintable *mage_clip_paintable_new (Frames *frames);
Frames *mage_clip_paintable_get_frames (MageClipPaintable *self);
GdkTexture *mage_clip_paintable_get_texture (MageClipPaintable *self, guint index);
guint mage_clip_paintable_get_n_frames (MageClipPaintable *self);
guint mage_clip_paintable_get_frame (MageClipPaintable *self);
void mage_clip_paintable_set_frame (MageClipPaintable *self, guint frame);
void mage_clip_paintable_set_span (MageClipPaintable *self, guint first, guint n_frames);
double mage_clip_paintable_get_rate (MageClipPaintable *self);
void mage_clip_paintable_advance (MageClipPaintable *self, gint64 now);
void mage_clip_paintable_set_speed (MageClipPaintable *self, double speed);
double mage_clip_paintable_get_speed (MageClipPaintable *self);
void mage_clip_paintable_halt (MageClipPaintable *self);

G_END_DECLS
