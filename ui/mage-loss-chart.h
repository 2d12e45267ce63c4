/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-loss-view.h"

#include "project/mage-run.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MAGE_TYPE_LOSS_CHART (mage_loss_chart_get_type ())
G_DECLARE_FINAL_TYPE (MageLossChart, mage_loss_chart, MAGE, LOSS_CHART, GtkWidget)

GtkWidget *mage_loss_chart_new (void);

/* What is drawn. */
void mage_loss_chart_set_series (MageLossChart *self, MageSeries *series);
void mage_loss_chart_set_before (MageLossChart *self, MageSeries *before);
void mage_loss_chart_set_n_steps (MageLossChart *self, guint n_steps);
void mage_loss_chart_refresh (MageLossChart *self);
void mage_loss_chart_set_marks (MageLossChart *self, MageRun *run, guint checkpoint_every);
void mage_loss_chart_take_earlier (MageLossChart *self, GPtrArray *runs);
void mage_loss_chart_set_hidden (MageLossChart *self, const char *term, gboolean hidden);
void mage_loss_chart_set_logarithmic (MageLossChart *self, gboolean logarithmic);
gboolean mage_loss_chart_get_logarithmic (MageLossChart *self);
void mage_loss_chart_set_banded (MageLossChart *self, gboolean banded);
gboolean mage_loss_chart_can_band (MageLossChart *self);
GStrv mage_loss_chart_dup_terms (MageLossChart *self);
double mage_loss_chart_get_latest (MageLossChart *self);
guint mage_loss_chart_get_length (MageLossChart *self);
guint mage_loss_chart_get_last_step (MageLossChart *self);
const MageLossScene *mage_loss_chart_get_scene (MageLossChart *self);

/* The step that is read out. */
gboolean mage_loss_chart_get_cursor (MageLossChart *self, guint *step);
void mage_loss_chart_set_cursor (MageLossChart *self, int index);
guint mage_loss_chart_get_step (MageLossChart *self);
void mage_loss_chart_set_step (MageLossChart *self, guint step);
void mage_loss_chart_set_keeps_step (MageLossChart *self, gboolean keeps_step);
void mage_loss_chart_move_step (MageLossChart *self, int by);
void mage_loss_chart_hover (MageLossChart *self, double x, double y);
void mage_loss_chart_leave (MageLossChart *self);
void mage_loss_chart_press (MageLossChart *self);
void mage_loss_chart_blur (MageLossChart *self);

/* The part of the run that is seen. */
MageLossView *mage_loss_chart_get_view (MageLossChart *self);
double mage_loss_chart_get_step_at (MageLossChart *self, double x);
double mage_loss_chart_get_steps_per_pixel (MageLossChart *self);

G_END_DECLS
