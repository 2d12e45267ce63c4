/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

void mage_closing_begin (GApplication *application, MageSession *session);
guint mage_closing_count (GApplication *application);
void mage_closing_tell (GApplication *application);
void mage_closing_hurry (GApplication *application);

G_END_DECLS
