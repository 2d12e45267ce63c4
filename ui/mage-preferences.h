/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-model-status.h"
#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_PREFERENCES (mage_preferences_get_type ())
G_DECLARE_FINAL_TYPE (MagePreferences, mage_preferences, MAGE, PREFERENCES, AdwPreferencesDialog)

AdwDialog *mage_preferences_new (GSettings *settings, MageModelStatus *model, MageSession *session,
                                 const char *builtin_model);
GStrv mage_preferences_find_models (const char *hub);
gboolean mage_preferences_choose_model (MagePreferences *self, const char *folder);

G_END_DECLS
