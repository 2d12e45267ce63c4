/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-loss-data.h"

#include "ui/mage-chart-scale.h"
#include "ui/mage-loss-term.h"

#include <math.h>

/* The losses of a run as a chart draws them; what a running training adds is added here, and nothing made anew. */

/* A run that has grown by so much is smoothed anew, since a longer one is smoothed more. */
#define SMOOTHED_ANEW 1.25

static void
curve_free (gpointer data)
{
  MageLossCurve *self = data;

  g_free (self->name);
  g_array_unref (self->values);
  g_array_unref (self->smooth);
  g_array_unref (self->low);
  g_array_unref (self->high);
  g_free (self);
}

void
mage_loss_data_free (MageLossData *self)
{
  g_array_unref (self->steps);
  g_ptr_array_unref (self->curves);
  g_ptr_array_unref (self->numbers);
  g_clear_object (&self->series);
  g_free (self->names);
  g_free (self);
}

static MageLossCurve *
find_curve (const GPtrArray *curves, const char *name)
{
  for (guint i = 0; i < curves->len; i++)
    {
      MageLossCurve *curve = g_ptr_array_index (curves, i);

      if (g_str_equal (curve->name, name))
        return curve;
    }
  return NULL;
}

/* --- growing --- */

static void
add_curves (MageLossData *self, MageSeries *series)
{
  g_auto (GStrv) names = mage_series_dup_names (series);

  for (guint i = 0; names[i] != NULL; i++)
    {
      gboolean drawn = mage_loss_term_is_loss (names[i]);
      GPtrArray *curves = drawn ? self->curves : self->numbers;
      MageLossCurve *curve;

      if ((!drawn && !mage_loss_term_is_number (names[i])) || find_curve (curves, names[i]) != NULL)
        continue;
      curve = g_new0 (MageLossCurve, 1);
      curve->name = g_strdup (names[i]);
      curve->sparse = mage_loss_term_is_sparse (names[i]);
      curve->values = g_array_new (FALSE, FALSE, sizeof (double));
      curve->smooth = g_array_new (FALSE, FALSE, sizeof (double));
      curve->low = g_array_new (FALSE, FALSE, sizeof (double));
      curve->high = g_array_new (FALSE, FALSE, sizeof (double));
      g_ptr_array_add (curves, curve);
    }
}

static void
append_value (MageLossCurve *curve, double value)
{
  guint block = curve->values->len / MAGE_LOSS_BLOCK;
  double least = INFINITY;
  double most = -INFINITY;

  if (curve->low->len <= block)
    {
      g_array_append_val (curve->low, least);
      g_array_append_val (curve->high, most);
    }
  if (isfinite (value))
    {
      g_array_index (curve->low, double, block) = MIN (g_array_index (curve->low, double, block), value);
      g_array_index (curve->high, double, block) = MAX (g_array_index (curve->high, double, block), value);
    }
  g_array_append_val (curve->values, value);
}

/* Entries @from to before @n of @length. The columns are read whole: a series is locked once for each and not once a number. */
static void
append_curves (GPtrArray *curves, MageSeries *series, guint from, guint n, guint length, double *column)
{
  for (guint c = 0; c < curves->len; c++)
    {
      MageLossCurve *curve = g_ptr_array_index (curves, c);
      guint found = mage_series_copy_tail (series, curve->name, length - from, column);

      for (guint i = 0; i < n - from; i++)
        append_value (curve, i < found ? column[i] : NAN);
    }
}

static void
append (MageLossData *self, MageSeries *series, guint from, guint n)
{
  guint length = mage_series_get_length (series);
  g_autofree double *column = NULL;

  n = MIN (n, length);
  if (n <= from)
    return;
  column = g_new (double, length - from);
  for (guint i = from; i < n; i++)
    {
      double step = mage_series_get_step (series, i);

      g_array_append_val (self->steps, step);
    }
  append_curves (self->curves, series, from, n, length, column);
  append_curves (self->numbers, series, from, n, length, column);
}

static void
smooth_curve (MageLossCurve *self, double keep)
{
  guint from = self->smooth->len;

  g_array_set_size (self->smooth, self->values->len);
  for (guint i = from; i < self->values->len; i++)
    {
      double value = g_array_index (self->values, double, i);

      if (self->sparse)
        self->mean = isfinite (value) ? value : self->mean;
      else
        mage_chart_smooth_on (keep, value, &self->mean, &self->weight);
      g_array_index (self->smooth, double, i) = self->sparse ? self->mean : self->weight > 0 ? self->mean / self->weight : NAN;
    }
}

static void
smooth (MageLossData *self)
{
  guint n = self->steps->len;
  gboolean anew = n > self->n_smoothed * SMOOTHED_ANEW;

  if (anew)
    self->n_smoothed = n;
  for (guint i = 0; i < self->curves->len; i++)
    {
      MageLossCurve *curve = g_ptr_array_index (self->curves, i);

      if (anew || curve->smooth->len == 0)
        {
          g_array_set_size (curve->smooth, 0);
          curve->weight = 0;
          curve->mean = curve->sparse ? NAN : 0;
        }
      smooth_curve (curve, mage_chart_get_keep (self->n_smoothed));
    }
}

/* The curve that matters is drawn last and named first; the validation is named behind the others. */
static int
compare_curves (gconstpointer a, gconstpointer b)
{
  const MageLossCurve *first = *(const MageLossCurve *const *) a;
  const MageLossCurve *second = *(const MageLossCurve *const *) b;

  if (first->sparse != second->sparse)
    return first->sparse - second->sparse;
  return second->main - first->main;
}

static void
rank_curves (MageLossData *self)
{
  guint n_losses = 0;

  for (guint i = 0; i < self->curves->len; i++)
    n_losses += !((MageLossCurve *) g_ptr_array_index (self->curves, i))->sparse;
  for (guint i = 0; i < self->curves->len; i++)
    {
      MageLossCurve *curve = g_ptr_array_index (self->curves, i);

      curve->main = !curve->sparse && (n_losses == 1 || mage_loss_term_is_main (curve->name));
    }
  g_ptr_array_sort (self->curves, compare_curves);
}

static char *
dup_names (MageSeries *series)
{
  g_auto (GStrv) names = mage_series_dup_names (series);

  return g_strjoinv (" ", names);
}

static gboolean
has_other_names (MageLossData *self)
{
  g_autofree char *names = dup_names (self->series);

  return g_strcmp0 (names, self->names) != 0;
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
  self->numbers = g_ptr_array_new_with_free_func (curve_free);
  while (length > 0 && n_before > 0 && mage_series_get_step (before, n_before - 1) >= mage_series_get_step (series, 0))
    n_before--;
  if (n_before > 0)
    add_curves (self, before);
  if (length > 0)
    add_curves (self, series);
  if (n_before > 0)
    append (self, before, 0, n_before);
  if (length > 0)
    append (self, series, 0, length);
  self->series = series != NULL ? g_object_ref (series) : NULL;
  self->n_taken = length;
  self->names = length > 0 ? dup_names (series) : NULL;
  rank_curves (self);
  smooth (self);
  return self;
}

/**
 * mage_loss_data_follow:
 *
 * Takes over what the series has gained.
 *
 * Returns: FALSE when it begins anew, goes back to an earlier step, or has new terms: then the data have to be made anew
 */
gboolean
mage_loss_data_follow (MageLossData *self)
{
  guint length = self->series != NULL ? mage_series_get_length (self->series) : 0;

  if (length == self->n_taken && length == 0)
    return TRUE;
  if (self->n_taken == 0 || length < self->n_taken || has_other_names (self)
      || mage_series_get_step (self->series, self->n_taken - 1) != mage_loss_data_get_last_step (self))
    return FALSE;
  append (self, self->series, self->n_taken, length);
  self->n_taken = length;
  smooth (self);
  return TRUE;
}

/* --- looking --- */

/** mage_loss_data_find: Returns: the first entry that is not before @step; the number of entries without one */
guint
mage_loss_data_find (const MageLossData *self, double step)
{
  const double *steps = (const double *) self->steps->data;
  guint low = 0;
  guint high = self->steps->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (steps[middle] < step)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/** mage_loss_data_get_curve: Returns: (transfer none) (nullable): the term @name, drawn or not */
MageLossCurve *
mage_loss_data_get_curve (const MageLossData *self, const char *name)
{
  MageLossCurve *curve = find_curve (self->curves, name);

  return curve != NULL ? curve : find_curve (self->numbers, name);
}

/** mage_loss_data_get_last_step: 0 without a step. */
double
mage_loss_data_get_last_step (const MageLossData *self)
{
  return self->steps->len > 0 ? g_array_index (self->steps, double, self->steps->len - 1) : 0;
}

static void
widen (const GArray *lows, const GArray *highs, guint from, guint to, double *low, double *high)
{
  for (guint i = from; i < to; i++)
    {
      double least = g_array_index (lows, double, i);
      double most = g_array_index (highs, double, i);

      /* A NaN compares with nothing and changes nothing. */
      if (least < *low)
        *low = least;
      if (most > *high)
        *high = most;
    }
}

/**
 * mage_loss_curve_get_extremes:
 * @from: the first entry
 * @to: behind the last
 * @low: (out): the least value
 * @high: (out): the greatest value
 *
 * Returns: whether there is a value
 */
gboolean
mage_loss_curve_get_extremes (const MageLossCurve *self, guint from, guint to, double *low, double *high)
{
  guint first = (from + MAGE_LOSS_BLOCK - 1) / MAGE_LOSS_BLOCK;
  guint last = to / MAGE_LOSS_BLOCK;

  *low = INFINITY;
  *high = -INFINITY;
  if (first >= last)
    widen (self->values, self->values, from, to, low, high);
  else
    {
      widen (self->values, self->values, from, first * MAGE_LOSS_BLOCK, low, high);
      widen (self->low, self->high, first, last, low, high);
      widen (self->values, self->values, last * MAGE_LOSS_BLOCK, to, low, high);
    }
  return *low <= *high;
}
