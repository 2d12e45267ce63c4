/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-sparkline.h"

#include <math.h>

/* A loss as a line of text: eight heights of blocks, logarithmic, as losses are looked at. */

static const char *const blocks[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };

/* The mean of the logarithms of one cell's share of the steps; NaN where there is nothing. */
static double
read_cell (const double *values, guint n, guint cell, guint n_cells)
{
  guint from = (guint) ((guint64) cell * n / n_cells);
  guint to = MAX ((guint) ((guint64) (cell + 1) * n / n_cells), from + 1);
  double sum = 0;
  guint count = 0;

  for (guint i = from; i < MIN (to, n); i++)
    if (isfinite (values[i]) && values[i] > 0)
      {
        sum += log (values[i]);
        count++;
      }
  return count > 0 ? sum / count : NAN;
}

/**
 * cli_sparkline:
 * @name: of a term
 * @n_cells: how wide it is at most
 *
 * Returns: (transfer full): the whole series so far; "" for fewer than two steps
 */
char *
cli_sparkline (MageSeries *series, const char *name, guint n_cells)
{
  guint length = mage_series_get_length (series);
  g_autofree double *values = g_new (double, MAX (length, 1));
  g_autofree double *cells = g_new (double, n_cells);
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = mage_series_copy_tail (series, name, length, values);
  double low = INFINITY, high = -INFINITY;

  n_cells = MIN (n_cells, n);
  if (n < 2)
    return g_strdup ("");
  for (guint i = 0; i < n_cells; i++)
    {
      cells[i] = read_cell (values, n, i, n_cells);
      low = fmin (low, cells[i]);
      high = fmax (high, cells[i]);
    }
  for (guint i = 0; i < n_cells; i++)
    if (isnan (cells[i]))
      g_string_append_c (text, ' ');
    else
      g_string_append (text, blocks[high > low ? (guint) lround ((cells[i] - low) / (high - low) * (G_N_ELEMENTS (blocks) - 1)) : 0]);
  return g_strdup (text->str);
}
