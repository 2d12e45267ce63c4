/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-step-film.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_STEPS_CARD (mage_steps_card_get_type ())
G_DECLARE_FINAL_TYPE (MageStepsCard, mage_steps_card, MAGE, STEPS_CARD, AdwBin)

void mage_steps_card_set_session (MageStepsCard *self, MageSession *session, MageStepFilm *film);
void mage_steps_card_show_job (MageStepsCard *self, MageJob *job);
void mage_steps_card_show_result (MageStepsCard *self, MageResult *result);
guint mage_steps_card_get_step (MageStepsCard *self);
guint mage_steps_card_get_n_seen (MageStepsCard *self);
const char *mage_steps_card_branch (MageStepsCard *self);
void mage_steps_card_go (MageStepsCard *self, int by);
void mage_steps_card_choose (MageStepsCard *self, guint step);

G_END_DECLS
