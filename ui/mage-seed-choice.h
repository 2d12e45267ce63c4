/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-draft.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_SEED_CHOICE (mage_seed_choice_get_type ())
G_DECLARE_FINAL_TYPE (MageSeedChoice, mage_seed_choice, MAGE, SEED_CHOICE, AdwBin)

void mage_seed_choice_set_session (MageSeedChoice *self, MageSession *session);
void mage_seed_choice_renew (MageSeedChoice *self);

G_END_DECLS
