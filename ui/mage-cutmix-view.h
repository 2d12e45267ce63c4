/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_CUTMIX_VIEW (mage_cutmix_view_get_type ())
G_DECLARE_FINAL_TYPE (MageCutmixView, mage_cutmix_view, MAGE, CUTMIX_VIEW, AdwBin)

GtkWidget *mage_cutmix_view_new (MageSession *session);
void mage_cutmix_view_set_session (MageCutmixView *self, MageSession *session);
void mage_cutmix_view_set_job (MageCutmixView *self, MageJob *job);
gboolean mage_cutmix_view_is_empty (MageCutmixView *self);
const char *mage_cutmix_view_get_token (MageCutmixView *self, guint position);

G_END_DECLS
