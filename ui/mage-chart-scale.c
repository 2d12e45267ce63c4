/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-chart-scale.h"

#include <math.h>

/* The arithmetic of a chart: axes, ticks, smoothing and finding the nearest point. */

/* A smoothed point remembers about this share of the run: long runs are smoothed more. */
#define SMOOTH_SHARE 0.06
/* … but never less than so many steps: single draws of noise are not seen. */
#define SMOOTH_MIN 12
/* The factor that a logarithmic axis shows at least. */
#define LOG_MIN_SPAN 10.0

/* 1, 2, 2.5 or 5 times a power of ten, at least @step. */
static double
round_up_nicely (double step)
{
  static const double nice[] = { 1, 2, 2.5, 5, 10 };
  double power = pow (10, floor (log10 (step)));

  for (guint i = 0; i < G_N_ELEMENTS (nice); i++)
    if (nice[i] * power >= step * (1 - 1e-9))
      return nice[i] * power;
  return 10 * power;
}

/* The decades around the values, or what of them is used when they are few. */
static MageChartScale
fit_logarithmic (double low, double high)
{
  low = MAX (low, 1e-12);
  high = MAX (high, low);
  if (high / low < LOG_MIN_SPAN)
    {
      double middle = sqrt (low * high);

      low = middle / sqrt (LOG_MIN_SPAN);
      high = middle * sqrt (LOG_MIN_SPAN);
    }
  return (MageChartScale) { low / 1.1, high * 1.1, TRUE };
}

/**
 * mage_chart_scale_fit:
 * @low: the least value; of a logarithmic axis the least above 0
 * @high: the greatest value
 *
 * An axis that shows all values. A linear one begins at 0, as losses do, and ends at a round number.
 */
MageChartScale
mage_chart_scale_fit (double low, double high, gboolean logarithmic)
{
  double spacing;

  if (!isfinite (low) || !isfinite (high) || high <= 0)
    return (MageChartScale) { logarithmic ? 0.1 : 0, 1, logarithmic };
  if (logarithmic)
    return fit_logarithmic (low, high);
  spacing = round_up_nicely (high / 4);
  return (MageChartScale) { MIN (low, 0), ceil (high / spacing - 1e-9) * spacing, FALSE };
}

/** mage_chart_scale_map: Returns: where @value lies: 0 at the low end, 1 at the high one */
double
mage_chart_scale_map (const MageChartScale *self, double value)
{
  if (self->high <= self->low)
    return 0;
  if (!self->logarithmic)
    return (value - self->low) / (self->high - self->low);
  if (value <= 0)
    return 0;
  return log (value / self->low) / log (self->high / self->low);
}

static guint
list_logarithmic_ticks (const MageChartScale *self, double *ticks, guint max_ticks)
{
  gboolean few = self->high / self->low < 200;
  guint n = 0;

  for (double power = pow (10, floor (log10 (self->low))); power <= self->high; power *= 10)
    for (guint i = 0; i < (few ? 3 : 1); i++)
      {
        static const double steps[] = { 1, 2, 5 };
        double tick = steps[i] * power;

        if (tick >= self->low && tick <= self->high && n < max_ticks)
          ticks[n++] = tick;
      }
  return n;
}

/**
 * mage_chart_scale_list_ticks:
 * @wanted: about how many
 * @ticks: (out caller-allocates) (array length=max_ticks)
 *
 * Returns: how many round values were listed
 */
guint
mage_chart_scale_list_ticks (const MageChartScale *self, guint wanted, double *ticks, guint max_ticks)
{
  double spacing;
  guint n = 0;

  if (self->high <= self->low)
    return 0;
  if (self->logarithmic)
    return list_logarithmic_ticks (self, ticks, max_ticks);
  spacing = round_up_nicely ((self->high - self->low) / MAX (wanted, 1));
  for (double k = ceil (self->low / spacing - 1e-9); k * spacing <= self->high * (1 + 1e-9) && n < max_ticks; k++)
    ticks[n++] = k == 0 ? 0 : k * spacing;
  return n;
}

/**
 * mage_chart_scale_dup_label:
 * @spacing: between ticks, which tells the digits that a linear axis needs
 *
 * Returns: (transfer full): the tick in figures
 */
char *
mage_chart_scale_dup_label (const MageChartScale *self, double tick, double spacing)
{
  int digits = 0;

  if (tick == 0)
    return g_strdup ("0");
  if (self->logarithmic)
    return g_strdup_printf ("%.3g", tick);
  while (digits < 6 && fabs (spacing * pow (10, digits) - round (spacing * pow (10, digits))) > 1e-6)
    digits++;
  return g_strdup_printf ("%.*f", digits, tick);
}

/** mage_chart_get_keep: how much of a mean is kept at each further value in a run of @n. */
double
mage_chart_get_keep (guint n)
{
  return 1 - 1 / MAX (SMOOTH_MIN, n * SMOOTH_SHARE);
}

/** mage_chart_smooth_on: takes a value into a mean, which is @mean / @weight; NaN leaves it as it is. */
void
mage_chart_smooth_on (double keep, double value, double *mean, double *weight)
{
  if (!isfinite (value))
    return;
  *mean = keep * *mean + (1 - keep) * value;
  *weight = keep * *weight + (1 - keep);
}

/**
 * mage_chart_smooth:
 * @smooth: (out caller-allocates) (array length=n)
 *
 * An exponential mean without the pull of its beginning; where a step lacks the value (NaN) the mean
 * stands still, and before the first value it is NaN.
 */
void
mage_chart_smooth (const double *values, guint n, double *smooth)
{
  double keep = mage_chart_get_keep (n);
  double mean = 0;
  double weight = 0;

  for (guint i = 0; i < n; i++)
    {
      mage_chart_smooth_on (keep, values[i], &mean, &weight);
      smooth[i] = weight > 0 ? mean / weight : NAN;
    }
}

/**
 * mage_chart_find_nearest:
 * @steps: (array length=n): rising
 * @n: at least 1
 *
 * Returns: the index of the step that is nearest to @step
 */
guint
mage_chart_find_nearest (const double *steps, guint n, double step)
{
  guint low = 0;
  guint high = n;

  g_return_val_if_fail (n > 0, 0);

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (steps[middle] < step)
        low = middle + 1;
      else
        high = middle;
    }
  if (low == n)
    return n - 1;
  if (low > 0 && step - steps[low - 1] <= steps[low] - step)
    return low - 1;
  return low;
}
