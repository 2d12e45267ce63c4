/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-result-differences.h"

G_BEGIN_DECLS

void mage_compare_table_fill (GtkBox *box, GPtrArray *differences, guint n_videos);

G_END_DECLS
