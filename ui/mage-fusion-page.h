/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-page.h"

G_BEGIN_DECLS

#define MAGE_TYPE_FUSION_PAGE (mage_fusion_page_get_type ())
G_DECLARE_FINAL_TYPE (MageFusionPage, mage_fusion_page, MAGE, FUSION_PAGE, MagePage)

GtkWidget *mage_fusion_page_new (MageSession *session);

G_END_DECLS
