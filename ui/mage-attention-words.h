/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_ATTENTION_WORDS (mage_attention_words_get_type ())
G_DECLARE_FINAL_TYPE (MageAttentionWords, mage_attention_words, MAGE, ATTENTION_WORDS, AdwBin)

void mage_attention_words_set_words (MageAttentionWords *self, const char *const *words, MageProject *project);
void mage_attention_words_set_share (MageAttentionWords *self, guint i, double share, gboolean difference);
void mage_attention_words_select (MageAttentionWords *self, guint i);

G_END_DECLS
