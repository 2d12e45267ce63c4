/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

GtkWidget *mage_sweep_button_new (MageSession *session);

G_END_DECLS
