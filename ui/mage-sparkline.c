/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-sparkline.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* The total loss of the training that runs, as a line without axes. */

#define WIDTH 106
#define HEIGHT 26
/* More steps than these are too fine for the width. */
#define MAX_POINTS 400
/* Of the exponential mean: the raw loss is mostly noise at this size. */
#define SMOOTHING 0.08

struct _MageSparkline
{
  GtkWidget parent_instance;

  MageSeries *series;
};

G_DEFINE_FINAL_TYPE (MageSparkline, mage_sparkline, GTK_TYPE_WIDGET)

static void
mage_sparkline_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                        int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : HEIGHT;
}

/* "total" where there is one, else the first name. */
static const char *
choose_name (GStrv names)
{
  static const char *const totals[] = { "total", "L_total", "loss" };

  for (guint i = 0; i < G_N_ELEMENTS (totals); i++)
    if (g_strv_contains ((const char *const *) names, totals[i]))
      return totals[i];
  return names[0];
}

static guint
get_values (MageSparkline *self, double *values)
{
  g_auto (GStrv) names = self->series != NULL ? mage_series_dup_names (self->series) : NULL;
  guint n;

  if (names == NULL || names[0] == NULL)
    return 0;
  n = mage_series_copy_tail (self->series, choose_name (names), MAX_POINTS, values);
  for (guint i = 1; i < n; i++)
    values[i] = values[i - 1] + SMOOTHING * (values[i] - values[i - 1]);
  return n;
}

static void
trace (cairo_t *cr, const double *values, guint n, double width, double height)
{
  double low = values[0];
  double high = values[0];

  for (guint i = 1; i < n; i++)
    {
      low = MIN (low, values[i]);
      high = MAX (high, values[i]);
    }
  for (guint i = 0; i < n; i++)
    {
      double x = 2 + (width - 6) * i / MAX (n - 1, 1);
      double y = 3 + (height - 6) * (high > low ? (high - values[i]) / (high - low) : 0.5);

      cairo_line_to (cr, x, y);
    }
}

static void
mage_sparkline_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MageSparkline *self = MAGE_SPARKLINE (widget);
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget);
  g_autoptr (GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (adw_style_manager_get_default ());
  g_autofree double *values = g_new (double, MAX_POINTS);
  guint n = get_values (self, values);
  cairo_t *cr;
  double x;
  double y;

  if (n < 2)
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  trace (cr, values, n, width, height);
  cairo_get_current_point (cr, &x, &y);
  cairo_line_to (cr, x, height);
  cairo_line_to (cr, 2, height);
  cairo_close_path (cr);
  cairo_set_source_rgba (cr, accent->red, accent->green, accent->blue, 0.14);
  cairo_fill (cr);
  trace (cr, values, n, width, height);
  cairo_set_source_rgb (cr, accent->red, accent->green, accent->blue);
  cairo_set_line_width (cr, 1.5);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke (cr);
  cairo_arc (cr, x, y, 2.5, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_destroy (cr);
}

static void
mage_sparkline_dispose (GObject *object)
{
  g_clear_object (&MAGE_SPARKLINE (object)->series);
  G_OBJECT_CLASS (mage_sparkline_parent_class)->dispose (object);
}

static void
mage_sparkline_class_init (MageSparklineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_sparkline_dispose;
  widget_class->measure = mage_sparkline_measure;
  widget_class->snapshot = mage_sparkline_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
mage_sparkline_init (MageSparkline *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Loss so far"), -1);
}

GtkWidget *
mage_sparkline_new (void)
{
  return g_object_new (MAGE_TYPE_SPARKLINE, NULL);
}

/** mage_sparkline_set_series: @series: (nullable): what is drawn, and grows. */
void
mage_sparkline_set_series (MageSparkline *self, MageSeries *series)
{
  g_set_object (&self->series, series);
  mage_sparkline_update (self);
}

/** mage_sparkline_update: the series has grown; the latest loss is told in words, too. */
void
mage_sparkline_update (MageSparkline *self)
{
  g_autofree double *values = g_new (double, MAX_POINTS);
  guint n = get_values (self, values);

  if (n > 0)
    {
      g_autofree char *text = g_strdup_printf ("%.3g", values[n - 1]);

      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
