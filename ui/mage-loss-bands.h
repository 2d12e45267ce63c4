/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-loss-data.h"

G_BEGIN_DECLS

#define MAGE_LOSS_N_BANDS 4

/**
 * MageLossBands: a loss apart by the timestep at which it was drawn, since a loss mostly tells that.
 * @mean: of each range of timesteps, at every step the smoothed loss; NaN before the first
 * @spread: its standard deviation
 */
typedef struct
{
  char *term;
  GArray *mean[MAGE_LOSS_N_BANDS];
  GArray *spread[MAGE_LOSS_N_BANDS];
  double sum[MAGE_LOSS_N_BANDS];    /* of the smoothing, so far */
  double square[MAGE_LOSS_N_BANDS];
  double weight[MAGE_LOSS_N_BANDS];
  double square_weight[MAGE_LOSS_N_BANDS];
  guint n_smoothed;
} MageLossBands;

MageLossBands *mage_loss_bands_new (const MageLossData *data, const char *term);
void mage_loss_bands_free (MageLossBands *self);
gboolean mage_loss_bands_are_known (const MageLossData *data, const char *term);
void mage_loss_bands_follow (MageLossBands *self, const MageLossData *data);
guint mage_loss_bands_get_low (guint band);
guint mage_loss_bands_get_high (guint band);

G_END_DECLS
