/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-loss-painter.h"

#include "ui/mage-loss-term.h"
#include "ui/mage-loss-trace.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

/* Paints a scene of losses with Cairo, on the screen or into a file: axes, curves, bands, earlier runs, marks. */

#define TICK_SIZE 8.5   /* points */
#define RIGHT 14        /* pixels beside the last step */
#define LINE_WIDTH 2.6
/* Pixels from one corner of a smooth line of many steps to the next: nothing is seen of what lies between. */
#define CORNERS_APART 3
#define DOT 1.5         /* radius */
#define MARK 5.0        /* half of a diamond */
#define MARKS_APART 14
#define MAX_TICKS 24

double
mage_loss_plot_x (const MageLossPlot *self, double step)
{
  return self->left + self->width * mage_chart_scale_map (&self->x, step);
}

double
mage_loss_plot_y (const MageLossPlot *self, double value)
{
  return self->top + self->height * (1 - CLAMP (mage_chart_scale_map (&self->y, value), 0, 1));
}

/** mage_loss_plot_step: Returns: the step at @x, which need not be one that there is */
double
mage_loss_plot_step (const MageLossPlot *self, double x)
{
  return self->x.low + (x - self->left) / self->width * (self->x.high - self->x.low);
}

void
mage_loss_plot_set_colour (const MageLossPlot *self, const GdkRGBA *colour, double alpha)
{
  cairo_set_source_rgba (self->cr, colour->red, colour->green, colour->blue, colour->alpha * alpha);
}

/** mage_loss_plot_set_paper: the colour that lies under all. */
void
mage_loss_plot_set_paper (const MageLossPlot *self)
{
  if (self->dark)
    cairo_set_source_rgb (self->cr, 0.2, 0.2, 0.22);
  else
    cairo_set_source_rgb (self->cr, 1, 1, 1);
}

/** mage_loss_plot_get_earlier_colour: of the @i-th earlier run: slate, lighter the older. */
void
mage_loss_plot_get_earlier_colour (const MageLossPlot *self, guint i, GdkRGBA *colour)
{
  static const char *const light[] = { "#5e6b7b", "#8a6d3b", "#6d5a7d" };
  static const char *const dark[] = { "#a3b1c2", "#d0b98a", "#c0aed0" };

  gdk_rgba_parse (colour, (self->dark ? dark : light)[i % G_N_ELEMENTS (light)]);
}

/** mage_loss_plot_get_band_colour: from the first timesteps to the last from yellow to purple, and in between. */
void
mage_loss_plot_get_band_colour (const MageLossPlot *self, guint band, GdkRGBA *colour)
{
  static const char *const light[MAGE_LOSS_N_BANDS] = { "#b5651d", "#c0416b", "#813d9c", "#1c5fb4" };
  static const char *const dark[MAGE_LOSS_N_BANDS] = { "#ffbe6f", "#f78fb3", "#cf9be6", "#78aeed" };

  gdk_rgba_parse (colour, (self->dark ? dark : light)[band]);
}

/** mage_loss_plot_set_up_layout: Returns: (transfer none): @layout with the figures of all ticks */
PangoLayout *
mage_loss_plot_set_up_layout (PangoLayout *layout)
{
  g_autoptr (PangoFontDescription) font = pango_font_description_new ();
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_font_description_set_size (font, (int) (TICK_SIZE * PANGO_SCALE));
  pango_layout_set_font_description (layout, font);
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  return layout;
}

/** mage_loss_plot_label: @align: 0 begins at @x, 1 ends there; the middle of its height is at @y */
void
mage_loss_plot_label (const MageLossPlot *self, const char *text, double x, double y, double align)
{
  int width;
  int height;

  pango_layout_set_text (self->layout, text, -1);
  pango_layout_get_pixel_size (self->layout, &width, &height);
  cairo_move_to (self->cr, round (x - align * width), round (y - height / 2.0));
  pango_cairo_show_layout (self->cr, self->layout);
}

/* --- where --- */

static double
get_spacing (const double *ticks, guint n)
{
  return n > 1 ? ticks[1] - ticks[0] : 1;
}

/* The room that the widest label of the left axis takes. */
static double
measure_labels (const MageLossPlot *self)
{
  double ticks[MAX_TICKS];
  guint n = mage_chart_scale_list_ticks (&self->y, 6, ticks, MAX_TICKS);
  int widest = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = mage_chart_scale_dup_label (&self->y, ticks[i], get_spacing (ticks, n));
      int width;

      pango_layout_set_text (self->layout, text, -1);
      pango_layout_get_pixel_size (self->layout, &width, NULL);
      widest = MAX (widest, width);
    }
  return widest;
}

static void
add_trace (MageLossPlot *self, const MageLossScene *scene, const MageLossData *data, const MageLossCurve *curve, guint columns,
           gboolean dots, double *low, double *high)
{
  MageLossTrace *trace = mage_loss_trace_new (data, curve, scene->from, scene->to, columns);

  mage_loss_trace_widen (trace, dots, low, high);
  g_ptr_array_add (self->traces, trace);
}

static void
widen_by_bands (const MageLossScene *scene, double *low, double *high)
{
  guint first = mage_loss_data_find (scene->data, scene->from);
  guint last = mage_loss_data_find (scene->data, scene->to);

  for (guint b = 0; b < MAGE_LOSS_N_BANDS; b++)
    for (guint i = first; i < MIN (last + 1, scene->bands->mean[b]->len); i++)
      {
        double mean = g_array_index (scene->bands->mean[b], double, i);
        double spread = g_array_index (scene->bands->spread[b], double, i);

        if (mean + spread > *high)
          *high = mean + spread;
        if (mean > 0 && mean < *low)
          *low = mean;
      }
}

/* The curves that are seen, first those of this run and then one of each earlier run. */
static void
trace (MageLossPlot *self, const MageLossScene *scene, guint columns, double *low, double *high)
{
  if (scene->bands != NULL)
    widen_by_bands (scene, low, high);
  for (guint i = 0; i < scene->data->curves->len; i++)
    {
      MageLossCurve *curve = g_ptr_array_index (scene->data->curves, i);

      if (!g_hash_table_contains (scene->hidden, curve->name) && (scene->bands == NULL || curve->sparse))
        add_trace (self, scene, scene->data, curve, columns, TRUE, low, high);
    }
  for (guint i = 0; i < scene->earlier->len; i++)
    {
      MageLossRun *run = g_ptr_array_index (scene->earlier, i);
      MageLossCurve *curve = mage_loss_scene_get_other (scene, run);

      if (curve != NULL)
        add_trace (self, scene, run->data, curve, columns, FALSE, low, high);
    }
}

/**
 * mage_loss_plot_lay_out:
 * @self: with its layout, ink and darkness set
 * @width: @height: of the whole, in pixels
 */
void
mage_loss_plot_lay_out (MageLossPlot *self, const MageLossScene *scene, double width, double height)
{
  double low = INFINITY;
  double high = -INFINITY;

  self->traces = g_ptr_array_new_with_free_func ((GDestroyNotify) mage_loss_trace_free);
  trace (self, scene, (guint) MAX (1, width), &low, &high);
  self->y = mage_chart_scale_fit (low, high, scene->logarithmic);
  self->x = (MageChartScale) { scene->from, scene->to, FALSE };
  self->left = measure_labels (self) + 10;
  self->top = 8;
  self->width = MAX (1, width - self->left - RIGHT);
  self->height = MAX (1, height - self->top - 24);
}

void
mage_loss_plot_clear (MageLossPlot *self)
{
  g_clear_pointer (&self->traces, g_ptr_array_unref);
}

/* --- axes --- */

static void
paint_values_axis (const MageLossPlot *self)
{
  double ticks[MAX_TICKS];
  guint n = mage_chart_scale_list_ticks (&self->y, (guint) CLAMP (self->height / 26, 3, 6), ticks, MAX_TICKS);

  cairo_set_line_width (self->cr, 1);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = mage_chart_scale_dup_label (&self->y, ticks[i], get_spacing (ticks, n));
      double y = floor (mage_loss_plot_y (self, ticks[i])) + 0.5;

      mage_loss_plot_set_colour (self, &self->ink, 0.12);
      cairo_move_to (self->cr, self->left, y);
      cairo_line_to (self->cr, self->left + self->width, y);
      cairo_stroke (self->cr);
      mage_loss_plot_set_colour (self, &self->ink, 0.6);
      mage_loss_plot_label (self, text, self->left - 8, y, 1);
    }
}

/* Below its place, but for what would run over the edge. */
static void
paint_step (const MageLossPlot *self, const char *text, double x)
{
  int width;

  pango_layout_set_text (self->layout, text, -1);
  pango_layout_get_pixel_size (self->layout, &width, NULL);
  x = MIN (x - width / 2.0, self->left + self->width + RIGHT - width);
  mage_loss_plot_label (self, text, x, self->top + self->height + 14, 0);
}

static void
paint_steps_axis (const MageLossPlot *self)
{
  double ticks[MAX_TICKS];
  guint n = mage_chart_scale_list_ticks (&self->x, (guint) CLAMP (self->width / 90, 2, 8), ticks, MAX_TICKS);

  mage_loss_plot_set_colour (self, &self->ink, 0.6);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%.0f", ticks[i]);

      if (ticks[i] == floor (ticks[i]))
        paint_step (self, text, mage_loss_plot_x (self, ticks[i]));
    }
}

/* --- curves --- */

/* Where a column stands for many steps, it is drawn from the least to the greatest. */
static void
paint_columns (const MageLossPlot *self, const MageLossTrace *of)
{
  for (guint i = 0; i < of->points->len; i++)
    {
      const MageLossPoint *point = &g_array_index (of->points, MageLossPoint, i);
      double top = floor (mage_loss_plot_y (self, point->high));
      double bottom = ceil (mage_loss_plot_y (self, point->low));

      if (point->high >= point->low)
        cairo_rectangle (self->cr, floor (mage_loss_plot_x (self, point->step)), top, 1, MAX (1, bottom - top));
    }
  cairo_set_antialias (self->cr, CAIRO_ANTIALIAS_NONE);
  cairo_fill (self->cr);
  cairo_set_antialias (self->cr, CAIRO_ANTIALIAS_DEFAULT);
}

static void
paint_dots (const MageLossPlot *self, const MageLossTrace *of, const GdkRGBA *colour)
{
  mage_loss_plot_set_colour (self, colour, (self->dark ? 0.5 : 0.33) * (of->curve->main ? 1 : 0.7));
  if (of->dense)
    {
      paint_columns (self, of);
      return;
    }
  for (guint i = 0; i < of->points->len; i++)
    {
      const MageLossPoint *point = &g_array_index (of->points, MageLossPoint, i);

      if (point->high < point->low)
        continue;
      cairo_new_sub_path (self->cr);
      cairo_arc (self->cr, mage_loss_plot_x (self, point->step), mage_loss_plot_y (self, point->high),
                 of->curve->main ? DOT : DOT * 0.8, 0, 2 * G_PI);
    }
  cairo_fill (self->cr);
}

static double
get_line (const MageLossTrace *of, const MageLossPoint *point)
{
  return of->curve->sparse ? point->high : point->smooth;
}

static void
paint_line (const MageLossPlot *self, const MageLossTrace *of, const GdkRGBA *colour, gboolean dashed)
{
  double apart = of->dense ? CORNERS_APART : 1;
  double last_x = -G_MAXDOUBLE;

  mage_loss_plot_set_colour (self, colour, 1);
  cairo_set_line_width (self->cr, of->curve->main && !dashed ? LINE_WIDTH : LINE_WIDTH - 0.8);
  /* Where every pixel is a corner, nobody sees it being round. */
  cairo_set_line_join (self->cr, of->dense ? CAIRO_LINE_JOIN_BEVEL : CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (self->cr, dashed ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
  if (dashed)
    cairo_set_dash (self->cr, (double[]) { 6, 4 }, 2, 0);
  for (guint i = 0; i < of->points->len; i++)
    {
      const MageLossPoint *point = &g_array_index (of->points, MageLossPoint, i);
      double x = mage_loss_plot_x (self, point->step);

      if (!isfinite (get_line (of, point)) || (x - last_x < apart && (of->dense || !of->curve->sparse) && i + 1 < of->points->len))
        continue;
      cairo_line_to (self->cr, x, mage_loss_plot_y (self, get_line (of, point)));
      last_x = x;
    }
  cairo_stroke (self->cr);
  cairo_set_dash (self->cr, NULL, 0, 0);
}

/* What is known at few steps is seen to be: each is a square. */
static void
paint_squares (const MageLossPlot *self, const MageLossTrace *of, const GdkRGBA *colour)
{
  double last_x = -G_MAXDOUBLE;

  for (guint i = 0; i < of->points->len; i++)
    {
      const MageLossPoint *point = &g_array_index (of->points, MageLossPoint, i);
      double x = mage_loss_plot_x (self, point->step);

      if (point->high < point->low || (of->dense && x - last_x < MARKS_APART))
        continue;
      cairo_rectangle (self->cr, x - 3.5, mage_loss_plot_y (self, point->high) - 3.5, 7, 7);
      last_x = x;
    }
  mage_loss_plot_set_paper (self);
  cairo_fill_preserve (self->cr);
  mage_loss_plot_set_colour (self, colour, 1);
  cairo_set_line_width (self->cr, 1.8);
  cairo_stroke (self->cr);
}

/* The newest value is a point: a run that has only begun can be seen, too. */
static void
paint_head (const MageLossPlot *self, const MageLossTrace *of, const GdkRGBA *colour)
{
  const MageLossPoint *last = of->points->len > 0 ? &g_array_index (of->points, MageLossPoint, of->points->len - 1) : NULL;

  if (last == NULL || !isfinite (last->smooth) || last->step > self->x.high)
    return;
  mage_loss_plot_set_colour (self, colour, 1);
  cairo_arc (self->cr, mage_loss_plot_x (self, last->step), mage_loss_plot_y (self, last->smooth), of->curve->main ? 4 : 3,
             0, 2 * G_PI);
  cairo_fill (self->cr);
}

static void
paint_curve (const MageLossPlot *self, const MageLossTrace *of)
{
  GdkRGBA colour;

  mage_loss_term_get_colour (of->curve->name, of->curve->main, self->dark, &colour);
  if (!of->curve->sparse)
    paint_dots (self, of, &colour);
  paint_line (self, of, &colour, FALSE);
  if (of->curve->sparse)
    paint_squares (self, of, &colour);
  else
    paint_head (self, of, &colour);
}

/* --- bands --- */

/* @sign: of the spread that is added to the mean. Every column has the last step of it. */
static void
trace_band (const MageLossPlot *self, const MageLossScene *scene, guint band, double sign, gboolean backwards)
{
  guint first = mage_loss_data_find (scene->data, scene->from);
  guint last = MIN (mage_loss_data_find (scene->data, scene->to) + 1, scene->bands->mean[band]->len);
  guint stride = MAX (1, (guint) ((last - MIN (first, last)) / MAX (1, self->width)));

  first -= first > 0;
  first -= first % stride;
  for (guint k = first; k < last; k += stride)
    {
      guint i = backwards ? last - 1 - (k - first) : k;
      double mean = g_array_index (scene->bands->mean[band], double, i);
      double spread = g_array_index (scene->bands->spread[band], double, i);

      if (isfinite (mean))
        cairo_line_to (self->cr, mage_loss_plot_x (self, g_array_index (scene->data->steps, double, i)),
                       mage_loss_plot_y (self, mean + sign * spread));
    }
}

static void
paint_band (const MageLossPlot *self, const MageLossScene *scene, guint band)
{
  GdkRGBA colour;

  mage_loss_plot_get_band_colour (self, band, &colour);
  trace_band (self, scene, band, 1, FALSE);
  trace_band (self, scene, band, -1, TRUE);
  cairo_close_path (self->cr);
  mage_loss_plot_set_colour (self, &colour, 0.13);
  cairo_fill (self->cr);
  trace_band (self, scene, band, 0, FALSE);
  mage_loss_plot_set_colour (self, &colour, 1);
  cairo_set_line_width (self->cr, LINE_WIDTH - 0.6);
  cairo_stroke (self->cr);
}

/* --- marks --- */

static void
paint_diamond (const MageLossPlot *self, double x, double y, double size)
{
  cairo_move_to (self->cr, x, y - size);
  cairo_line_to (self->cr, x + size, y);
  cairo_line_to (self->cr, x, y + size);
  cairo_line_to (self->cr, x - size, y);
  cairo_close_path (self->cr);
}

/* Filled where there is a sample to see, hollow at a checkpoint; as many as have room. */
static void
paint_marks (const MageLossPlot *self, const MageLossScene *scene)
{
  double y = self->top + self->height;
  double last_x = -G_MAXDOUBLE;

  cairo_set_line_width (self->cr, 1.4);
  for (guint i = 0; i < scene->marks->len; i++)
    {
      const MageLossMark *mark = &g_array_index (scene->marks, MageLossMark, i);
      double x = mage_loss_plot_x (self, mark->step);

      if (mark->step < scene->from || mark->step > scene->to || x - last_x < MARKS_APART)
        continue;
      last_x = x;
      paint_diamond (self, x, y, MARK);
      if (mark->sample)
        mage_loss_plot_set_colour (self, &self->ink, 0.75);
      else
        mage_loss_plot_set_paper (self);
      cairo_fill_preserve (self->cr);
      mage_loss_plot_set_colour (self, &self->ink, 0.75);
      cairo_stroke (self->cr);
    }
}

/* --- the whole --- */

static void
paint_curves (const MageLossPlot *self, const MageLossScene *scene)
{
  guint n_own = self->traces->len;

  for (guint i = 0; i < scene->earlier->len; i++)
    n_own -= mage_loss_scene_get_other (scene, g_ptr_array_index (scene->earlier, i)) != NULL;
  for (guint i = n_own; i < self->traces->len; i++)
    {
      GdkRGBA colour;

      mage_loss_plot_get_earlier_colour (self, i - n_own, &colour);
      paint_line (self, g_ptr_array_index (self->traces, i), &colour, TRUE);
    }
  for (guint b = 0; scene->bands != NULL && b < MAGE_LOSS_N_BANDS; b++)
    paint_band (self, scene, b);
  for (guint i = n_own; i > 0; i--)
    paint_curve (self, g_ptr_array_index (self->traces, i - 1));
}

/** mage_loss_plot_paint: all but the cursor, which moves more often. */
void
mage_loss_plot_paint (MageLossPlot *self, const MageLossScene *scene)
{
  paint_values_axis (self);
  paint_steps_axis (self);
  cairo_save (self->cr);
  cairo_rectangle (self->cr, self->left - 5, self->top - 5, self->width + 10, self->height + 10);
  cairo_clip (self->cr);
  paint_curves (self, scene);
  cairo_restore (self->cr);
  paint_marks (self, scene);
}
