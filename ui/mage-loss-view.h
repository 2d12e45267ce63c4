/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-loss-scene.h"

G_BEGIN_DECLS

/**
 * MageLossView: the part of a run that a scene shows.
 * @n_steps: how far the run goes, where that is known
 * @zoomed: a part was chosen
 * @changed: hears of another part, and of @zoomed
 */
typedef struct
{
  MageLossScene *scene;
  guint n_steps;
  gboolean zoomed;
  void (*changed) (gpointer owner);
  gpointer owner;
} MageLossView;

double mage_loss_view_get_end (const MageLossView *self);
void mage_loss_view_get (const MageLossView *self, double *from, double *to);
void mage_loss_view_follow (MageLossView *self, double end_before);
void mage_loss_view_set (MageLossView *self, double from, double to);
void mage_loss_view_zoom (MageLossView *self, double factor, double at);
void mage_loss_view_pan (MageLossView *self, double steps);
void mage_loss_view_reveal (MageLossView *self, guint step);

G_END_DECLS
