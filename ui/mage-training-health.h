/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-health-card.h"
#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_TRAINING_HEALTH (mage_training_health_get_type ())
G_DECLARE_FINAL_TYPE (MageTrainingHealth, mage_training_health, MAGE, TRAINING_HEALTH, GObject)

MageTrainingHealth *mage_training_health_new (MageSession *session, MageTrainable *item, MageHealthCard *card);

G_END_DECLS
