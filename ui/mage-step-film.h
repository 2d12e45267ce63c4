/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-step-job.h"
#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_STEP_FILM (mage_step_film_get_type ())
G_DECLARE_FINAL_TYPE (MageStepFilm, mage_step_film, MAGE, STEP_FILM, GObject)

MageStepFilm *mage_step_film_new (MageSession *session);
void mage_step_film_set_job (MageStepFilm *self, MageJob *job);
void mage_step_film_set_result (MageStepFilm *self, MageResult *result);
gboolean mage_step_film_has (MageStepFilm *self, guint step);
gboolean mage_step_film_is_kept (MageStepFilm *self, guint step);
Frames *mage_step_film_get (MageStepFilm *self, guint step, MageStepView view);
guint mage_step_film_find_nearest (MageStepFilm *self, guint step);
void mage_step_film_want (MageStepFilm *self, guint step, gboolean now);

G_END_DECLS
