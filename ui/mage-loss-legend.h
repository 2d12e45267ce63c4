/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-loss-chart.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_LOSS_LEGEND (mage_loss_legend_get_type ())
G_DECLARE_FINAL_TYPE (MageLossLegend, mage_loss_legend, MAGE, LOSS_LEGEND, AdwBin)

void mage_loss_legend_set_chart (MageLossLegend *self, MageLossChart *chart);

G_END_DECLS
