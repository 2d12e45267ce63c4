/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"
#include "ui/mage-word-chips.h"

G_BEGIN_DECLS

#define MAGE_TYPE_TRAINING_MAPS (mage_training_maps_get_type ())
G_DECLARE_FINAL_TYPE (MageTrainingMaps, mage_training_maps, MAGE, TRAINING_MAPS, GtkWidget)

GtkWidget *mage_training_maps_new (MageSession *session, MageTrainable *item);
void mage_training_maps_look (MageTrainingMaps *self);
guint mage_training_maps_get_shown (MageTrainingMaps *self);
guint mage_training_maps_get_n_tiles (MageTrainingMaps *self);
MageWordChips *mage_training_maps_get_words (MageTrainingMaps *self);
void mage_training_maps_choose (MageTrainingMaps *self, int layer, int head);
void mage_training_maps_pick (MageTrainingMaps *self, guint scene);
guint mage_training_maps_get_n_scenes (MageTrainingMaps *self);
const char *mage_training_maps_get_scene (MageTrainingMaps *self);
GtkAdjustment *mage_training_maps_get_steps (MageTrainingMaps *self);

G_END_DECLS
