/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-timeline-chart.h"

G_BEGIN_DECLS

guint mage_timeline_film_get_n_cells (const MageTimelineChart *chart);
double mage_timeline_film_get_cell_width (const MageTimelineChart *chart);
guint mage_timeline_film_get_cell_step (const MageTimelineChart *chart, guint cell);
void mage_timeline_film_draw (const MageTimelineChart *chart, GtkWidget *widget, GtkSnapshot *snapshot, GHashTable *pictures,
                              guint shown);

G_END_DECLS
