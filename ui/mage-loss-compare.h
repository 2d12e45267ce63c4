/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-loss-chart.h"
#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_LOSS_COMPARE (mage_loss_compare_get_type ())
G_DECLARE_FINAL_TYPE (MageLossCompare, mage_loss_compare, MAGE, LOSS_COMPARE, AdwBin)

void mage_loss_compare_set_up (MageLossCompare *self, MageLossChart *chart, MageProject *project, MageTrainable *item);
void mage_loss_compare_look (MageLossCompare *self);
guint mage_loss_compare_get_n_runs (MageLossCompare *self);
void mage_loss_compare_choose (MageLossCompare *self, const char *id, gboolean chosen);

G_END_DECLS
