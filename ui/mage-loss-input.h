/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-loss-chart.h"

G_BEGIN_DECLS

void mage_loss_input_add (MageLossChart *chart);

G_END_DECLS
