/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-loss-data.h"

G_BEGIN_DECLS

/** MageLossPoint: what a chart shows of one step, or of all steps of one column of pixels. */
typedef struct
{
  double step;
  double low;    /* of the values; infinite without one */
  double high;
  double smooth;
} MageLossPoint;

/**
 * MageLossTrace: the part of a curve that is on the chart, with no more points than can be seen.
 * @dense: a point stands for several steps
 */
typedef struct
{
  const MageLossCurve *curve;
  GArray *points; /* MageLossPoint */
  gboolean dense;
} MageLossTrace;

MageLossTrace *mage_loss_trace_new (const MageLossData *data, const MageLossCurve *curve, double from, double to, guint columns);
void mage_loss_trace_free (MageLossTrace *self);
void mage_loss_trace_widen (const MageLossTrace *self, gboolean dots, double *low, double *high);

G_END_DECLS
