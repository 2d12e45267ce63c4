/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-loss-chart.h"

#include "ui/mage-chart-scale.h"
#include "ui/mage-loss-data.h"
#include "ui/mage-loss-term.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

/*
 * The losses of a training as they come: each step as a dot, each term as a smoothed line, and a
 * cursor with the numbers of a step, which follows the pointer or the arrow keys.
 */

#define NATURAL_HEIGHT 128
#define MIN_WIDTH 200
#define TICK_SIZE 8.5   /* points */
#define LINE_WIDTH 2.6
#define DOT 1.5         /* radius */
/* More dots than this on a pixel column would only be drawn over each other. */
#define DOTS_PER_COLUMN 2
#define MAX_TICKS 24

struct _MageLossChart
{
  GtkWidget parent_instance;

  MageSeries *series;
  MageSeries *before;
  MageLossData *data;
  GHashTable *hidden;
  guint n_steps;
  gboolean logarithmic;
  int cursor;             /* index of an entry; negative: none */
  gboolean cursor_follows; /* the pointer put it there */
  guint step;             /* where the cursor stands while no pointer moves it; 0: nowhere */
  gboolean keeps_step;
};

G_DEFINE_FINAL_TYPE (MageLossChart, mage_loss_chart, GTK_TYPE_WIDGET)

enum
{
  PROP_LOGARITHMIC = 1,
  PROP_STEP,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* Where and how to draw, worked out once a frame. */
typedef struct
{
  cairo_t *cr;
  PangoLayout *layout;
  double left;
  double top;
  double width;
  double height;
  MageChartScale x;
  MageChartScale y;
  GdkRGBA ink;
  gboolean dark;
} Plot;

static double
plot_x (const Plot *plot, double step)
{
  return plot->left + plot->width * mage_chart_scale_map (&plot->x, step);
}

static double
plot_y (const Plot *plot, double value)
{
  return plot->top + plot->height * (1 - CLAMP (mage_chart_scale_map (&plot->y, value), 0, 1));
}

static void
set_colour (const Plot *plot, const GdkRGBA *colour, double alpha)
{
  cairo_set_source_rgba (plot->cr, colour->red, colour->green, colour->blue, colour->alpha * alpha);
}

static double
get_spacing (const double *ticks, guint n)
{
  return n > 1 ? ticks[1] - ticks[0] : 1;
}

/* --- axes --- */

static void
draw_label (const Plot *plot, const char *text, double x, double y, double align)
{
  int width;
  int height;

  pango_layout_set_text (plot->layout, text, -1);
  pango_layout_get_pixel_size (plot->layout, &width, &height);
  cairo_move_to (plot->cr, round (x - align * width), round (y - height / 2.0));
  pango_cairo_show_layout (plot->cr, plot->layout);
}

static void
draw_values_axis (const Plot *plot)
{
  double ticks[MAX_TICKS];
  guint n = mage_chart_scale_list_ticks (&plot->y, (guint) CLAMP (plot->height / 26, 3, 6), ticks, MAX_TICKS);

  cairo_set_line_width (plot->cr, 1);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = mage_chart_scale_dup_label (&plot->y, ticks[i], get_spacing (ticks, n));
      double y = floor (plot_y (plot, ticks[i])) + 0.5;

      set_colour (plot, &plot->ink, 0.12);
      cairo_move_to (plot->cr, plot->left, y);
      cairo_line_to (plot->cr, plot->left + plot->width, y);
      cairo_stroke (plot->cr);
      set_colour (plot, &plot->ink, 0.6);
      draw_label (plot, text, plot->left - 8, y, 1);
    }
}

static void
draw_steps_axis (const Plot *plot)
{
  double ticks[MAX_TICKS];
  guint n = mage_chart_scale_list_ticks (&plot->x, (guint) CLAMP (plot->width / 90, 2, 8), ticks, MAX_TICKS);

  set_colour (plot, &plot->ink, 0.6);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%.0f", ticks[i]);

      if (ticks[i] == floor (ticks[i]))
        draw_label (plot, text, plot_x (plot, ticks[i]), plot->top + plot->height + 12, 0.5);
    }
}

/* --- curves --- */

static void
draw_dots (const Plot *plot, const MageLossData *data, const MageLossCurve *curve, const GdkRGBA *colour)
{
  guint n = data->steps->len;
  guint stride = MAX (1, (guint) (n / MAX (1, plot->width * DOTS_PER_COLUMN)));

  set_colour (plot, colour, plot->dark ? 0.5 : 0.33);
  for (guint i = 0; i < n; i += stride)
    {
      double value = g_array_index (curve->values, double, i);
      double x = plot_x (plot, g_array_index (data->steps, double, i));

      if (!isfinite (value))
        continue;
      cairo_new_sub_path (plot->cr);
      cairo_arc (plot->cr, x, plot_y (plot, value), DOT, 0, 2 * G_PI);
    }
  cairo_fill (plot->cr);
}

/* One point a pixel column is all that can be seen of a line. */
static void
draw_line (const Plot *plot, const MageLossData *data, const MageLossCurve *curve, const GdkRGBA *colour)
{
  double last_x = -G_MAXDOUBLE;
  guint n = data->steps->len;

  set_colour (plot, colour, 1);
  cairo_set_line_width (plot->cr, curve->main ? LINE_WIDTH : LINE_WIDTH - 0.8);
  cairo_set_line_join (plot->cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (plot->cr, CAIRO_LINE_CAP_ROUND);
  if (!curve->main)
    cairo_set_dash (plot->cr, (double[]) { 6, 4 }, 2, 0);
  for (guint i = 0; i < n; i++)
    {
      double value = g_array_index (curve->smooth, double, i);
      double x = plot_x (plot, g_array_index (data->steps, double, i));

      if (!isfinite (value) || (x - last_x < 1 && i + 1 < n))
        continue;
      cairo_line_to (plot->cr, x, plot_y (plot, value));
      last_x = x;
    }
  cairo_stroke (plot->cr);
  cairo_set_dash (plot->cr, NULL, 0, 0);
}

/* The newest value is a point: a run that has only begun can be seen, too. */
static void
draw_head (const Plot *plot, const MageLossData *data, const MageLossCurve *curve, const GdkRGBA *colour)
{
  guint last = data->steps->len - 1;
  double value = g_array_index (curve->smooth, double, last);

  if (!isfinite (value))
    return;
  set_colour (plot, colour, 1);
  cairo_arc (plot->cr, plot_x (plot, g_array_index (data->steps, double, last)), plot_y (plot, value),
             curve->main ? 4 : 3, 0, 2 * G_PI);
  cairo_fill (plot->cr);
}

static void
draw_curves (MageLossChart *self, const Plot *plot)
{
  MageLossData *data = self->data;

  cairo_save (plot->cr);
  cairo_rectangle (plot->cr, plot->left - 5, plot->top - 5, plot->width + 10, plot->height + 10);
  cairo_clip (plot->cr);
  for (guint i = data->curves->len; i > 0; i--)
    {
      MageLossCurve *curve = g_ptr_array_index (data->curves, i - 1);
      GdkRGBA colour;

      if (g_hash_table_contains (self->hidden, curve->name))
        continue;
      mage_loss_term_get_colour (curve->name, curve->main, plot->dark, &colour);
      if (curve->main)
        draw_dots (plot, data, curve, &colour);
      draw_line (plot, data, curve, &colour);
      draw_head (plot, data, curve, &colour);
    }
  cairo_restore (plot->cr);
}

/* --- the read-out --- */

static void
draw_box (const Plot *plot, double x, double y, double width, double height)
{
  double radius = 8;

  cairo_new_path (plot->cr);
  cairo_arc (plot->cr, x + width - radius, y + radius, radius, -G_PI / 2, 0);
  cairo_arc (plot->cr, x + width - radius, y + height - radius, radius, 0, G_PI / 2);
  cairo_arc (plot->cr, x + radius, y + height - radius, radius, G_PI / 2, G_PI);
  cairo_arc (plot->cr, x + radius, y + radius, radius, G_PI, 3 * G_PI / 2);
  cairo_close_path (plot->cr);
  if (plot->dark)
    cairo_set_source_rgb (plot->cr, 0.22, 0.22, 0.24);
  else
    cairo_set_source_rgb (plot->cr, 1, 1, 1);
  cairo_fill_preserve (plot->cr);
  set_colour (plot, &plot->ink, 0.15);
  cairo_set_line_width (plot->cr, 1);
  cairo_stroke (plot->cr);
}

static void
draw_cursor_points (MageLossChart *self, const Plot *plot, double x)
{
  cairo_set_line_width (plot->cr, 1.5);
  set_colour (plot, &plot->ink, 0.6);
  cairo_move_to (plot->cr, floor (x) + 0.5, plot->top);
  cairo_line_to (plot->cr, floor (x) + 0.5, plot->top + plot->height);
  cairo_stroke (plot->cr);
  for (guint i = 0; i < self->data->curves->len; i++)
    {
      MageLossCurve *curve = g_ptr_array_index (self->data->curves, i);
      double value = g_array_index (curve->smooth, double, self->cursor);
      GdkRGBA colour;

      if (g_hash_table_contains (self->hidden, curve->name) || !isfinite (value))
        continue;
      mage_loss_term_get_colour (curve->name, curve->main, plot->dark, &colour);
      cairo_arc (plot->cr, x, plot_y (plot, value), 4.5, 0, 2 * G_PI);
      cairo_set_source_rgb (plot->cr, plot->dark ? 0.2 : 1, plot->dark ? 0.2 : 1, plot->dark ? 0.22 : 1);
      cairo_fill_preserve (plot->cr);
      set_colour (plot, &colour, 1);
      cairo_set_line_width (plot->cr, 2);
      cairo_stroke (plot->cr);
    }
}

static void
draw_read_out_row (MageLossChart *self, const Plot *plot, const MageLossCurve *curve, double x, double y, double width)
{
  g_autofree char *value = g_strdup_printf ("%.4f", g_array_index (curve->values, double, self->cursor));
  GdkRGBA colour;

  mage_loss_term_get_colour (curve->name, curve->main, plot->dark, &colour);
  set_colour (plot, &colour, 1);
  cairo_arc (plot->cr, x + 16, y, 4, 0, 2 * G_PI);
  cairo_fill (plot->cr);
  set_colour (plot, &plot->ink, 0.75);
  draw_label (plot, mage_loss_term_get_label (curve->name), x + 28, y, 0);
  set_colour (plot, &plot->ink, 1);
  draw_label (plot, isfinite (g_array_index (curve->values, double, self->cursor)) ? value : "–", x + width - 12, y, 1);
}

static void
draw_read_out (MageLossChart *self, const Plot *plot)
{
  double step = g_array_index (self->data->steps, double, self->cursor);
  g_autofree char *title = g_strdup_printf (_("Step %.0f"), step);
  double x = plot_x (plot, step);
  double width = 148;
  double height = 34;
  double left;
  double y = plot->top + 4;

  for (guint i = 0; i < self->data->curves->len; i++)
    height += g_hash_table_contains (self->hidden, ((MageLossCurve *) g_ptr_array_index (self->data->curves, i))->name) ? 0 : 19;
  left = x + 12 + width > plot->left + plot->width ? MAX (plot->left, x - 12 - width) : x + 12;
  draw_cursor_points (self, plot, x);
  draw_box (plot, left, y, width, height);
  set_colour (plot, &plot->ink, 1);
  draw_label (plot, title, left + 12, y + 17, 0);
  y += 38;
  for (guint i = 0; i < self->data->curves->len; i++)
    {
      MageLossCurve *curve = g_ptr_array_index (self->data->curves, i);

      if (g_hash_table_contains (self->hidden, curve->name))
        continue;
      draw_read_out_row (self, plot, curve, left, y, width);
      y += 19;
    }
}

/* --- the whole --- */

static PangoLayout *
make_layout (MageLossChart *self)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  g_autoptr (PangoFontDescription) font = pango_font_description_new ();
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_font_description_set_size (font, (int) (TICK_SIZE * PANGO_SCALE));
  pango_layout_set_font_description (layout, font);
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  return layout;
}

static double
get_last_step (MageLossChart *self)
{
  guint n = self->data->steps->len;

  return MAX (self->n_steps, n > 0 ? g_array_index (self->data->steps, double, n - 1) : 0);
}

/* The room that the widest label of the left axis takes. */
static double
measure_labels (const Plot *plot)
{
  double ticks[MAX_TICKS];
  guint n = mage_chart_scale_list_ticks (&plot->y, 6, ticks, MAX_TICKS);
  int widest = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = mage_chart_scale_dup_label (&plot->y, ticks[i], get_spacing (ticks, n));
      int width;

      pango_layout_set_text (plot->layout, text, -1);
      pango_layout_get_pixel_size (plot->layout, &width, NULL);
      widest = MAX (widest, width);
    }
  return widest;
}

static void
lay_out (MageLossChart *self, Plot *plot)
{
  double low;
  double high;

  if (!mage_loss_data_get_range (self->data, self->hidden, &low, &high))
    low = high = NAN;
  plot->y = mage_chart_scale_fit (low, high, self->logarithmic);
  plot->x = (MageChartScale) { 0, MAX (1, get_last_step (self)), FALSE };
  gtk_widget_get_color (GTK_WIDGET (self), &plot->ink);
  plot->dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  plot->left = measure_labels (plot) + 10;
  plot->top = 8;
  plot->width = MAX (1, gtk_widget_get_width (GTK_WIDGET (self)) - plot->left - 14);
  plot->height = MAX (1, gtk_widget_get_height (GTK_WIDGET (self)) - plot->top - 24);
}

static void
mage_loss_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MageLossChart *self = MAGE_LOSS_CHART (widget);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                                               (float) gtk_widget_get_height (widget));
  g_autoptr (PangoLayout) layout = make_layout (self);
  Plot plot = { .layout = layout };

  plot.cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  lay_out (self, &plot);
  draw_values_axis (&plot);
  draw_steps_axis (&plot);
  if (self->data->steps->len > 0)
    draw_curves (self, &plot);
  if (self->cursor >= 0)
    draw_read_out (self, &plot);
  cairo_destroy (plot.cr);
}

static void
mage_loss_chart_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                         int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? MIN_WIDTH : NATURAL_HEIGHT;
}

/* --- the cursor --- */

static void
describe (MageLossChart *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  int at = self->cursor >= 0 ? self->cursor : (int) self->data->steps->len - 1;

  if (at >= 0)
    g_string_append_printf (text, _("Step %.0f"), g_array_index (self->data->steps, double, at));
  for (guint i = 0; at >= 0 && i < self->data->curves->len; i++)
    {
      MageLossCurve *curve = g_ptr_array_index (self->data->curves, i);

      g_string_append_printf (text, ", %s %.4f", mage_loss_term_get_label (curve->name),
                              g_array_index (curve->smooth, double, at));
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text->str, -1);
}

static void
motion_cb (MageLossChart *self, double x, double y)
{
  guint n = self->data->steps->len;
  g_autoptr (PangoLayout) layout = make_layout (self);
  Plot plot = { .layout = layout };
  double step;

  if (n == 0)
    return;
  lay_out (self, &plot);
  step = (x - plot.left) / plot.width * plot.x.high;
  mage_loss_chart_set_cursor (self, (int) mage_chart_find_nearest ((const double *) self->data->steps->data, n, step));
  self->cursor_follows = TRUE;
}

/* Without a pointer the cursor stands at the step. */
static void
rest_cursor (MageLossChart *self)
{
  guint n = self->data->steps->len;

  self->cursor_follows = FALSE;
  if (self->step == 0 || n == 0)
    mage_loss_chart_set_cursor (self, -1);
  else
    mage_loss_chart_set_cursor (self, (int) mage_chart_find_nearest ((const double *) self->data->steps->data, n, self->step));
}

static void
leave_cb (MageLossChart *self)
{
  if (self->cursor_follows)
    rest_cursor (self);
}

/* Where the pointer is pressed, the cursor stays. */
static void
pressed_cb (MageLossChart *self)
{
  guint step;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (self->keeps_step && self->cursor_follows && mage_loss_chart_get_cursor (self, &step))
    mage_loss_chart_set_step (self, step);
}

static gboolean
key_pressed_cb (MageLossChart *self, guint key, guint code, GdkModifierType modifiers)
{
  int n = (int) self->data->steps->len;
  int at = self->cursor >= 0 ? self->cursor : n - 1;
  int stride = modifiers & GDK_CONTROL_MASK ? MAX (1, n / 20) : 1;

  if (n == 0)
    return GDK_EVENT_PROPAGATE;
  switch (key)
    {
    case GDK_KEY_Left:
      at -= stride;
      break;
    case GDK_KEY_Right:
      at += stride;
      break;
    case GDK_KEY_Home:
      at = 0;
      break;
    case GDK_KEY_End:
      at = n - 1;
      break;
    case GDK_KEY_Escape:
      if (self->cursor < 0)
        return GDK_EVENT_PROPAGATE;
      self->cursor_follows = FALSE;
      mage_loss_chart_set_step (self, 0);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
  self->cursor_follows = FALSE;
  mage_loss_chart_set_step (self, (guint) g_array_index (self->data->steps, double, CLAMP (at, 0, n - 1)));
  return GDK_EVENT_STOP;
}

static void
focus_out_cb (MageLossChart *self)
{
  if (!self->keeps_step)
    mage_loss_chart_set_step (self, 0);
}

/* --- the object --- */

static void
mage_loss_chart_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_LOGARITHMIC:
      g_value_set_boolean (value, MAGE_LOSS_CHART (object)->logarithmic);
      break;
    case PROP_STEP:
      g_value_set_uint (value, MAGE_LOSS_CHART (object)->step);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_loss_chart_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_LOGARITHMIC:
      mage_loss_chart_set_logarithmic (MAGE_LOSS_CHART (object), g_value_get_boolean (value));
      break;
    case PROP_STEP:
      mage_loss_chart_set_step (MAGE_LOSS_CHART (object), g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_loss_chart_finalize (GObject *object)
{
  MageLossChart *self = MAGE_LOSS_CHART (object);

  g_clear_object (&self->series);
  g_clear_object (&self->before);
  g_clear_pointer (&self->data, mage_loss_data_free);
  g_clear_pointer (&self->hidden, g_hash_table_unref);
  G_OBJECT_CLASS (mage_loss_chart_parent_class)->finalize (object);
}

static void
mage_loss_chart_class_init (MageLossChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = mage_loss_chart_get_property;
  object_class->set_property = mage_loss_chart_set_property;
  object_class->finalize = mage_loss_chart_finalize;
  widget_class->snapshot = mage_loss_chart_snapshot;
  widget_class->measure = mage_loss_chart_measure;

  props[PROP_LOGARITHMIC] = g_param_spec_boolean ("logarithmic", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /** MageLossChart:step: where the cursor stands while no pointer moves it; 0: there is none. */
  props[PROP_STEP] = g_param_spec_uint ("step", NULL, NULL, 0, G_MAXUINT, 0,
                                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_css_name (widget_class, "losschart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
mage_loss_chart_init (MageLossChart *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->cursor = -1;
  self->hidden = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->data = mage_loss_data_new (NULL, NULL);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Loss of each step"), -1);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (focus_out_cb), self);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

GtkWidget *
mage_loss_chart_new (void)
{
  return g_object_new (MAGE_TYPE_LOSS_CHART, NULL);
}

/** mage_loss_chart_set_series: @series: (nullable): what is drawn; mage_loss_chart_refresh() follows it as it grows. */
void
mage_loss_chart_set_series (MageLossChart *self, MageSeries *series)
{
  if (g_set_object (&self->series, series))
    mage_loss_chart_refresh (self);
}

/** mage_loss_chart_set_before: @before: (nullable): the steps of the run from before it was continued. */
void
mage_loss_chart_set_before (MageLossChart *self, MageSeries *before)
{
  if (g_set_object (&self->before, before))
    mage_loss_chart_refresh (self);
}

/** mage_loss_chart_set_n_steps: how far the run goes: where the axis ends. */
void
mage_loss_chart_set_n_steps (MageLossChart *self, guint n_steps)
{
  if (self->n_steps == n_steps)
    return;
  self->n_steps = n_steps;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_loss_chart_refresh: takes over what the series holds by now. */
void
mage_loss_chart_refresh (MageLossChart *self)
{
  g_clear_pointer (&self->data, mage_loss_data_free);
  self->data = mage_loss_data_new (self->before, self->series);
  if (self->cursor_follows)
    self->cursor = MIN (self->cursor, (int) self->data->steps->len - 1);
  else
    rest_cursor (self);
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_loss_chart_set_logarithmic: whether equal distances on the left axis are equal factors. */
void
mage_loss_chart_set_logarithmic (MageLossChart *self, gboolean logarithmic)
{
  if (self->logarithmic == logarithmic)
    return;
  self->logarithmic = logarithmic;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOGARITHMIC]);
}

gboolean
mage_loss_chart_get_logarithmic (MageLossChart *self)
{
  return self->logarithmic;
}

/** mage_loss_chart_set_hidden: takes a term off the chart, or back on. */
void
mage_loss_chart_set_hidden (MageLossChart *self, const char *term, gboolean hidden)
{
  if (hidden)
    g_hash_table_add (self->hidden, g_strdup (term));
  else
    g_hash_table_remove (self->hidden, term);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_loss_chart_dup_terms: Returns: (transfer full): the terms that there are, the most important first */
GStrv
mage_loss_chart_dup_terms (MageLossChart *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->data->curves->len; i++)
    g_strv_builder_add (builder, ((MageLossCurve *) g_ptr_array_index (self->data->curves, i))->name);
  return g_strv_builder_end (builder);
}

/** mage_loss_chart_get_latest: the newest smoothed value of the first term; NaN without one. */
double
mage_loss_chart_get_latest (MageLossChart *self)
{
  MageLossCurve *curve = self->data->curves->len > 0 ? g_ptr_array_index (self->data->curves, 0) : NULL;

  return curve != NULL && curve->smooth->len > 0 ? g_array_index (curve->smooth, double, curve->smooth->len - 1) : NAN;
}

guint
mage_loss_chart_get_length (MageLossChart *self)
{
  return self->data->steps->len;
}

/** mage_loss_chart_get_cursor: @step: (out): the step that is read out. Returns: whether one is */
gboolean
mage_loss_chart_get_cursor (MageLossChart *self, guint *step)
{
  if (self->cursor < 0)
    return FALSE;
  *step = (guint) g_array_index (self->data->steps, double, self->cursor);
  return TRUE;
}

/** mage_loss_chart_set_cursor: reads out entry @index; negative: none. */
void
mage_loss_chart_set_cursor (MageLossChart *self, int index)
{
  index = MIN (index, (int) self->data->steps->len - 1);
  if (self->cursor == index)
    return;
  self->cursor = index;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

guint
mage_loss_chart_get_step (MageLossChart *self)
{
  return self->step;
}

/** mage_loss_chart_set_step: where the cursor stands while no pointer moves it; 0: nowhere. */
void
mage_loss_chart_set_step (MageLossChart *self, guint step)
{
  gboolean moved = self->step != step;

  self->step = step;
  if (!self->cursor_follows)
    rest_cursor (self);
  if (moved)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STEP]);
}

/** mage_loss_chart_set_keeps_step: whether a click chooses a step, and the cursor stays when the focus goes. */
void
mage_loss_chart_set_keeps_step (MageLossChart *self, gboolean keeps_step)
{
  self->keeps_step = keeps_step;
}

/** mage_loss_chart_get_last_step: the newest step; 0: there is none. */
guint
mage_loss_chart_get_last_step (MageLossChart *self)
{
  guint n = self->data->steps->len;

  return n > 0 ? (guint) g_array_index (self->data->steps, double, n - 1) : 0;
}
