/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-series.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MAGE_TYPE_LOSS_CHART (mage_loss_chart_get_type ())
G_DECLARE_FINAL_TYPE (MageLossChart, mage_loss_chart, MAGE, LOSS_CHART, GtkWidget)

GtkWidget *mage_loss_chart_new (void);
void mage_loss_chart_set_series (MageLossChart *self, MageSeries *series);
void mage_loss_chart_set_before (MageLossChart *self, MageSeries *before);
void mage_loss_chart_set_n_steps (MageLossChart *self, guint n_steps);
void mage_loss_chart_refresh (MageLossChart *self);
void mage_loss_chart_set_logarithmic (MageLossChart *self, gboolean logarithmic);
gboolean mage_loss_chart_get_logarithmic (MageLossChart *self);
void mage_loss_chart_set_hidden (MageLossChart *self, const char *term, gboolean hidden);
GStrv mage_loss_chart_dup_terms (MageLossChart *self);
double mage_loss_chart_get_latest (MageLossChart *self);
gboolean mage_loss_chart_get_cursor (MageLossChart *self, guint *step);
void mage_loss_chart_set_cursor (MageLossChart *self, int index);
guint mage_loss_chart_get_step (MageLossChart *self);
void mage_loss_chart_set_step (MageLossChart *self, guint step);
void mage_loss_chart_set_keeps_step (MageLossChart *self, gboolean keeps_step);
guint mage_loss_chart_get_last_step (MageLossChart *self);
guint mage_loss_chart_get_length (MageLossChart *self);

G_END_DECLS
