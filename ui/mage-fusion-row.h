/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_FUSION_ROW (mage_fusion_row_get_type ())
G_DECLARE_FINAL_TYPE (MageFusionRow, mage_fusion_row, MAGE, FUSION_ROW, AdwActionRow)

GtkWidget *mage_fusion_row_new (MageSession *session, MageTrainable *subject);

G_END_DECLS
