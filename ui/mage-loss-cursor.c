/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-loss-cursor.h"

#include "ui/mage-loss-term.h"

#include <glib/gi18n.h>
#include <math.h>

/* A step read out: a line, a ring on every curve, and a box with the numbers. */

#define WIDTH 176
#define ROW 19

typedef struct
{
  char *label;
  double value;
  GdkRGBA colour;
} Row;

static void
row_clear (gpointer data)
{
  g_free (((Row *) data)->label);
}

static void
add_row (GArray *rows, const char *label, double value, const GdkRGBA *colour)
{
  Row row = { g_strdup (label), value, *colour };

  g_array_append_val (rows, row);
}

static void
add_bands (GArray *rows, const MageLossPlot *plot, const MageLossScene *scene, guint at)
{
  for (guint b = 0; b < MAGE_LOSS_N_BANDS; b++)
    {
      /* Translators: a range of the timesteps t of the noise schedule */
      g_autofree char *label = g_strdup_printf (_("t %u–%u"), mage_loss_bands_get_low (b), mage_loss_bands_get_high (b));
      GdkRGBA colour;

      mage_loss_plot_get_band_colour (plot, b, &colour);
      add_row (rows, label, at < scene->bands->mean[b]->len ? g_array_index (scene->bands->mean[b], double, at) : NAN, &colour);
    }
}

/* What there is to say of a step, in the order of the legend. */
static GArray *
list_rows (const MageLossPlot *plot, const MageLossScene *scene, guint at)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));
  double step = g_array_index (scene->data->steps, double, at);
  GdkRGBA colour;

  g_array_set_clear_func (rows, row_clear);
  if (scene->bands != NULL)
    add_bands (rows, plot, scene, at);
  for (guint i = 0; i < scene->data->curves->len; i++)
    {
      MageLossCurve *curve = g_ptr_array_index (scene->data->curves, i);

      if (g_hash_table_contains (scene->hidden, curve->name) || (scene->bands != NULL && !curve->sparse))
        continue;
      mage_loss_term_get_colour (curve->name, curve->main, plot->dark, &colour);
      add_row (rows, mage_loss_term_get_label (curve->name), g_array_index (curve->smooth, double, at), &colour);
    }
  for (guint i = 0; i < scene->earlier->len; i++)
    {
      MageLossRun *run = g_ptr_array_index (scene->earlier, i);
      MageLossCurve *curve = mage_loss_scene_get_other (scene, run);
      guint there = mage_loss_data_find (run->data, step);

      mage_loss_plot_get_earlier_colour (plot, i, &colour);
      add_row (rows, run->label, curve != NULL && there < curve->smooth->len ? g_array_index (curve->smooth, double, there) : NAN,
               &colour);
    }
  return g_steal_pointer (&rows);
}

static void
paint_line (const MageLossPlot *plot, double x)
{
  cairo_set_line_width (plot->cr, 1.5);
  mage_loss_plot_set_colour (plot, &plot->ink, 0.6);
  cairo_move_to (plot->cr, floor (x) + 0.5, plot->top);
  cairo_line_to (plot->cr, floor (x) + 0.5, plot->top + plot->height);
  cairo_stroke (plot->cr);
}

static void
paint_ring (const MageLossPlot *plot, const Row *row, double x)
{
  if (!isfinite (row->value))
    return;
  cairo_arc (plot->cr, x, mage_loss_plot_y (plot, row->value), 4.5, 0, 2 * G_PI);
  mage_loss_plot_set_paper (plot);
  cairo_fill_preserve (plot->cr);
  mage_loss_plot_set_colour (plot, &row->colour, 1);
  cairo_set_line_width (plot->cr, 2);
  cairo_stroke (plot->cr);
}

static void
paint_box (const MageLossPlot *plot, double x, double y, double width, double height)
{
  double radius = 8;

  cairo_new_path (plot->cr);
  cairo_arc (plot->cr, x + width - radius, y + radius, radius, -G_PI / 2, 0);
  cairo_arc (plot->cr, x + width - radius, y + height - radius, radius, 0, G_PI / 2);
  cairo_arc (plot->cr, x + radius, y + height - radius, radius, G_PI / 2, G_PI);
  cairo_arc (plot->cr, x + radius, y + radius, radius, G_PI, 3 * G_PI / 2);
  cairo_close_path (plot->cr);
  mage_loss_plot_set_paper (plot);
  cairo_fill_preserve (plot->cr);
  mage_loss_plot_set_colour (plot, &plot->ink, 0.15);
  cairo_set_line_width (plot->cr, 1);
  cairo_stroke (plot->cr);
}

static void
paint_row (const MageLossPlot *plot, const Row *row, double x, double y)
{
  g_autofree char *value = isfinite (row->value) ? g_strdup_printf ("%.4f", row->value) : g_strdup ("–");

  mage_loss_plot_set_colour (plot, &row->colour, 1);
  cairo_arc (plot->cr, x + 16, y, 4, 0, 2 * G_PI);
  cairo_fill (plot->cr);
  mage_loss_plot_set_colour (plot, &plot->ink, 0.75);
  mage_loss_plot_label (plot, row->label, x + 28, y, 0);
  mage_loss_plot_set_colour (plot, &plot->ink, 1);
  mage_loss_plot_label (plot, value, x + WIDTH - 12, y, 1);
}

/** mage_loss_cursor_paint: reads out entry @at. */
void
mage_loss_cursor_paint (const MageLossPlot *plot, const MageLossScene *scene, guint at)
{
  double step = g_array_index (scene->data->steps, double, at);
  g_autofree char *title = g_strdup_printf (_("Step %.0f"), step);
  g_autoptr (GArray) rows = NULL;
  double x = mage_loss_plot_x (plot, step);
  double left = x + 12 + WIDTH > plot->left + plot->width ? MAX (plot->left, x - 12 - WIDTH) : x + 12;
  double y = plot->top + 4;

  if (step < scene->from || step > scene->to)
    return;
  rows = list_rows (plot, scene, at);
  paint_line (plot, x);
  for (guint i = 0; i < rows->len; i++)
    paint_ring (plot, &g_array_index (rows, Row, i), x);
  paint_box (plot, left, y, WIDTH, 34 + ROW * rows->len);
  mage_loss_plot_set_colour (plot, &plot->ink, 1);
  mage_loss_plot_label (plot, title, left + 12, y + 17, 0);
  for (guint i = 0; i < rows->len; i++)
    paint_row (plot, &g_array_index (rows, Row, i), left, y + 38 + ROW * i);
}

/** mage_loss_cursor_dup_words: Returns: (transfer full): the same, to be read aloud */
char *
mage_loss_cursor_dup_words (const MageLossScene *scene, guint at)
{
  MageLossPlot plot = { NULL };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GArray) rows = list_rows (&plot, scene, at);

  g_string_append_printf (text, _("Step %.0f"), g_array_index (scene->data->steps, double, at));
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);

      if (isfinite (row->value))
        g_string_append_printf (text, ", %s %.4f", row->label, row->value);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
