/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-clip-paintable.h"

G_BEGIN_DECLS

/**
 * MageCompareMode: how two videos or more are seen at once.
 * @MAGE_COMPARE_BESIDE: all, side by side
 * @MAGE_COMPARE_WIPE: the first left of a line, another right of it
 * @MAGE_COMPARE_DIFFERENCE: what of another is brighter or darker than the first
 * @MAGE_COMPARE_ONION: another shines through the first
 */
typedef enum
{
  MAGE_COMPARE_BESIDE,
  MAGE_COMPARE_WIPE,
  MAGE_COMPARE_DIFFERENCE,
  MAGE_COMPARE_ONION
} MageCompareMode;

#define MAGE_TYPE_COMPARE_VIEW (mage_compare_view_get_type ())
G_DECLARE_FINAL_TYPE (MageCompareView, mage_compare_view, MAGE, COMPARE_VIEW, GtkWidget)

void mage_compare_view_set_clips (MageCompareView *self, GPtrArray *clips);
void mage_compare_view_set_difference (MageCompareView *self, MageClipPaintable *difference);
void mage_compare_view_set_mode (MageCompareView *self, MageCompareMode mode);
MageCompareMode mage_compare_view_get_mode (MageCompareView *self);
void mage_compare_view_set_other (MageCompareView *self, guint other);
void mage_compare_view_set_mix (MageCompareView *self, double mix);
double mage_compare_view_get_mix (MageCompareView *self);
guint mage_compare_view_get_other (MageCompareView *self);
guint mage_compare_view_get_n_clips (MageCompareView *self);
MageClipPaintable *mage_compare_view_get_clip (MageCompareView *self, guint i);
MageClipPaintable *mage_compare_view_get_lead (MageCompareView *self);
void mage_compare_view_set_playing (MageCompareView *self, gboolean playing);
gboolean mage_compare_view_get_playing (MageCompareView *self);
GtkWidget *mage_compare_view_get_handle (MageCompareView *self);

G_END_DECLS
