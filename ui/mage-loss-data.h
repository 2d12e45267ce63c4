/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-series.h"

G_BEGIN_DECLS

/**
 * MageLossCurve: one term of a run.
 * @values: as they came, NaN where a step lacks it
 * @smooth: the same smoothed
 */
typedef struct
{
  char *name;
  gboolean main;
  GArray *values;
  GArray *smooth;
} MageLossCurve;

/** MageLossData: what a chart draws: the steps and the terms of a run, copied out of its series. */
typedef struct
{
  GArray *steps;      /* double */
  GPtrArray *curves;  /* MageLossCurve */
} MageLossData;

MageLossData *mage_loss_data_new (MageSeries *before, MageSeries *series);
void mage_loss_data_free (MageLossData *self);
gboolean mage_loss_data_get_range (const MageLossData *self, const GHashTable *hidden, double *low, double *high);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MageLossData, mage_loss_data_free)

G_END_DECLS
