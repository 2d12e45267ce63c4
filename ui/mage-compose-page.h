/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-page.h"

G_BEGIN_DECLS

#define MAGE_TYPE_COMPOSE_PAGE (mage_compose_page_get_type ())
G_DECLARE_FINAL_TYPE (MageComposePage, mage_compose_page, MAGE, COMPOSE_PAGE, MagePage)

MageResult *mage_compose_page_get_result (MageComposePage *self);
GtkWidget *mage_compose_page_new (MageSession *session);

G_END_DECLS
