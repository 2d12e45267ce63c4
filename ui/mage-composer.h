/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-draft.h"

G_BEGIN_DECLS

#define MAGE_TYPE_COMPOSER (mage_composer_get_type ())
G_DECLARE_FINAL_TYPE (MageComposer, mage_composer, MAGE, COMPOSER, GObject)

MageComposer *mage_composer_new (MageSession *session, MageDraft *draft);
void mage_composer_set_prompt (MageComposer *self, const char *prompt);
void mage_composer_set_motion (MageComposer *self, MageMotion *motion);
const char *mage_composer_get_prompt (MageComposer *self);
MageMotion *mage_composer_get_motion (MageComposer *self);
gboolean mage_composer_can_preview (MageComposer *self);
const char *mage_composer_get_words (MageComposer *self);
const char *mage_composer_get_action (MageComposer *self);
gboolean mage_composer_is_ready (MageComposer *self);
void mage_composer_help_out (MageComposer *self);
void mage_composer_branch (MageComposer *self, MageResult *parent, guint step);
void mage_composer_run (MageComposer *self);

G_END_DECLS
