/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-series.h"

G_BEGIN_DECLS

char *cli_sparkline (MageSeries *series, const char *name, guint n_cells);

G_END_DECLS
