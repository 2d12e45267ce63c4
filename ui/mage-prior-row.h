/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

#include "media/caption-folder.h"

G_BEGIN_DECLS

#define MAGE_TYPE_PRIOR_ROW (mage_prior_row_get_type ())
G_DECLARE_FINAL_TYPE (MagePriorRow, mage_prior_row, MAGE, PRIOR_ROW, GtkWidget)

GtkWidget *mage_prior_row_new (MageSession *session);
void mage_prior_row_set_clip (MagePriorRow *self, const char *path, const char *own);

G_END_DECLS
