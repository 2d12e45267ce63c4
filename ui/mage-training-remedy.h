/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-diagnosis.h"
#include "ui/mage-session.h"

G_BEGIN_DECLS

/** MAGE_REMEDY_PREFIX: of the group of actions, for gtk_widget_insert_action_group(). */
#define MAGE_REMEDY_PREFIX "remedy"

GSimpleActionGroup *mage_training_remedy_new_group (MageSession *session, MageTrainable *item);
gboolean mage_training_remedy_find (MageAilment ailment, gboolean running, const char **label, const char **action);

G_END_DECLS
