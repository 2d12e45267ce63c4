/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-memory-job.h"
#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_MEMORY_CARD (mage_memory_card_get_type ())
G_DECLARE_FINAL_TYPE (MageMemoryCard, mage_memory_card, MAGE, MEMORY_CARD, GtkBox)

void mage_memory_card_set_up (MageMemoryCard *self, MageSession *session, MageTrainable *item);
const char *mage_memory_card_get_words (MageMemoryCard *self);
GtkWidget *mage_memory_card_get_way (MageMemoryCard *self, guint way);
guint mage_memory_card_count_ways (MageMemoryCard *self);

G_END_DECLS
