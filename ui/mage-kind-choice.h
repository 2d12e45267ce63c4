/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

void mage_kind_choice_add (AdwEntryRow *row, MageSession *session);
GStrv mage_kind_choice_list (const char *text, guint max);

G_END_DECLS
