/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_WORD_CHIPS (mage_word_chips_get_type ())
G_DECLARE_FINAL_TYPE (MageWordChips, mage_word_chips, MAGE, WORD_CHIPS, AdwBin)

GtkWidget *mage_word_chips_new (void);
void mage_word_chips_set_words (MageWordChips *self, const char *const *words, MageProject *project);
guint mage_word_chips_get_n_words (MageWordChips *self);
guint mage_word_chips_get_selected (MageWordChips *self);
void mage_word_chips_set_selected (MageWordChips *self, guint word);
void mage_word_chips_set_share (MageWordChips *self, guint word, double share);

G_END_DECLS
