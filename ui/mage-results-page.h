/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-page.h"
#include "ui/mage-result-search.h"

G_BEGIN_DECLS

#define MAGE_TYPE_RESULTS_PAGE (mage_results_page_get_type ())
G_DECLARE_FINAL_TYPE (MageResultsPage, mage_results_page, MAGE, RESULTS_PAGE, MagePage)

GtkWidget *mage_results_page_new (MageSession *session);
guint mage_results_page_get_n_shown (MageResultsPage *self);
MageResultSearch *mage_results_page_get_search (MageResultsPage *self);

G_END_DECLS
