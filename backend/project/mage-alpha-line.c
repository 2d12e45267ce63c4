/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-alpha-line.h"

#include <math.h>

/*
 * α_t and τ as the window draws them and jobs compare them; the engine's scs_alpha () is the same,
 * to the last bit (METHOD §5).
 */

#define GUIDED_OF 50 /* τ counts steps of a run of this length */

MageAlphaLine
mage_alpha_line_from_params (MageParams *params)
{
  return (MageAlphaLine) { mage_params_get_double (params, "alpha"), mage_params_get_double (params, "alpha_end"),
                           mage_params_get_double (params, "alpha_bend"), mage_params_get_double (params, "alpha_bend_at") };
}

/** mage_alpha_line_share: the share of α when so much of the @way (0…1) is done. */
double
mage_alpha_line_share (const MageAlphaLine *self, double way)
{
  double at = CLAMP (self->bend_at, MAGE_ALPHA_LINE_EDGE, 1 - MAGE_ALPHA_LINE_EDGE);
  double middle = 1 - (1 - self->end) * at + self->bend;
  double share = way < at ? 1 + (middle - 1) * way / at : middle + (self->end - middle) * (way - at) / (1 - at);

  return MAX (share, 0);
}

/** mage_alpha_line_at: α_t of step @index, 0 … @n_steps − 1. */
double
mage_alpha_line_at (const MageAlphaLine *self, guint index, guint n_steps)
{
  return self->alpha * mage_alpha_line_share (self, n_steps > 1 ? (double) index / (n_steps - 1) : 0);
}

gboolean
mage_alpha_line_equal (const MageAlphaLine *self, const MageAlphaLine *other)
{
  return self->alpha == other->alpha && self->end == other->end && self->bend == other->bend && self->bend_at == other->bend_at;
}

/** mage_guided_steps_of: how many of @n_steps SCS guides: τ of a run of 50 steps. */
guint
mage_guided_steps_of (gint64 tau, guint n_steps)
{
  return MIN ((guint) round ((double) tau * n_steps / GUIDED_OF), n_steps);
}

/** mage_guided_tau_of: the τ that guides so many of @n_steps. */
gint64
mage_guided_tau_of (guint guided, guint n_steps)
{
  return (gint64) round ((double) guided * GUIDED_OF / MAX (n_steps, 1));
}

/** mage_guided_steps: how many steps SCS guides with these parameters. */
guint
mage_guided_steps (MageParams *params)
{
  return mage_guided_steps_of (mage_params_get_int (params, "tau"), (guint) mage_params_get_int (params, "steps"));
}
