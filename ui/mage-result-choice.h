/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

/** MAGE_CHOICE_MAX: more beside each other are too small to compare. */
#define MAGE_CHOICE_MAX 6

#define MAGE_TYPE_RESULT_CHOICE (mage_result_choice_get_type ())
G_DECLARE_FINAL_TYPE (MageResultChoice, mage_result_choice, MAGE, RESULT_CHOICE, GObject)

MageResultChoice *mage_result_choice_new (void);
MageResultChoice *mage_result_choice_get (MageSession *session);
guint mage_result_choice_get_length (MageResultChoice *self);
MageResult *mage_result_choice_get_item (MageResultChoice *self, guint i);
int mage_result_choice_find (MageResultChoice *self, MageResult *result);
gboolean mage_result_choice_add (MageResultChoice *self, MageResult *result);
void mage_result_choice_remove (MageResultChoice *self, MageResult *result);
gboolean mage_result_choice_toggle (MageResultChoice *self, MageResult *result);
void mage_result_choice_clear (MageResultChoice *self);

void mage_choice_get_colour (int index, GdkRGBA *colour);
void mage_choice_badge_show (GtkLabel *badge, int index);

G_END_DECLS
