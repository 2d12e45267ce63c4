/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-loss-legend.h"

#include "ui/mage-loss-painter.h"
#include "ui/mage-loss-term.h"

#include <glib/gi18n.h>

/*
 * What is on a chart of losses: its terms, each of which can be taken off, the ranges of timesteps, earlier runs, and what the
 * marks on its axis are.
 */

struct _MageLossLegend
{
  AdwBin parent_instance;

  AdwWrapBox *box;
  MageLossChart *chart;
  char *shown; /* all that is in it, to build it anew only when that changes */
};

G_DEFINE_FINAL_TYPE (MageLossLegend, mage_loss_legend, ADW_TYPE_BIN)

typedef enum
{
  KEY_TERM,
  KEY_BAND,
  KEY_EARLIER,
  KEY_SAMPLE,
  KEY_CHECKPOINT
} KeyKind;

/** Key: a little picture and what it stands for. */
typedef struct
{
  KeyKind kind;
  guint i;
  char *term;
  gboolean main;
} Key;

static void
key_free (gpointer data)
{
  g_free (((Key *) data)->term);
  g_free (data);
}

static void
draw_diamond (cairo_t *cr, double x, double y, gboolean filled)
{
  cairo_move_to (cr, x, y - 5);
  cairo_line_to (cr, x + 5, y);
  cairo_line_to (cr, x, y + 5);
  cairo_line_to (cr, x - 5, y);
  cairo_close_path (cr);
  if (filled)
    cairo_fill_preserve (cr);
  cairo_set_line_width (cr, 1.4);
  cairo_stroke (cr);
}

static void
get_colour (const Key *key, GtkWidget *area, GdkRGBA *colour)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  MageLossPlot plot = { .dark = dark };

  switch (key->kind)
    {
    case KEY_TERM:
      mage_loss_term_get_colour (key->term, key->main, dark, colour);
      break;
    case KEY_BAND:
      mage_loss_plot_get_band_colour (&plot, key->i, colour);
      break;
    case KEY_EARLIER:
      mage_loss_plot_get_earlier_colour (&plot, key->i, colour);
      break;
    case KEY_SAMPLE:
    case KEY_CHECKPOINT:
    default:
      gtk_widget_get_color (area, colour);
    }
}

static void
draw_key_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  const Key *key = data;
  double y = height / 2.0;
  GdkRGBA colour;

  get_colour (key, GTK_WIDGET (area), &colour);
  gdk_cairo_set_source_rgba (cr, &colour);
  if (key->kind == KEY_SAMPLE || key->kind == KEY_CHECKPOINT)
    {
      draw_diamond (cr, width / 2.0, y, key->kind == KEY_SAMPLE);
      return;
    }
  cairo_set_line_width (cr, key->main ? 2.6 : 1.8);
  if (key->kind == KEY_EARLIER)
    cairo_set_dash (cr, (double[]) { 5, 3 }, 2, 0);
  cairo_move_to (cr, 0, y);
  cairo_line_to (cr, width, y);
  cairo_stroke (cr);
  if (key->kind != KEY_TERM || !mage_loss_term_is_sparse (key->term))
    return;
  cairo_rectangle (cr, width / 2.0 - 3, y - 3, 6, 6);
  cairo_fill (cr);
}

static GtkWidget *
make_content (Key *key, const char *markup)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *area = gtk_drawing_area_new ();
  GtkWidget *label = gtk_label_new (NULL);
  gboolean mark = key->kind == KEY_SAMPLE || key->kind == KEY_CHECKPOINT;

  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (area), mark ? 12 : 20);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (area), 12);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (area), draw_key_cb, key, key_free);
  gtk_widget_set_valign (area, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), area);
  gtk_box_append (GTK_BOX (box), label);
  return box;
}

/* --- terms --- */

static void
term_toggled_cb (MageLossLegend *self, GtkToggleButton *button)
{
  mage_loss_chart_set_hidden (self->chart, g_object_get_data (G_OBJECT (button), "term"), !gtk_toggle_button_get_active (button));
}

static void
add_term (MageLossLegend *self, const MageLossCurve *curve)
{
  const MageLossScene *scene = mage_loss_chart_get_scene (self->chart);
  const char *label = mage_loss_term_get_label (curve->name);
  g_autofree char *markup = g_markup_printf_escaped ("%s", label);
  g_autofree char *text = g_strdup_printf ("%s <span alpha=\"65%%\"><i>%s</i></span>", markup, mage_loss_term_get_symbol (curve->name));
  GtkWidget *button = gtk_toggle_button_new ();
  Key *key = g_new0 (Key, 1);

  *key = (Key) { KEY_TERM, 0, g_strdup (curve->name), curve->main };
  gtk_button_set_child (GTK_BUTTON (button), make_content (key, text));
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "legend");
  gtk_widget_set_tooltip_text (button, _("Show or hide this curve"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (button), "term", g_strdup (curve->name), g_free);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), !g_hash_table_contains (scene->hidden, curve->name));
  g_signal_connect_object (button, "toggled", G_CALLBACK (term_toggled_cb), self, G_CONNECT_SWAPPED);
  adw_wrap_box_append (self->box, button);
}

/* --- what cannot be taken off --- */

static void
add_words (MageLossLegend *self, KeyKind kind, guint i, const char *words)
{
  g_autofree char *markup = g_markup_escape_text (words, -1);
  Key *key = g_new0 (Key, 1);
  GtkWidget *content;

  *key = (Key) { kind, i, NULL, FALSE };
  content = make_content (key, markup);
  gtk_widget_add_css_class (content, "legend-words");
  adw_wrap_box_append (self->box, content);
}

static gboolean
has_mark (const MageLossScene *scene, gboolean sample)
{
  for (guint i = 0; i < scene->marks->len; i++)
    if (g_array_index (scene->marks, MageLossMark, i).sample == sample)
      return TRUE;
  return FALSE;
}

static char *
dup_shown (const MageLossScene *scene)
{
  g_autoptr (GString) text = g_string_new (scene->bands != NULL ? scene->bands->term : "");

  for (guint i = 0; i < scene->data->curves->len; i++)
    g_string_append_printf (text, ",%s", ((MageLossCurve *) g_ptr_array_index (scene->data->curves, i))->name);
  for (guint i = 0; i < scene->earlier->len; i++)
    g_string_append_printf (text, ";%s", ((MageLossRun *) g_ptr_array_index (scene->earlier, i))->label);
  g_string_append_printf (text, " %d %d", has_mark (scene, TRUE), has_mark (scene, FALSE));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Ranges of timesteps are of one term; without it they are of the next. */
static gboolean
is_drawn (const MageLossScene *scene, const MageLossCurve *curve)
{
  return scene->bands == NULL || curve->sparse || g_str_equal (scene->bands->term, curve->name);
}

static void
build (MageLossLegend *self, const MageLossScene *scene)
{
  for (guint i = 0; i < scene->data->curves->len; i++)
    if (is_drawn (scene, g_ptr_array_index (scene->data->curves, i)))
      add_term (self, g_ptr_array_index (scene->data->curves, i));
  for (guint b = 0; scene->bands != NULL && b < MAGE_LOSS_N_BANDS; b++)
    {
      g_autofree char *words = g_strdup_printf (_("t %u–%u"), mage_loss_bands_get_low (b), mage_loss_bands_get_high (b));

      add_words (self, KEY_BAND, b, words);
    }
  for (guint i = 0; i < scene->earlier->len; i++)
    add_words (self, KEY_EARLIER, i, ((MageLossRun *) g_ptr_array_index (scene->earlier, i))->label);
  if (has_mark (scene, TRUE))
    add_words (self, KEY_SAMPLE, 0, _("sample"));
  if (has_mark (scene, FALSE))
    add_words (self, KEY_CHECKPOINT, 0, _("checkpoint"));
}

static void
refresh (MageLossLegend *self)
{
  const MageLossScene *scene = mage_loss_chart_get_scene (self->chart);
  g_autofree char *shown = dup_shown (scene);
  GtkWidget *child;

  if (!g_set_str (&self->shown, shown))
    return;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL)
    adw_wrap_box_remove (self->box, child);
  build (self, scene);
}

/* --- the object --- */

static void
mage_loss_legend_finalize (GObject *object)
{
  g_free (MAGE_LOSS_LEGEND (object)->shown);
  G_OBJECT_CLASS (mage_loss_legend_parent_class)->finalize (object);
}

static void
mage_loss_legend_class_init (MageLossLegendClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_loss_legend_finalize;
}

static void
mage_loss_legend_init (MageLossLegend *self)
{
  self->box = ADW_WRAP_BOX (adw_wrap_box_new ());
  adw_wrap_box_set_child_spacing (self->box, 4);
  adw_wrap_box_set_line_spacing (self->box, 2);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->box));
}

/** mage_loss_legend_set_chart: once. @chart: borrowed; it has to live as long. */
void
mage_loss_legend_set_chart (MageLossLegend *self, MageLossChart *chart)
{
  self->chart = chart;
  g_signal_connect_object (chart, "changed", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  refresh (self);
}
