/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-result-filter.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_RESULT_SEARCH (mage_result_search_get_type ())
G_DECLARE_FINAL_TYPE (MageResultSearch, mage_result_search, MAGE, RESULT_SEARCH, AdwBin)

void mage_result_search_set_results (MageResultSearch *self, GListModel *results);
MageResultFilter *mage_result_search_get_filter (MageResultSearch *self);
void mage_result_search_set_text (MageResultSearch *self, const char *text);
void mage_result_search_reset (MageResultSearch *self);

G_END_DECLS
