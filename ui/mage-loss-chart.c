/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-loss-chart.h"

#include "ui/mage-loss-cursor.h"
#include "ui/mage-loss-input.h"
#include "ui/mage-loss-marks.h"
#include "ui/mage-loss-painter.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

/*
 * The losses of a training as they come, with a cursor that reads out a step. The widget holds what is shown; how it is
 * painted is in mage-loss-painter.c, what part of it in mage-loss-view.c, how it is moved in mage-loss-input.c. What was painted is kept until something of it
 * changes, so that the cursor moves over it alone.
 */

#define NATURAL_HEIGHT 128
#define MIN_WIDTH 200

struct _MageLossChart
{
  GtkWidget parent_instance;

  MageSeries *series;
  MageSeries *before;
  MageLossScene scene;
  MageLossPlot plot;        /* as it was painted last */
  GdkTexture *picture;      /* (nullable): without the cursor */
  int picture_width;
  int picture_height;
  double picture_scale;
  MageLossMarks *marks;
  MageLossView view;
  gboolean zoomed;          /* as it was told last */
  gboolean banded;
  int cursor;               /* index of an entry; negative: none */
  gboolean cursor_follows;  /* the pointer put it there */
  guint step;               /* where the cursor stands while no pointer moves it; 0: nowhere */
  gboolean keeps_step;
};

G_DEFINE_FINAL_TYPE (MageLossChart, mage_loss_chart, GTK_TYPE_WIDGET)

enum
{
  PROP_LOGARITHMIC = 1,
  PROP_STEP,
  PROP_ZOOMED,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static guint
get_n (MageLossChart *self)
{
  return self->scene.data->steps->len;
}

static void
repaint (MageLossChart *self)
{
  g_clear_object (&self->picture);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- painting --- */

static void
lay_out (MageLossChart *self, PangoLayout *layout)
{
  self->plot = (MageLossPlot) { .layout = layout, .dark = adw_style_manager_get_dark (adw_style_manager_get_default ()) };
  gtk_widget_get_color (GTK_WIDGET (self), &self->plot.ink);
  mage_loss_plot_lay_out (&self->plot, &self->scene, gtk_widget_get_width (GTK_WIDGET (self)),
                          gtk_widget_get_height (GTK_WIDGET (self)));
}

static GdkTexture *
make_texture (cairo_surface_t *surface)
{
  int width = cairo_image_surface_get_width (surface);
  int height = cairo_image_surface_get_height (surface);
  gsize stride = (gsize) cairo_image_surface_get_stride (surface);
  g_autoptr (GBytes) bytes = NULL;

  cairo_surface_flush (surface);
  bytes = g_bytes_new_with_free_func (cairo_image_surface_get_data (surface), stride * (gsize) height,
                                      (GDestroyNotify) cairo_surface_destroy, surface);
  return gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes, stride);
}

/* With as many pixels as the screen has. */
static void
paint (MageLossChart *self, PangoLayout *layout, double scale)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) ceil (width * scale), (int) ceil (height * scale));

  g_clear_object (&self->picture);
  cairo_surface_set_device_scale (surface, scale, scale);
  lay_out (self, layout);
  self->plot.cr = cairo_create (surface);
  mage_loss_plot_paint (&self->plot, &self->scene);
  cairo_destroy (self->plot.cr);
  mage_loss_plot_clear (&self->plot);
  self->picture = make_texture (surface);
  self->picture_width = width;
  self->picture_height = height;
  self->picture_scale = scale;
}

static void
paint_cursor (MageLossChart *self, PangoLayout *layout, GtkSnapshot *snapshot, int height)
{
  double x = mage_loss_plot_x (&self->plot, g_array_index (self->scene.data->steps, double, self->cursor));
  graphene_rect_t bounds = GRAPHENE_RECT_INIT ((float) (x - MAGE_LOSS_CURSOR_REACH), 0, 2 * MAGE_LOSS_CURSOR_REACH, (float) height);

  self->plot.layout = layout;
  self->plot.cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  mage_loss_cursor_paint (&self->plot, &self->scene, (guint) self->cursor);
  cairo_destroy (self->plot.cr);
}

static void
mage_loss_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MageLossChart *self = MAGE_LOSS_CHART (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  GdkSurface *surface = gtk_native_get_surface (gtk_widget_get_native (widget));
  double scale = surface != NULL ? gdk_surface_get_scale (surface) : 1;
  g_autoptr (PangoLayout) layout = mage_loss_plot_set_up_layout (gtk_widget_create_pango_layout (widget, NULL));

  if (width <= 0 || height <= 0)
    return;
  if (self->picture == NULL || self->picture_width != width || self->picture_height != height || self->picture_scale != scale)
    paint (self, layout, scale);
  gtk_snapshot_append_texture (snapshot, self->picture,
                               &GRAPHENE_RECT_INIT (0, 0, (float) (gdk_texture_get_width (self->picture) / scale),
                                                    (float) (gdk_texture_get_height (self->picture) / scale)));
  if (self->cursor >= 0)
    paint_cursor (self, layout, snapshot, height);
  mage_loss_marks_snapshot (self->marks, snapshot, &self->plot);
  self->plot.cr = NULL;
  self->plot.layout = NULL;
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
  int at = self->cursor >= 0 ? self->cursor : (int) get_n (self) - 1;
  g_autofree char *words = at >= 0 ? mage_loss_cursor_dup_words (&self->scene, (guint) at) : g_strdup ("");

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

/* Without a pointer the cursor stands at the step. */
static void
rest_cursor (MageLossChart *self)
{
  self->cursor_follows = FALSE;
  if (self->step == 0 || get_n (self) == 0)
    mage_loss_chart_set_cursor (self, -1);
  else
    mage_loss_chart_set_cursor (self, (int) mage_chart_find_nearest ((const double *) self->scene.data->steps->data, get_n (self),
                                                                     self->step));
}

/** mage_loss_chart_get_cursor: @step: (out): the step that is read out. Returns: whether one is */
gboolean
mage_loss_chart_get_cursor (MageLossChart *self, guint *step)
{
  if (self->cursor < 0)
    return FALSE;
  *step = (guint) g_array_index (self->scene.data->steps, double, self->cursor);
  return TRUE;
}

/** mage_loss_chart_set_cursor: reads out entry @index; negative: none. */
void
mage_loss_chart_set_cursor (MageLossChart *self, int index)
{
  index = MIN (index, (int) get_n (self) - 1);
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
  if (!moved)
    return;
  mage_loss_view_reveal (&self->view, step);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STEP]);
}

/** mage_loss_chart_set_keeps_step: whether a click chooses a step, and the cursor stays when the focus goes. */
void
mage_loss_chart_set_keeps_step (MageLossChart *self, gboolean keeps_step)
{
  self->keeps_step = keeps_step;
}

/** mage_loss_chart_move_step: @by: entries, from where the cursor is or else from the last; to the ends with any large number. */
void
mage_loss_chart_move_step (MageLossChart *self, int by)
{
  int n = (int) get_n (self);
  gint64 at = (self->cursor >= 0 ? self->cursor : n - 1) + (gint64) by;

  if (n == 0)
    return;
  self->cursor_follows = FALSE;
  mage_loss_chart_set_step (self, (guint) g_array_index (self->scene.data->steps, double, CLAMP (at, 0, n - 1)));
}

/** mage_loss_chart_hover: the pointer is at @x, @y. */
void
mage_loss_chart_hover (MageLossChart *self, double x, double y)
{
  if (mage_loss_marks_hover (self->marks, &self->plot, &self->scene, x, y))
    gtk_widget_queue_draw (GTK_WIDGET (self));
  if (get_n (self) == 0)
    return;
  mage_loss_chart_set_cursor (self, (int) mage_chart_find_nearest ((const double *) self->scene.data->steps->data, get_n (self),
                                                                   mage_loss_chart_get_step_at (self, x)));
  self->cursor_follows = TRUE;
}

/** mage_loss_chart_leave: the pointer has gone. */
void
mage_loss_chart_leave (MageLossChart *self)
{
  if (mage_loss_marks_hover (self->marks, &self->plot, &self->scene, -1, -1))
    gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->cursor_follows)
    rest_cursor (self);
}

/** mage_loss_chart_press: where the pointer is, the cursor stays. */
void
mage_loss_chart_press (MageLossChart *self)
{
  guint step;

  if (self->keeps_step && self->cursor_follows && mage_loss_chart_get_cursor (self, &step))
    mage_loss_chart_set_step (self, step);
}

/** mage_loss_chart_blur: the focus has gone. */
void
mage_loss_chart_blur (MageLossChart *self)
{
  if (!self->keeps_step)
    mage_loss_chart_set_step (self, 0);
}

/* --- the view --- */

static void
view_changed (gpointer owner)
{
  MageLossChart *self = owner;

  repaint (self);
  if (self->zoomed == self->view.zoomed)
    return;
  self->zoomed = self->view.zoomed;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ZOOMED]);
}

/** mage_loss_chart_get_view: Returns: (transfer none): the part of the run that is seen */
MageLossView *
mage_loss_chart_get_view (MageLossChart *self)
{
  return &self->view;
}

/** mage_loss_chart_get_step_at: @x: in the widget. Returns: the step, which need not be one that there is */
double
mage_loss_chart_get_step_at (MageLossChart *self, double x)
{
  return self->plot.width > 0 ? mage_loss_plot_step (&self->plot, x) : 0;
}

double
mage_loss_chart_get_steps_per_pixel (MageLossChart *self)
{
  return (self->scene.to - self->scene.from) / MAX (1, self->plot.width);
}

/* --- the object --- */

static void
mage_loss_chart_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageLossChart *self = MAGE_LOSS_CHART (object);

  switch (id)
    {
    case PROP_LOGARITHMIC:
      g_value_set_boolean (value, self->scene.logarithmic);
      break;
    case PROP_STEP:
      g_value_set_uint (value, self->step);
      break;
    case PROP_ZOOMED:
      g_value_set_boolean (value, self->zoomed);
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
mage_loss_chart_dispose (GObject *object)
{
  MageLossChart *self = MAGE_LOSS_CHART (object);

  g_clear_pointer (&self->marks, mage_loss_marks_free);
  g_clear_object (&self->picture);
  G_OBJECT_CLASS (mage_loss_chart_parent_class)->dispose (object);
}

static void
mage_loss_chart_finalize (GObject *object)
{
  MageLossChart *self = MAGE_LOSS_CHART (object);

  g_clear_object (&self->series);
  g_clear_object (&self->before);
  mage_loss_scene_clear (&self->scene);
  G_OBJECT_CLASS (mage_loss_chart_parent_class)->finalize (object);
}

static void
mage_loss_chart_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  repaint (MAGE_LOSS_CHART (widget));
  GTK_WIDGET_CLASS (mage_loss_chart_parent_class)->css_changed (widget, change);
}

static void
mage_loss_chart_class_init (MageLossChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_loss_chart_get_property;
  object_class->set_property = mage_loss_chart_set_property;
  object_class->dispose = mage_loss_chart_dispose;
  object_class->finalize = mage_loss_chart_finalize;
  widget_class->snapshot = mage_loss_chart_snapshot;
  widget_class->measure = mage_loss_chart_measure;
  widget_class->css_changed = mage_loss_chart_css_changed;

  props[PROP_LOGARITHMIC] = g_param_spec_boolean ("logarithmic", NULL, NULL, FALSE, G_PARAM_READWRITE | flags);
  /** MageLossChart:step: where the cursor stands while no pointer moves it; 0: there is none. */
  props[PROP_STEP] = g_param_spec_uint ("step", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READWRITE | flags);
  /** MageLossChart:zoomed: whether it shows only a part of the run. */
  props[PROP_ZOOMED] = g_param_spec_boolean ("zoomed", NULL, NULL, FALSE, G_PARAM_READABLE | flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  /** MageLossChart::changed: there are other curves, bands, runs or marks on it, or more of them. */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (widget_class, "losschart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
mage_loss_chart_init (MageLossChart *self)
{
  self->cursor = -1;
  mage_loss_scene_init (&self->scene);
  self->view = (MageLossView) { .scene = &self->scene, .changed = view_changed, .owner = self };
  self->marks = mage_loss_marks_new (GTK_WIDGET (self));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Loss of each step"), -1);
  mage_loss_input_add (self);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (repaint), self, G_CONNECT_SWAPPED);
}

GtkWidget *
mage_loss_chart_new (void)
{
  return g_object_new (MAGE_TYPE_LOSS_CHART, NULL);
}

/* --- what is drawn --- */

/* The bands are of the most important curve that tells its timesteps. */
static void
update_bands (MageLossChart *self)
{
  const char *term = NULL;

  for (guint i = 0; i < self->scene.data->curves->len && term == NULL; i++)
    {
      MageLossCurve *curve = g_ptr_array_index (self->scene.data->curves, i);

      if (!g_hash_table_contains (self->scene.hidden, curve->name) && mage_loss_bands_are_known (self->scene.data, curve->name))
        term = curve->name;
    }
  if (!self->banded || term == NULL)
    g_clear_pointer (&self->scene.bands, mage_loss_bands_free);
  else if (self->scene.bands != NULL && g_str_equal (self->scene.bands->term, term))
    mage_loss_bands_follow (self->scene.bands, self->scene.data);
  else
    {
      g_clear_pointer (&self->scene.bands, mage_loss_bands_free);
      self->scene.bands = mage_loss_bands_new (self->scene.data, term);
    }
}

/* There is something else on the chart. */
static void
change (MageLossChart *self)
{
  describe (self);
  repaint (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
update (MageLossChart *self, double end_before)
{
  update_bands (self);
  mage_loss_view_follow (&self->view, end_before);
  if (self->cursor_follows)
    self->cursor = MIN (self->cursor, (int) get_n (self) - 1);
  else
    rest_cursor (self);
  change (self);
}

/* From the beginning: another run, or the same with another past. */
static void
renew (MageLossChart *self)
{
  double end = mage_loss_view_get_end (&self->view);

  g_clear_pointer (&self->scene.bands, mage_loss_bands_free);
  mage_loss_data_free (self->scene.data);
  self->scene.data = mage_loss_data_new (self->before, self->series);
  update (self, end);
}

/** mage_loss_chart_set_series: @series: (nullable): what is drawn; mage_loss_chart_refresh() follows it as it grows. */
void
mage_loss_chart_set_series (MageLossChart *self, MageSeries *series)
{
  if (g_set_object (&self->series, series))
    renew (self);
}

/** mage_loss_chart_set_before: @before: (nullable): the steps of the run from before it was continued. */
void
mage_loss_chart_set_before (MageLossChart *self, MageSeries *before)
{
  if (g_set_object (&self->before, before))
    renew (self);
}

/** mage_loss_chart_refresh: takes over what the series holds by now. */
void
mage_loss_chart_refresh (MageLossChart *self)
{
  double end = mage_loss_view_get_end (&self->view);

  if (mage_loss_data_follow (self->scene.data))
    update (self, end);
  else
    renew (self);
}

/** mage_loss_chart_set_n_steps: how far the run goes: where the axis ends. */
void
mage_loss_chart_set_n_steps (MageLossChart *self, guint n_steps)
{
  double end = mage_loss_view_get_end (&self->view);

  if (self->view.n_steps == n_steps)
    return;
  self->view.n_steps = n_steps;
  mage_loss_view_follow (&self->view, end);
  repaint (self);
}

/** mage_loss_chart_set_marks: @run: (nullable): whose samples and checkpoints are marked; called again when it may have more. */
void
mage_loss_chart_set_marks (MageLossChart *self, MageRun *run, guint checkpoint_every)
{
  mage_loss_marks_list (self->marks, run, mage_loss_chart_get_last_step (self), checkpoint_every, self->scene.marks);
  change (self);
}

/** mage_loss_chart_take_earlier: @runs: (transfer full): of MageLossRun, which are laid under this one; empty: none. */
void
mage_loss_chart_take_earlier (MageLossChart *self, GPtrArray *runs)
{
  double end = mage_loss_view_get_end (&self->view);

  g_ptr_array_unref (self->scene.earlier);
  self->scene.earlier = runs;
  mage_loss_view_follow (&self->view, end);
  change (self);
}

/** mage_loss_chart_set_logarithmic: whether equal distances on the left axis are equal factors. */
void
mage_loss_chart_set_logarithmic (MageLossChart *self, gboolean logarithmic)
{
  if (self->scene.logarithmic == logarithmic)
    return;
  self->scene.logarithmic = logarithmic;
  repaint (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOGARITHMIC]);
}

gboolean
mage_loss_chart_get_logarithmic (MageLossChart *self)
{
  return self->scene.logarithmic;
}

/** mage_loss_chart_set_banded: whether a loss is shown apart by its timesteps, instead of all losses. */
void
mage_loss_chart_set_banded (MageLossChart *self, gboolean banded)
{
  if (self->banded == banded)
    return;
  self->banded = banded;
  update_bands (self);
  change (self);
}

/** mage_loss_chart_can_band: whether the run tells its timesteps. */
gboolean
mage_loss_chart_can_band (MageLossChart *self)
{
  for (guint i = 0; i < self->scene.data->curves->len; i++)
    if (mage_loss_bands_are_known (self->scene.data, ((MageLossCurve *) g_ptr_array_index (self->scene.data->curves, i))->name))
      return TRUE;
  return FALSE;
}

/** mage_loss_chart_set_hidden: takes a term off the chart, or back on. */
void
mage_loss_chart_set_hidden (MageLossChart *self, const char *term, gboolean hidden)
{
  if (hidden)
    g_hash_table_add (self->scene.hidden, g_strdup (term));
  else
    g_hash_table_remove (self->scene.hidden, term);
  update_bands (self);
  change (self);
}

/** mage_loss_chart_dup_terms: Returns: (transfer full): the terms that there are, the most important first */
GStrv
mage_loss_chart_dup_terms (MageLossChart *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->scene.data->curves->len; i++)
    g_strv_builder_add (builder, ((MageLossCurve *) g_ptr_array_index (self->scene.data->curves, i))->name);
  return g_strv_builder_end (builder);
}

/** mage_loss_chart_get_latest: the newest smoothed value of the first term; NaN without one. */
double
mage_loss_chart_get_latest (MageLossChart *self)
{
  MageLossCurve *curve = self->scene.data->curves->len > 0 ? g_ptr_array_index (self->scene.data->curves, 0) : NULL;

  return curve != NULL && curve->smooth->len > 0 ? g_array_index (curve->smooth, double, curve->smooth->len - 1) : NAN;
}

guint
mage_loss_chart_get_length (MageLossChart *self)
{
  return get_n (self);
}

/** mage_loss_chart_get_last_step: the newest step; 0: there is none. */
guint
mage_loss_chart_get_last_step (MageLossChart *self)
{
  return (guint) mage_loss_data_get_last_step (self->scene.data);
}

/** mage_loss_chart_get_scene: Returns: (transfer none): what is drawn, for a file */
const MageLossScene *
mage_loss_chart_get_scene (MageLossChart *self)
{
  return &self->scene;
}
