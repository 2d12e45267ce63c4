/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-trainable.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MAGE_TYPE_STATE_MARK (mage_state_mark_get_type ())
G_DECLARE_FINAL_TYPE (MageStateMark, mage_state_mark, MAGE, STATE_MARK, GtkWidget)

GtkWidget *mage_state_mark_new (void);
void mage_state_mark_set (MageStateMark *self, MageTrainState state, double fraction, gboolean running);

G_END_DECLS
