/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-compare-view.h"
#include "ui/mage-result-choice.h"

G_BEGIN_DECLS

#define MAGE_TYPE_COMPARE_PAGE (mage_compare_page_get_type ())
G_DECLARE_FINAL_TYPE (MageComparePage, mage_compare_page, MAGE, COMPARE_PAGE, AdwNavigationPage)

AdwNavigationPage *mage_compare_page_new (MageSession *session, MageResultChoice *choice);
AdwNavigationPage *mage_compare_page_new_again (MageSession *session, MageResult *result, MageResult *again);
void mage_compare_page_set_mode (MageComparePage *self, MageCompareMode mode);
MageCompareView *mage_compare_page_get_view (MageComparePage *self);
const char *mage_compare_page_get_words (MageComparePage *self);
guint mage_compare_page_get_n_different (MageComparePage *self);

G_END_DECLS
