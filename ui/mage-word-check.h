/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

/** MageWordUse: what a word is for: the one that is learned, or the plain ones that it starts from. */
typedef enum
{
  MAGE_WORD_TOKEN,
  MAGE_WORD_KIND
} MageWordUse;

#define MAGE_TYPE_WORD_CHECK (mage_word_check_get_type ())
G_DECLARE_FINAL_TYPE (MageWordCheck, mage_word_check, MAGE, WORD_CHECK, GObject)

MageWordCheck *mage_word_check_new (MageSession *session, MageTrainable *subject, MageWordUse use);
void mage_word_check_ask (MageWordCheck *self, const char *text);
const char *mage_word_check_get_sentence (MageWordCheck *self);
gboolean mage_word_check_is_asking (MageWordCheck *self);

G_END_DECLS
