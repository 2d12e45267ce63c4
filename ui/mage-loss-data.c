/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-loss-data.h"

#include "ui/mage-chart-scale.h"
#include "ui/mage-loss-term.h"

#include <math.h>

/* The losses of a run as a chart draws them. */

static void
curve_free (gpointer data)
{
  MageLossCurve *self = data;

  g_free (self->name);
  g_array_unref (self->values);
  g_array_unref (self->smooth);
  g_free (self);
}

void
mage_loss_data_free (MageLossData *self)
{
  g_array_unref (self->steps);
  g_ptr_array_unref (self->curves);
  g_free (self);
}

static MageLossCurve *
find_curve (MageLossData *self, const char *name)
{
  for (guint i = 0; i < self->curves->len; i++)
    {
      MageLossCurve *curve = g_ptr_array_index (self->curves, i);

      if (g_str_equal (curve->name, name))
        return curve;
    }
  return NULL;
}

static void
add_curves (MageLossData *self, MageSeries *series)
{
  g_auto (GStrv) names = mage_series_dup_names (series);

  for (guint i = 0; names[i] != NULL; i++)
    {
      MageLossCurve *curve;

      if (!mage_loss_term_is_loss (names[i]) || find_curve (self, names[i]) != NULL)
        continue;
      curve = g_new0 (MageLossCurve, 1);
      curve->name = g_strdup (names[i]);
      curve->values = g_array_new (FALSE, FALSE, sizeof (double));
      curve->smooth = g_array_new (FALSE, FALSE, sizeof (double));
      g_ptr_array_add (self->curves, curve);
    }
}

/* The first @n entries. The columns are read whole: a series is locked once for each and not once a number. */
static void
append (MageLossData *self, MageSeries *series, guint n)
{
  guint length = mage_series_get_length (series);
  g_autofree double *column = g_new (double, MAX (length, 1));

  n = MIN (n, length);
  for (guint i = 0; i < n; i++)
    {
      double step = mage_series_get_step (series, i);

      g_array_append_val (self->steps, step);
    }
  for (guint c = 0; c < self->curves->len; c++)
    {
      MageLossCurve *curve = g_ptr_array_index (self->curves, c);
      guint found = mage_series_copy_tail (series, curve->name, length, column);

      for (guint i = 0; i < n; i++)
        {
          double value = i < found ? column[i] : NAN;

          g_array_append_val (curve->values, value);
        }
    }
}

static void
smooth (MageLossData *self)
{
  gboolean alone = self->curves->len == 1;

  for (guint i = 0; i < self->curves->len; i++)
    {
      MageLossCurve *curve = g_ptr_array_index (self->curves, i);

      curve->main = alone || mage_loss_term_is_main (curve->name);
      g_array_set_size (curve->smooth, curve->values->len);
      mage_chart_smooth ((const double *) curve->values->data, curve->values->len, (double *) curve->smooth->data);
    }
}

/* The curve that matters is drawn last and named first. */
static int
compare_curves (gconstpointer a, gconstpointer b)
{
  const MageLossCurve *const *first = a;
  const MageLossCurve *const *second = b;

  return (*second)->main - (*first)->main;
}

/**
 * mage_loss_data_new:
 * @before: (nullable): what was known of the run before it was continued
 * @series: (nullable): the run, from some step on; it counts where both have a step
 *
 * Returns: (transfer full)
 */
MageLossData *
mage_loss_data_new (MageSeries *before, MageSeries *series)
{
  MageLossData *self = g_new0 (MageLossData, 1);
  guint length = series != NULL ? mage_series_get_length (series) : 0;
  guint n_before = before != NULL ? mage_series_get_length (before) : 0;

  self->steps = g_array_new (FALSE, FALSE, sizeof (double));
  self->curves = g_ptr_array_new_with_free_func (curve_free);
  while (length > 0 && n_before > 0 && mage_series_get_step (before, n_before - 1) >= mage_series_get_step (series, 0))
    n_before--;
  if (n_before > 0)
    add_curves (self, before);
  if (length > 0)
    add_curves (self, series);
  if (n_before > 0)
    append (self, before, n_before);
  if (length > 0)
    append (self, series, length);
  smooth (self);
  g_ptr_array_sort (self->curves, compare_curves);
  return self;
}

/* Of the dots so many are on the chart; the few that lie far above would press all else to the ground. */
#define SHOWN_SHARE 0.98

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double first = *(const double *) a;
  double second = *(const double *) b;

  return (first > second) - (first < second);
}

static void
widen (const GArray *values, double share, double *low, double *high)
{
  g_autoptr (GArray) sorted = g_array_sized_new (FALSE, FALSE, sizeof (double), values->len);

  for (guint i = 0; i < values->len; i++)
    if (isfinite (g_array_index (values, double, i)))
      g_array_append_val (sorted, g_array_index (values, double, i));
  if (sorted->len == 0)
    return;
  g_array_sort (sorted, compare_doubles);
  *high = MAX (*high, g_array_index (sorted, double, (guint) ((sorted->len - 1) * share)));
  for (guint i = 0; i < sorted->len; i++)
    if (g_array_index (sorted, double, i) > 0)
      {
        *low = MIN (*low, g_array_index (sorted, double, i));
        break;
      }
}

/**
 * mage_loss_data_get_range:
 * @hidden: (nullable): names of terms that do not count
 * @low: (out): the least value above 0
 * @high: (out): what nearly all values are below, and all smoothed ones
 *
 * Returns: FALSE when there is no value
 */
gboolean
mage_loss_data_get_range (const MageLossData *self, const GHashTable *hidden, double *low, double *high)
{
  *low = G_MAXDOUBLE;
  *high = -G_MAXDOUBLE;
  for (guint c = 0; c < self->curves->len; c++)
    {
      MageLossCurve *curve = g_ptr_array_index (self->curves, c);

      if (hidden != NULL && g_hash_table_contains ((GHashTable *) hidden, curve->name))
        continue;
      widen (curve->smooth, 1, low, high);
      if (curve->main)
        widen (curve->values, SHOWN_SHARE, low, high);
    }
  return *high >= *low;
}
