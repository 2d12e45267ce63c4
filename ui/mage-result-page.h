/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_RESULT_PAGE (mage_result_page_get_type ())
G_DECLARE_FINAL_TYPE (MageResultPage, mage_result_page, MAGE, RESULT_PAGE, AdwNavigationPage)

AdwNavigationPage *mage_result_page_new (MageSession *session, MageResult *result);

G_END_DECLS
