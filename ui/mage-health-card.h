/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * MageHealth: how something does; each has a tint and an icon of its own.
 * @MAGE_HEALTH_HIDDEN: there is nothing to say; the card is not shown
 */
typedef enum
{
  MAGE_HEALTH_HIDDEN,
  MAGE_HEALTH_WELL,
  MAGE_HEALTH_WARN,
  MAGE_HEALTH_BAD
} MageHealth;

#define MAGE_TYPE_HEALTH_CARD (mage_health_card_get_type ())
G_DECLARE_FINAL_TYPE (MageHealthCard, mage_health_card, MAGE, HEALTH_CARD, GtkWidget)

GtkWidget *mage_health_card_new (void);
void mage_health_card_set (MageHealthCard *self, MageHealth kind, const char *heading, const char *sentence,
                           const char *action_label, const char *action_name);
MageHealth mage_health_card_get_kind (MageHealthCard *self);
const char *mage_health_card_get_heading (MageHealthCard *self);
const char *mage_health_card_get_sentence (MageHealthCard *self);

G_END_DECLS
