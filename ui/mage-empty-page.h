/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-page.h"

G_BEGIN_DECLS

#define MAGE_TYPE_EMPTY_PAGE (mage_empty_page_get_type ())
G_DECLARE_FINAL_TYPE (MageEmptyPage, mage_empty_page, MAGE, EMPTY_PAGE, MagePage)

GtkWidget *mage_empty_page_new (MageSession *session);

G_END_DECLS
