/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-loss-chart.h"
#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_LOSS_CARD (mage_loss_card_get_type ())
G_DECLARE_FINAL_TYPE (MageLossCard, mage_loss_card, MAGE, LOSS_CARD, GtkWidget)

void mage_loss_card_set_up (MageLossCard *self, MageSession *session, MageTrainable *item);
void mage_loss_card_set_large (MageLossCard *self, gboolean large);
void mage_loss_card_refresh (MageLossCard *self);
MageLossChart *mage_loss_card_get_chart (MageLossCard *self);

G_END_DECLS
