/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-series.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MAGE_TYPE_SPARKLINE (mage_sparkline_get_type ())
G_DECLARE_FINAL_TYPE (MageSparkline, mage_sparkline, MAGE, SPARKLINE, GtkWidget)

GtkWidget *mage_sparkline_new (void);
void mage_sparkline_set_series (MageSparkline *self, MageSeries *series);
void mage_sparkline_update (MageSparkline *self);

G_END_DECLS
