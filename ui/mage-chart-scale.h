/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MageChartScale: maps values to positions along an axis.
 * @low, @high: the values at the ends
 * @logarithmic: equal distances are equal factors; both ends are above 0
 */
typedef struct
{
  double low;
  double high;
  gboolean logarithmic;
} MageChartScale;

MageChartScale mage_chart_scale_fit (double low, double high, gboolean logarithmic);
double mage_chart_scale_map (const MageChartScale *self, double value);
guint mage_chart_scale_list_ticks (const MageChartScale *self, guint wanted, double *ticks, guint max_ticks);
char *mage_chart_scale_dup_label (const MageChartScale *self, double tick, double spacing);
double mage_chart_get_keep (guint n);
void mage_chart_smooth_on (double keep, double value, double *mean, double *weight);
void mage_chart_smooth (const double *values, guint n, double *smooth);
guint mage_chart_find_nearest (const double *steps, guint n, double step);

G_END_DECLS
