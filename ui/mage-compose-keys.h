/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-video-desk.h"

G_BEGIN_DECLS

void mage_compose_keys_add (GtkWidget *page, MageVideoDesk *desk);

G_END_DECLS
