/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-loss-trace.h"

#include <math.h>

/* From any number of steps to what is seen of them: each, or one point for each column of pixels. */

/* More steps than this on a column would only be drawn over each other. */
#define STEPS_PER_COLUMN 2
/* Of the dots so many are on the chart; the few that lie far above would press all else to the ground. */
#define SHOWN_SHARE 0.98

static void
add_each (MageLossTrace *self, const MageLossData *data, guint first, guint last)
{
  for (guint i = first; i < last; i++)
    {
      double value = g_array_index (self->curve->values, double, i);
      MageLossPoint point = { g_array_index (data->steps, double, i), value, value,
                              g_array_index (self->curve->smooth, double, i) };

      if (!isfinite (value))
        point.low = INFINITY, point.high = -INFINITY;
      if (isfinite (value) || (isfinite (point.smooth) && !self->curve->sparse))
        g_array_append_val (self->points, point);
    }
}

static void
add_column (MageLossTrace *self, const MageLossData *data, guint first, guint last)
{
  MageLossPoint point = { g_array_index (data->steps, double, last - 1), 0, 0,
                          g_array_index (self->curve->smooth, double, last - 1) };
  gboolean found = mage_loss_curve_get_extremes (self->curve, first, last, &point.low, &point.high);

  if (found || (isfinite (point.smooth) && !self->curve->sparse))
    g_array_append_val (self->points, point);
}

static void
add_columns (MageLossTrace *self, const MageLossData *data, guint first, guint last, double from, double to, guint columns)
{
  /* Columns have fixed borders, so that what is seen does not flicker while the chart is moved. */
  double width = (to - from) / columns;
  double border = floor (from / width);

  while (first < last)
    {
      guint next = mage_loss_data_find (data, ++border * width);

      next = MIN (next, last);
      if (next > first)
        add_column (self, data, first, next);
      first = next;
    }
}

/**
 * mage_loss_trace_new:
 * @from: @to: the steps at the ends of the axis; a point beyond each is taken, too
 * @columns: of pixels
 *
 * Returns: (transfer full)
 */
MageLossTrace *
mage_loss_trace_new (const MageLossData *data, const MageLossCurve *curve, double from, double to, guint columns)
{
  MageLossTrace *self = g_new0 (MageLossTrace, 1);
  guint first = mage_loss_data_find (data, from);
  guint last = mage_loss_data_find (data, to);

  self->curve = curve;
  first -= first > 0;
  last = MIN (last + 1, data->steps->len);
  self->dense = last - first > columns * STEPS_PER_COLUMN;
  self->points = g_array_sized_new (FALSE, FALSE, sizeof (MageLossPoint), MIN (last - first, columns * STEPS_PER_COLUMN + 2));
  if (self->dense)
    add_columns (self, data, first, last, from, to, MAX (columns, 1));
  else
    add_each (self, data, first, last);
  return self;
}

void
mage_loss_trace_free (MageLossTrace *self)
{
  g_array_unref (self->points);
  g_free (self);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double first = *(const double *) a;
  double second = *(const double *) b;

  return (first > second) - (first < second);
}

/* What nearly all values are below. */
static double
find_high (const MageLossTrace *self)
{
  g_autoptr (GArray) highs = g_array_sized_new (FALSE, FALSE, sizeof (double), self->points->len);

  for (guint i = 0; i < self->points->len; i++)
    {
      const MageLossPoint *point = &g_array_index (self->points, MageLossPoint, i);

      if (point->high >= point->low)
        g_array_append_val (highs, point->high);
    }
  if (highs->len == 0)
    return -INFINITY;
  g_array_sort (highs, compare_doubles);
  return g_array_index (highs, double, (guint) ((highs->len - 1) * SHOWN_SHARE));
}

/**
 * mage_loss_trace_widen:
 * @dots: whether the values are drawn, and not only the smoothed line
 * @low: (inout): the least value above 0
 * @high: (inout): what nearly all values are below, and all smoothed ones
 */
void
mage_loss_trace_widen (const MageLossTrace *self, gboolean dots, double *low, double *high)
{
  for (guint i = 0; i < self->points->len; i++)
    {
      const MageLossPoint *point = &g_array_index (self->points, MageLossPoint, i);
      double line = self->curve->sparse ? point->high : point->smooth;

      if (line > *high)
        *high = line;
      if (line > 0 && line < *low)
        *low = line;
      if (dots && point->low > 0 && point->low < *low)
        *low = point->low;
    }
  if (dots)
    *high = MAX (*high, find_high (self));
}
