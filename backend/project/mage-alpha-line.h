/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-params.h"

G_BEGIN_DECLS

/**
 * MageAlphaLine: how strongly a sampling guides, step by step.
 * @alpha: at the first step
 * @end: share of it at the last step
 * @bend: how far the middle lies above the straight line, in shares of @alpha
 * @bend_at: where the middle lies, 0…1 of the way
 */
typedef struct
{
  double alpha;
  double end;
  double bend;
  double bend_at;
} MageAlphaLine;

/** The middle stays this far from either end. */
#define MAGE_ALPHA_LINE_EDGE 0.01

MageAlphaLine mage_alpha_line_from_params (MageParams *params);
double mage_alpha_line_at (const MageAlphaLine *self, guint index, guint n_steps);
double mage_alpha_line_share (const MageAlphaLine *self, double way);

gboolean mage_alpha_line_equal (const MageAlphaLine *self, const MageAlphaLine *other);

guint mage_guided_steps (MageParams *params);
guint mage_guided_steps_of (gint64 tau, guint n_steps);
gint64 mage_guided_tau_of (guint guided, guint n_steps);

G_END_DECLS
