/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean mage_attention_name_is_temporal (const char *name);
char *mage_attention_name_to_words (const char *name);
const char *mage_attention_name_find_beside (const char *name, const char *const *names);
const char *mage_attention_name_choose (const char *const *names, gboolean temporal);

guint mage_attention_word_choose (const char *const *words, guint n);
gboolean mage_attention_word_is_minor (const char *word);

G_END_DECLS
