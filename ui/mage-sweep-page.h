/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-sweep-axis.h"
#include "ui/mage-sweep-grid.h"

G_BEGIN_DECLS

#define MAGE_TYPE_SWEEP_PAGE (mage_sweep_page_get_type ())
G_DECLARE_FINAL_TYPE (MageSweepPage, mage_sweep_page, MAGE, SWEEP_PAGE, AdwNavigationPage)

AdwNavigationPage *mage_sweep_page_new (MageSession *session, MageSweep *sweep);
MageSweepAxis *mage_sweep_page_get_axis (MageSweepPage *self, gboolean down);
MageSweepGrid *mage_sweep_page_get_grid (MageSweepPage *self);
MageSweepRunner *mage_sweep_page_get_runner (MageSweepPage *self);
void mage_sweep_page_export (MageSweepPage *self, const char *path, GAsyncReadyCallback callback, gpointer data);

G_END_DECLS
