/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-clip-paintable.h"

G_BEGIN_DECLS

/**
 * MageClipClock: what plays a clip in a widget, which embeds it.
 * @widget: its owner
 * @clip: (nullable): the owner's
 * @tick: 0: it stands
 */
typedef struct
{
  GtkWidget *widget;
  MageClipPaintable *clip;
  gboolean playing;
  guint tick;
} MageClipClock;

void mage_clip_clock_init (MageClipClock *self, GtkWidget *widget);
void mage_clip_clock_set_clip (MageClipClock *self, MageClipPaintable *clip);
gboolean mage_clip_clock_set_playing (MageClipClock *self, gboolean playing);

void mage_clip_draw (GtkSnapshot *snapshot, GdkPaintable *paintable, const graphene_rect_t *area);

G_END_DECLS
