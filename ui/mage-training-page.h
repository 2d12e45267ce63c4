/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-health-card.h"
#include "ui/mage-loss-compare.h"
#include "ui/mage-memory-card.h"
#include "ui/mage-session.h"
#include "ui/mage-training-maps.h"
#include "ui/mage-training-view.h"

G_BEGIN_DECLS

#define MAGE_TYPE_TRAINING_PAGE (mage_training_page_get_type ())
G_DECLARE_FINAL_TYPE (MageTrainingPage, mage_training_page, MAGE, TRAINING_PAGE, AdwNavigationPage)

AdwNavigationPage *mage_training_page_new (MageSession *session, MageTrainable *item);
MageTrainable *mage_training_page_get_item (MageTrainingPage *self);
MageTrainingView *mage_training_page_get_training (MageTrainingPage *self);
MageHealthCard *mage_training_page_get_health (MageTrainingPage *self);
MageLossCompare *mage_training_page_get_compare (MageTrainingPage *self);
MageMemoryCard *mage_training_page_get_memory (MageTrainingPage *self);
MageTrainingMaps *mage_training_page_get_maps (MageTrainingPage *self);
char *mage_training_page_dup_log (MageTrainingPage *self);
void mage_training_page_set_maps (MageTrainingPage *self, GtkWidget *maps);
guint mage_training_page_get_step (MageTrainingPage *self);
void mage_training_page_set_step (MageTrainingPage *self, guint step);
guint mage_training_page_get_last_step (MageTrainingPage *self);

G_END_DECLS
