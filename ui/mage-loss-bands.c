/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-loss-bands.h"

#include "ui/mage-chart-scale.h"

#include <math.h>

/*
 * A loss by ranges of timesteps. A term has the timestep of its own draw beside it; that of several subjects has a share
 * and a timestep for each of them.
 */

#define N_TIMESTEPS 1000
#define SMOOTHED_ANEW 1.25
/* More subjects than this do not tell their shares. */
#define MAX_PAIRS 32

/* Which number holds the timestep of a term. */
static const char *
get_timestep_name (const char *term)
{
  if (g_str_equal (term, "L_reg"))
    return "t_reg";
  if (g_str_equal (term, "L_attn"))
    return "t_attn";
  return "t";
}

/* The @i-th loss of a term, and its timestep. */
static gboolean
get_pair (const MageLossData *data, const char *term, guint i, const MageLossCurve **loss, const MageLossCurve **t)
{
  if (g_str_equal (term, "L_fusion"))
    {
      g_autofree char *share = g_strdup_printf ("L_fusion_%u", i + 1);
      g_autofree char *timestep = g_strdup_printf ("t_%u", i + 1);

      *loss = mage_loss_data_get_curve (data, share);
      *t = mage_loss_data_get_curve (data, timestep);
    }
  else
    {
      *loss = i == 0 && !g_str_equal (term, "L") ? mage_loss_data_get_curve (data, term) : NULL;
      *t = mage_loss_data_get_curve (data, get_timestep_name (term));
    }
  return *loss != NULL && *t != NULL && !(*loss)->sparse;
}

/** mage_loss_bands_are_known: whether the run tells at which timesteps @term was drawn; the total has none of its own. */
gboolean
mage_loss_bands_are_known (const MageLossData *data, const char *term)
{
  const MageLossCurve *loss;
  const MageLossCurve *t;

  return get_pair (data, term, 0, &loss, &t);
}

static void
forget (MageLossBands *self)
{
  for (guint b = 0; b < MAGE_LOSS_N_BANDS; b++)
    {
      g_array_set_size (self->mean[b], 0);
      g_array_set_size (self->spread[b], 0);
      self->sum[b] = self->square[b] = self->weight[b] = self->square_weight[b] = 0;
    }
}

static void
take (MageLossBands *self, double keep, double value, double t)
{
  guint b = (guint) CLAMP (t * MAGE_LOSS_N_BANDS / N_TIMESTEPS, 0, MAGE_LOSS_N_BANDS - 1);

  if (!isfinite (value) || !isfinite (t))
    return;
  mage_chart_smooth_on (keep, value, &self->sum[b], &self->weight[b]);
  mage_chart_smooth_on (keep, value * value, &self->square[b], &self->square_weight[b]);
}

static void
tell (MageLossBands *self)
{
  for (guint b = 0; b < MAGE_LOSS_N_BANDS; b++)
    {
      double mean = self->weight[b] > 0 ? self->sum[b] / self->weight[b] : NAN;
      double spread = self->weight[b] > 0 ? sqrt (MAX (0, self->square[b] / self->square_weight[b] - mean * mean)) : NAN;

      g_array_append_val (self->mean[b], mean);
      g_array_append_val (self->spread[b], spread);
    }
}

/** mage_loss_bands_follow: takes over what @data have gained. */
void
mage_loss_bands_follow (MageLossBands *self, const MageLossData *data)
{
  const MageLossCurve *losses[MAX_PAIRS];
  const MageLossCurve *timesteps[MAX_PAIRS];
  guint n = data->steps->len;
  guint n_pairs = 0;
  double keep;

  while (n_pairs < MAX_PAIRS && get_pair (data, self->term, n_pairs, &losses[n_pairs], &timesteps[n_pairs]))
    n_pairs++;
  if (n > self->n_smoothed * SMOOTHED_ANEW || n < self->mean[0]->len)
    {
      forget (self);
      self->n_smoothed = n;
    }
  /* Each range has its share of the steps, and a mean over so many less. */
  keep = mage_chart_get_keep (self->n_smoothed / MAGE_LOSS_N_BANDS);
  for (guint i = self->mean[0]->len; i < n; i++)
    {
      for (guint k = 0; k < n_pairs; k++)
        take (self, keep, g_array_index (losses[k]->values, double, i), g_array_index (timesteps[k]->values, double, i));
      tell (self);
    }
}

/** mage_loss_bands_new: Returns: (transfer full): of a term of which they are known */
MageLossBands *
mage_loss_bands_new (const MageLossData *data, const char *term)
{
  MageLossBands *self = g_new0 (MageLossBands, 1);

  self->term = g_strdup (term);
  for (guint b = 0; b < MAGE_LOSS_N_BANDS; b++)
    {
      self->mean[b] = g_array_new (FALSE, FALSE, sizeof (double));
      self->spread[b] = g_array_new (FALSE, FALSE, sizeof (double));
    }
  mage_loss_bands_follow (self, data);
  return self;
}

void
mage_loss_bands_free (MageLossBands *self)
{
  for (guint b = 0; b < MAGE_LOSS_N_BANDS; b++)
    {
      g_array_unref (self->mean[b]);
      g_array_unref (self->spread[b]);
    }
  g_free (self->term);
  g_free (self);
}

/** mage_loss_bands_get_low: the least timestep of a range. */
guint
mage_loss_bands_get_low (guint band)
{
  return band * N_TIMESTEPS / MAGE_LOSS_N_BANDS;
}

/** mage_loss_bands_get_high: its greatest timestep. */
guint
mage_loss_bands_get_high (guint band)
{
  return (band + 1) * N_TIMESTEPS / MAGE_LOSS_N_BANDS - 1;
}
