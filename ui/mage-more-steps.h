/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_MORE_STEPS (mage_more_steps_get_type ())
G_DECLARE_FINAL_TYPE (MageMoreSteps, mage_more_steps, MAGE, MORE_STEPS, AdwBin)

GtkWidget *mage_more_steps_new (void);
void mage_more_steps_set_up (MageMoreSteps *self, MageSession *session, MageTrainable *item);
void mage_more_steps_take (MageMoreSteps *self, guint n);

G_END_DECLS
