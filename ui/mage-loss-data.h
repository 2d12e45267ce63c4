/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-series.h"

G_BEGIN_DECLS

/**
 * MageLossCurve: one term of a run.
 * @main: it is what the training lowers
 * @sparse: it is known at few steps, which are points of their own
 * @values: as they came, NaN where a step lacks it
 * @smooth: the same smoothed; of a sparse term its latest value
 * @low: @high: of every MAGE_LOSS_BLOCK values, so that many are seen through quickly
 */
typedef struct
{
  char *name;
  gboolean main;
  gboolean sparse;
  GArray *values;
  GArray *smooth;
  GArray *low;
  GArray *high;
  double mean;   /* of the smoothing, so far */
  double weight;
} MageLossCurve;

#define MAGE_LOSS_BLOCK 64

/**
 * MageLossData: what a chart draws: the steps and the terms of a run, copied out of its series.
 * @numbers: what is no loss to draw: timesteps, and the shares of several subjects
 */
typedef struct
{
  GArray *steps;      /* double */
  GPtrArray *curves;  /* MageLossCurve, the most important first */
  GPtrArray *numbers; /* MageLossCurve, not smoothed */
  MageSeries *series; /* that is followed */
  guint n_taken;      /* of its entries */
  char *names;        /* of its terms; (nullable) */
  guint n_smoothed;   /* for how long a run the smoothing is */
} MageLossData;

MageLossData *mage_loss_data_new (MageSeries *before, MageSeries *series);
void mage_loss_data_free (MageLossData *self);
gboolean mage_loss_data_follow (MageLossData *self);
guint mage_loss_data_find (const MageLossData *self, double step);
MageLossCurve *mage_loss_data_get_curve (const MageLossData *self, const char *name);
double mage_loss_data_get_last_step (const MageLossData *self);
gboolean mage_loss_curve_get_extremes (const MageLossCurve *self, guint from, guint to, double *low, double *high);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MageLossData, mage_loss_data_free)

G_END_DECLS
