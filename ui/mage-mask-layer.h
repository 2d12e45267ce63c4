/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/mask.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MageMaskLook: how a mask is seen over its picture.
 * @colour: of the inside
 * @opacity: 0…1: how much the inside is covered; the outside is dimmed with it
 * @line: half the outline's width, in pixels of what is drawn
 */
typedef struct
{
  GdkRGBA colour;
  double opacity;
  double line;
} MageMaskLook;

typedef struct _MageMaskLayer MageMaskLayer;

MageMaskLayer *mage_mask_layer_new (const Mask *mask);
void mage_mask_layer_free (MageMaskLayer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MageMaskLayer, mage_mask_layer_free)
guint mage_mask_layer_get_width (const MageMaskLayer *self);
guint mage_mask_layer_get_height (const MageMaskLayer *self);
guint8 *mage_mask_layer_get_alpha (MageMaskLayer *self);
Mask *mage_mask_layer_dup_mask (const MageMaskLayer *self);
void mage_mask_layer_touch (MageMaskLayer *self, const cairo_rectangle_int_t *touched);
GdkTexture *mage_mask_layer_draw (MageMaskLayer *self, const graphene_rect_t *part, int width, int height,
                                  const MageMaskLook *look);

G_END_DECLS
