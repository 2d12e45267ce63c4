/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-loss-chart.h"
#include "ui/mage-more-steps.h"
#include "ui/mage-sample-now.h"
#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_TRAINING_VIEW (mage_training_view_get_type ())
G_DECLARE_FINAL_TYPE (MageTrainingView, mage_training_view, MAGE, TRAINING_VIEW, GtkWidget)

GtkWidget *mage_training_view_new (MageSession *session, MageTrainable *item);
void mage_training_view_set_up (MageTrainingView *self, MageSession *session, MageTrainable *item);
void mage_training_view_set_needs (MageTrainingView *self, const char *needs);
const char *mage_training_view_get_action (MageTrainingView *self);
const char *mage_training_view_get_state (MageTrainingView *self);
MageLossChart *mage_training_view_get_chart (MageTrainingView *self);
void mage_training_view_bind_banner (MageTrainingView *self, AdwBanner *banner);
MageSampleNow *mage_training_view_get_sample_now (MageTrainingView *self);
MageMoreSteps *mage_training_view_get_more_steps (MageTrainingView *self);
void mage_training_view_ask (MageTrainingView *self);
guint mage_training_view_get_n_samples (MageTrainingView *self);

G_END_DECLS
