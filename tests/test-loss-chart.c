/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/ui-picture.h"
#include "ui/mage-loss-chart.h"
#include "ui/mage-loss-cursor.h"
#include "ui/mage-loss-export.h"
#include "ui/mage-loss-painter.h"
#include "ui/mage-loss-term.h"
#include "ui/mage-loss-trace.h"

#include <math.h>
#include <string.h>

/* A chart of losses: what is kept of many steps, how it is zoomed, panned and read out, and what it becomes as a file. */

static void
add_step (MageSeries *series, guint step)
{
  double l_sub = 1.0 / step + (step % 7) * 0.01;
  MageTerm terms[] = { { "L_sub", l_sub }, { "L", 2 * l_sub }, { "t", (step * 137) % 1000 }, { "L_val", 0.5 } };

  mage_series_append (series, step, terms, step % 25 == 0 || step == 1 ? 4 : 3);
}

static MageSeries *
make_series (guint n)
{
  MageSeries *series = mage_series_new ();

  for (guint i = 1; i <= n; i++)
    add_step (series, i);
  return series;
}

static GtkWindow *
show (GtkWidget *child)
{
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());

  gtk_window_set_default_size (window, 800, 400);
  gtk_window_set_child (window, child);
  gtk_window_present (window);
  ui_settle ();
  return window;
}

static gboolean
press (GtkWidget *widget, guint key, GdkModifierType modifiers)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  gboolean handled = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !handled; i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", key, 0, modifiers, &handled);
    }
  return handled;
}

/* --- data --- */

/* What is added step by step is what is made at once. */
static void
test_follow (void)
{
  g_autoptr (MageSeries) series = make_series (30);
  g_autoptr (MageLossData) grown = mage_loss_data_new (NULL, series);
  g_autoptr (MageLossData) whole = NULL;
  MageLossCurve *a;
  MageLossCurve *b;

  for (guint i = 31; i <= 1000; i++)
    {
      add_step (series, i);
      g_assert_true (mage_loss_data_follow (grown));
    }
  whole = mage_loss_data_new (NULL, series);
  g_assert_cmpuint (grown->steps->len, ==, 1000);
  a = mage_loss_data_get_curve (grown, "L");
  b = mage_loss_data_get_curve (whole, "L");
  g_assert_cmpmem (a->values->data, 1000 * sizeof (double), b->values->data, 1000 * sizeof (double));
  g_assert_cmpmem (a->low->data, a->low->len * sizeof (double), b->low->data, b->low->len * sizeof (double));
  g_assert_cmpmem (a->high->data, a->high->len * sizeof (double), b->high->data, b->high->len * sizeof (double));
  /* The smoothing of a run that grew is that of one up to a quarter shorter. */
  g_assert_cmpfloat_with_epsilon (g_array_index (a->smooth, double, 999), g_array_index (b->smooth, double, 999), 0.01);
  g_assert_cmpuint (whole->numbers->len, ==, 1);
  /* A series that goes back, or tells something new, is taken over anew. */
  mage_series_append (series, 500, &(MageTerm) { "L", 1 }, 1);
  g_assert_false (mage_loss_data_follow (grown));
}

static void
add_loss (MageSeries *series, guint step, const char *name)
{
  MageTerm terms[] = { { name, 1.0 / step }, { "t", 10 } };

  mage_series_append (series, step, terms, 2);
}

/* A motion's words are learned first: what they lost is none of the motion's curves, and the motion's loss is said. */
static void
test_words_first (void)
{
  MageLossChart *chart = g_object_ref_sink (MAGE_LOSS_CHART (mage_loss_chart_new ()));
  g_autoptr (MageSeries) series = mage_series_new ();

  mage_loss_chart_set_series (chart, series);
  for (guint i = 1; i <= 4; i++)
    add_loss (series, i, "L_sub");
  mage_loss_chart_refresh (chart);
  g_assert_cmpfloat (mage_loss_chart_get_latest (chart), >, 0);
  /* As many steps and terms as before, so that nothing but their names tells that they are others. */
  for (guint i = 1; i <= 4; i++)
    add_loss (series, i, "L_mot");
  mage_loss_chart_refresh (chart);
  g_assert_cmpuint (mage_loss_chart_get_scene (chart)->data->curves->len, ==, 1);
  g_assert_nonnull (mage_loss_data_get_curve (mage_loss_chart_get_scene (chart)->data, "L_mot"));
  g_assert_cmpfloat (mage_loss_chart_get_latest (chart), >, 0);
  g_object_unref (chart);
}

/* Those that can be on one chart are told apart by their colours, on paper and on the dark. */
static void
test_colours (void)
{
  static const char *const names[] = { "L_sub", "L_reg", "L_mot", "L_debiased", "L_plain", "L_fusion", "L_attn", "L_val" };

  for (guint dark = 0; dark < 2; dark++)
    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
      for (guint j = 0; j < i; j++)
        {
          GdkRGBA one, other;

          mage_loss_term_get_colour (names[i], FALSE, dark, &one);
          mage_loss_term_get_colour (names[j], FALSE, dark, &other);
          g_assert_false (gdk_rgba_equal (&one, &other));
        }
}

/* Of 100 000 steps no least and no greatest value is lost, at any place and width. */
static void
test_extremes (void)
{
  g_autoptr (MageSeries) series = make_series (2000);
  g_autoptr (MageLossData) data = mage_loss_data_new (NULL, series);
  MageLossCurve *curve = mage_loss_data_get_curve (data, "L_sub");

  for (guint from = 0; from < 2000; from += 37)
    for (guint to = from + 1; to <= 2000; to += 173)
      {
        double low, high, least = INFINITY, most = -INFINITY;

        for (guint i = from; i < to; i++)
          {
            least = MIN (least, g_array_index (curve->values, double, i));
            most = MAX (most, g_array_index (curve->values, double, i));
          }
        g_assert_true (mage_loss_curve_get_extremes (curve, from, to, &low, &high));
        g_assert_cmpfloat (low, ==, least);
        g_assert_cmpfloat (high, ==, most);
      }
}

static void
test_trace (void)
{
  g_autoptr (MageSeries) series = make_series (10000);
  g_autoptr (MageLossData) data = mage_loss_data_new (NULL, series);
  MageLossCurve *curve = mage_loss_data_get_curve (data, "L_sub");
  MageLossTrace *trace = mage_loss_trace_new (data, curve, 0, 10000, 100);
  MageLossTrace *near = mage_loss_trace_new (data, curve, 10, 60, 100);
  double highest = -INFINITY;

  g_assert_true (trace->dense);
  g_assert_cmpuint (trace->points->len, <=, 102);
  g_assert_cmpuint (trace->points->len, >=, 99);
  for (guint i = 0; i < trace->points->len; i++)
    highest = MAX (highest, g_array_index (trace->points, MageLossPoint, i).high);
  g_assert_cmpfloat (highest, ==, 1.01);
  g_assert_false (near->dense);
  g_assert_cmpfloat (g_array_index (near->points, MageLossPoint, 1).step, ==, 10);
  mage_loss_trace_free (trace);
  mage_loss_trace_free (near);
}

/* Losses that depend on their timestep alone come apart into what they are made of. */
static void
test_bands (void)
{
  g_autoptr (MageSeries) series = mage_series_new ();
  g_autoptr (MageLossData) data = NULL;
  MageLossBands *bands;

  for (guint i = 1; i <= 200; i++)
    {
      double t = (i * 137) % 1000;
      MageTerm terms[] = { { "L_sub", 1 + floor (t / 250) }, { "L", 9 }, { "t", t } };

      mage_series_append (series, i, terms, 3);
    }
  data = mage_loss_data_new (NULL, series);
  g_assert_true (mage_loss_bands_are_known (data, "L_sub"));
  g_assert_false (mage_loss_bands_are_known (data, "L"));
  bands = mage_loss_bands_new (data, "L_sub");
  for (guint b = 0; b < MAGE_LOSS_N_BANDS; b++)
    {
      g_assert_cmpfloat_with_epsilon (g_array_index (bands->mean[b], double, 199), 1 + b, 1e-9);
      g_assert_cmpfloat_with_epsilon (g_array_index (bands->spread[b], double, 199), 0, 1e-6);
    }
  g_assert_cmpuint (mage_loss_bands_get_low (1), ==, 250);
  g_assert_cmpuint (mage_loss_bands_get_high (3), ==, 999);
  mage_loss_bands_free (bands);
}

/* --- the widget --- */

static void
test_zoom (void)
{
  MageLossChart *chart = MAGE_LOSS_CHART (mage_loss_chart_new ());
  GtkWidget *widget = GTK_WIDGET (chart);
  g_autoptr (MageSeries) series = make_series (400);
  GtkWindow *window;
  double from, to, left;

  mage_loss_chart_set_series (chart, series);
  window = show (widget);
  g_assert_false (mage_loss_chart_get_view (chart)->zoomed);
  mage_loss_view_zoom (mage_loss_chart_get_view (chart), 4, 100);
  mage_loss_view_get (mage_loss_chart_get_view (chart), &from, &to);
  g_assert_cmpfloat_with_epsilon (from, 75, 1e-9);
  g_assert_cmpfloat_with_epsilon (to, 175, 1e-9);
  g_assert_true (mage_loss_chart_get_view (chart)->zoomed);
  mage_loss_view_pan (mage_loss_chart_get_view (chart), 50);
  mage_loss_view_get (mage_loss_chart_get_view (chart), &from, &to);
  g_assert_cmpfloat_with_epsilon (from, 125, 1e-9);
  mage_loss_view_pan (mage_loss_chart_get_view (chart), 1000);
  mage_loss_view_get (mage_loss_chart_get_view (chart), &from, &to);
  g_assert_cmpfloat_with_epsilon (to, 400, 1e-9);
  /* What stands at the newest step stays there. */
  add_step (series, 401);
  mage_loss_chart_refresh (chart);
  mage_loss_view_get (mage_loss_chart_get_view (chart), &from, &to);
  g_assert_cmpfloat_with_epsilon (to, 401, 1e-9);
  g_assert_cmpfloat_with_epsilon (to - from, 100, 1e-9);
  /* A step that is chosen comes into view. */
  mage_loss_chart_set_step (chart, 20);
  mage_loss_view_get (mage_loss_chart_get_view (chart), &from, &to);
  g_assert_cmpfloat (from, <=, 20);
  g_assert_cmpfloat (to, >=, 20);

  g_assert_true (press (widget, GDK_KEY_0, 0));
  g_assert_false (mage_loss_chart_get_view (chart)->zoomed);
  g_assert_true (press (widget, GDK_KEY_plus, 0));
  g_assert_true (mage_loss_chart_get_view (chart)->zoomed);
  mage_loss_view_get (mage_loss_chart_get_view (chart), &left, &to);
  g_assert_true (press (widget, GDK_KEY_Right, GDK_SHIFT_MASK));
  mage_loss_view_get (mage_loss_chart_get_view (chart), &from, &to);
  g_assert_cmpfloat (from, >, left);
  g_assert_true (press (widget, GDK_KEY_minus, 0));
  g_assert_false (mage_loss_chart_get_view (chart)->zoomed);
  gtk_window_destroy (window);
}

/* Under the pointer stands the step that is drawn there, and its words tell the numbers. */
static void
test_read_out (void)
{
  MageLossChart *chart = MAGE_LOSS_CHART (mage_loss_chart_new ());
  g_autoptr (MageSeries) series = make_series (100);
  g_autoptr (MageSeries) other = make_series (80);
  GPtrArray *runs = g_ptr_array_new_with_free_func ((GDestroyNotify) mage_loss_run_free);
  g_autofree char *alone = NULL;
  g_autofree char *words = NULL;
  GtkWindow *window;
  guint step;
  double at;

  mage_loss_chart_set_series (chart, series);
  window = show (GTK_WIDGET (chart));
  at = mage_loss_chart_get_step_at (chart, 400);
  mage_loss_chart_hover (chart, 400, 100);
  g_assert_true (mage_loss_chart_get_cursor (chart, &step));
  g_assert_cmpfloat_with_epsilon (step, at, 0.51);
  mage_loss_view_zoom (mage_loss_chart_get_view (chart), 2, at);
  g_assert_cmpfloat_with_epsilon (mage_loss_chart_get_steps_per_pixel (chart) * 730, 50, 5);
  mage_loss_chart_leave (chart);
  g_assert_false (mage_loss_chart_get_cursor (chart, &step));

  alone = mage_loss_cursor_dup_words (mage_loss_chart_get_scene (chart), 49);
  g_assert_true (g_str_has_prefix (alone, "Step 50, Total "));
  g_assert_nonnull (strstr (alone, "Validation 0.5000"));
  g_assert_null (strstr (alone, "Run 1"));
  g_ptr_array_add (runs, mage_loss_run_new ("Run 1", other));
  mage_loss_chart_take_earlier (chart, runs);
  words = mage_loss_cursor_dup_words (mage_loss_chart_get_scene (chart), 49);
  g_assert_nonnull (strstr (words, "Run 1 "));
  gtk_window_destroy (window);
}

static void
test_draws (void)
{
  MageLossChart *chart = MAGE_LOSS_CHART (mage_loss_chart_new ());
  g_autoptr (MageSeries) series = make_series (20000);
  GtkWindow *window;

  mage_loss_chart_set_series (chart, series);
  window = show (GTK_WIDGET (chart));
  g_assert_true (mage_loss_chart_can_band (chart));
  mage_loss_chart_set_banded (chart, TRUE);
  ui_settle ();
  g_assert_nonnull (mage_loss_chart_get_scene (chart)->bands);
  mage_loss_chart_set_hidden (chart, "L_sub", TRUE);
  g_assert_null (mage_loss_chart_get_scene (chart)->bands);
  mage_loss_chart_set_banded (chart, FALSE);
  mage_loss_chart_set_logarithmic (chart, TRUE);
  mage_loss_chart_set_hidden (chart, "L", TRUE);
  mage_loss_chart_set_hidden (chart, "L_val", TRUE);
  ui_settle ();
  gtk_window_destroy (window);
}

/* The last step of a long training has more figures than there is room beside it. */
static void
test_edge (void)
{
  MageLossChart *chart = g_object_ref_sink (MAGE_LOSS_CHART (mage_loss_chart_new ()));
  g_autoptr (MageSeries) series = make_series (60);
  cairo_rectangle_t whole = { 0, 0, 2000, 400 };
  cairo_surface_t *surface = cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, &whole);
  g_autoptr (PangoLayout) layout = mage_loss_plot_set_up_layout (gtk_widget_create_pango_layout (GTK_WIDGET (chart), NULL));
  MageLossPlot plot = { .layout = layout, .cr = cairo_create (surface), .ink = { 0, 0, 0, 1 } };
  MageLossScene scene;
  double x, y, width, height;

  mage_loss_chart_set_series (chart, series);
  scene = *mage_loss_chart_get_scene (chart);
  scene.to = 1000000;
  mage_loss_plot_lay_out (&plot, &scene, 600, 300);
  mage_loss_plot_paint (&plot, &scene);
  cairo_destroy (plot.cr);
  cairo_recording_surface_ink_extents (surface, &x, &y, &width, &height);
  g_assert_cmpfloat (x, >=, 0);
  g_assert_cmpfloat (x + width, >, 580); /* it is painted at all */
  g_assert_cmpfloat (x + width, <=, 600);
  cairo_surface_destroy (surface);
  mage_loss_plot_clear (&plot);
  g_object_unref (chart);
}

/* --- files --- */

static void
count_title (GMarkupParseContext *context, const char *text, gsize length, gpointer data, GError **error)
{
  if (g_str_equal (g_markup_parse_context_get_element (context), "title"))
    {
      g_assert_cmpstr (text, ==, "Losses of <bear> & friends");
      (*(guint *) data)++;
    }
}

static void
test_svg (const MageLossScene *scene)
{
  GMarkupParser parser = { .text = count_title };
  guint n = 0;
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, &n, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = mage_loss_export (scene, "Losses of <bear> & friends", MAGE_LOSS_SVG, &error);

  g_assert_no_error (error);
  g_markup_parse_context_parse (context, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  g_assert_true (g_markup_parse_context_end_parse (context, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_csv (const MageLossScene *scene)
{
  g_autoptr (GBytes) bytes = mage_loss_export (scene, "x", MAGE_LOSS_CSV, NULL);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_auto (GStrv) fields = NULL;

  g_assert_cmpuint (g_strv_length (lines), ==, 62);
  g_assert_cmpstr (lines[0], ==, "step,L,L_sub,L_val,L smoothed,L_sub smoothed,L_val smoothed,t");
  fields = g_strsplit (lines[8], ",", -1);
  g_assert_cmpstr (fields[0], ==, "8");
  g_assert_cmpfloat_with_epsilon (g_ascii_strtod (fields[1], NULL), 2 * (1.0 / 8 + 0.01), 1e-12);
  g_assert_cmpfloat_with_epsilon (g_ascii_strtod (fields[2], NULL), 1.0 / 8 + 0.01, 1e-12);
  g_assert_cmpstr (fields[3], ==, "");
  g_assert_cmpstr (fields[7], ==, "96");
}

static void
test_export (void)
{
  MageLossChart *chart = g_object_ref_sink (MAGE_LOSS_CHART (mage_loss_chart_new ()));
  g_autoptr (MageSeries) series = make_series (60);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) png = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  mage_loss_chart_set_series (chart, series);
  png = mage_loss_export (mage_loss_chart_get_scene (chart), "Losses", MAGE_LOSS_PNG, &error);
  g_assert_no_error (error);
  texture = gdk_texture_new_from_bytes (png, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_texture_get_width (texture), ==, 1920);
  test_svg (mage_loss_chart_get_scene (chart));
  test_csv (mage_loss_chart_get_scene (chart));
  g_object_unref (chart);
}

int
main (int argc, char *argv[])
{
  g_autoptr (AdwApplication) application = NULL;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  g_test_add_func ("/loss-chart/follow", test_follow);
  g_test_add_func ("/loss-chart/words-first", test_words_first);
  g_test_add_func ("/loss-chart/colours", test_colours);
  g_test_add_func ("/loss-chart/extremes", test_extremes);
  g_test_add_func ("/loss-chart/trace", test_trace);
  g_test_add_func ("/loss-chart/bands", test_bands);
  g_test_add_func ("/loss-chart/zoom", test_zoom);
  g_test_add_func ("/loss-chart/read-out", test_read_out);
  g_test_add_func ("/loss-chart/draws", test_draws);
  g_test_add_func ("/loss-chart/edge", test_edge);
  g_test_add_func ("/loss-chart/export", test_export);
  return g_test_run ();
}
