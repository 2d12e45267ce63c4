/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-loss-export.h"

#include "ui/mage-loss-painter.h"
#include "ui/mage-loss-term.h"

#include <cairo-svg.h>
#include <glib/gi18n.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

/* A chart of losses as a file: a picture of what is shown, on white, or all numbers of the run. */

#define WIDTH 960
#define HEIGHT 480
#define HEAD 58      /* title and legend */
#define MARGIN 12
#define PNG_SCALE 2  /* fit to be printed */

/** mage_loss_format_get_ending: of a file's name. */
const char *
mage_loss_format_get_ending (MageLossFormat format)
{
  static const char *const endings[] = { ".png", ".svg", ".csv" };

  return endings[format];
}

/* --- pictures --- */

static cairo_status_t
write_cb (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/* Returns: where the next begins. */
static double
paint_key (const MageLossPlot *plot, const char *label, const GdkRGBA *colour, gboolean dashed, double x)
{
  int width;

  mage_loss_plot_set_colour (plot, colour, 1);
  cairo_set_line_width (plot->cr, 2.4);
  cairo_set_dash (plot->cr, (double[]) { 5, 3 }, dashed ? 2 : 0, 0);
  cairo_move_to (plot->cr, x, 40);
  cairo_line_to (plot->cr, x + 20, 40);
  cairo_stroke (plot->cr);
  cairo_set_dash (plot->cr, NULL, 0, 0);
  mage_loss_plot_set_colour (plot, &plot->ink, 0.8);
  mage_loss_plot_label (plot, label, x + 26, 40, 0);
  pango_layout_get_pixel_size (plot->layout, &width, NULL);
  return x + 26 + width + 18;
}

static void
paint_legend (const MageLossPlot *plot, const MageLossScene *scene)
{
  double x = MARGIN;
  GdkRGBA colour;

  for (guint b = 0; scene->bands != NULL && b < MAGE_LOSS_N_BANDS; b++)
    {
      g_autofree char *label = g_strdup_printf (_("t %u–%u"), mage_loss_bands_get_low (b), mage_loss_bands_get_high (b));

      mage_loss_plot_get_band_colour (plot, b, &colour);
      x = paint_key (plot, label, &colour, FALSE, x);
    }
  for (guint i = 0; i < scene->data->curves->len; i++)
    {
      const MageLossCurve *curve = g_ptr_array_index (scene->data->curves, i);

      if (g_hash_table_contains (scene->hidden, curve->name) || (scene->bands != NULL && !curve->sparse))
        continue;
      mage_loss_term_get_colour (curve->name, curve->main, FALSE, &colour);
      x = paint_key (plot, mage_loss_term_get_label (curve->name), &colour, FALSE, x);
    }
  for (guint i = 0; i < scene->earlier->len; i++)
    {
      mage_loss_plot_get_earlier_colour (plot, i, &colour);
      x = paint_key (plot, ((MageLossRun *) g_ptr_array_index (scene->earlier, i))->label, &colour, TRUE, x);
    }
}

static void
paint (cairo_t *cr, const MageLossScene *scene, const char *title)
{
  g_autoptr (PangoLayout) layout = mage_loss_plot_set_up_layout (pango_cairo_create_layout (cr));
  g_auto (MageLossPlot) plot = { .cr = cr, .layout = layout, .ink = { 0.1F, 0.1F, 0.12F, 1 } };

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  mage_loss_plot_set_colour (&plot, &plot.ink, 1);
  mage_loss_plot_label (&plot, title, MARGIN, 16, 0);
  paint_legend (&plot, scene);
  cairo_translate (cr, MARGIN, HEAD);
  mage_loss_plot_lay_out (&plot, scene, WIDTH - 2 * MARGIN, HEIGHT - HEAD - MARGIN);
  mage_loss_plot_paint (&plot, scene);
}

static gboolean
check (cairo_status_t status, GError **error)
{
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("The chart could not be drawn: %s"), cairo_status_to_string (status));
  return FALSE;
}

static GBytes *
export_png (const MageLossScene *scene, const char *title, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, WIDTH * PNG_SCALE, HEIGHT * PNG_SCALE);
  cairo_t *cr = cairo_create (surface);
  gboolean ok;

  cairo_scale (cr, PNG_SCALE, PNG_SCALE);
  paint (cr, scene, title);
  cairo_destroy (cr);
  ok = check (cairo_surface_write_to_png_stream (surface, write_cb, bytes), error);
  cairo_surface_destroy (surface);
  return ok ? g_byte_array_free_to_bytes (g_steal_pointer (&bytes)) : NULL;
}

/* Cairo knows no title, by which browsers and screen readers name a drawing. */
static GBytes *
add_title (GByteArray *svg, const char *title)
{
  g_autofree char *escaped = g_markup_escape_text (title, -1);
  g_autofree char *text = g_strndup ((const char *) svg->data, svg->len);
  const char *tag = strstr (text, "<svg");
  const char *end = tag != NULL ? strchr (tag, '>') : NULL;
  char *whole;

  if (end == NULL)
    return g_bytes_new (svg->data, svg->len);
  whole = g_strdup_printf ("%.*s\n<title>%s</title>%s", (int) (end + 1 - text), text, escaped, end + 1);
  return g_bytes_new_take (whole, strlen (whole));
}

static GBytes *
export_svg (const MageLossScene *scene, const char *title, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cairo_surface_t *surface = cairo_svg_surface_create_for_stream (write_cb, bytes, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  cairo_status_t status;

  paint (cr, scene, title);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  return check (status, error) ? add_title (bytes, title) : NULL;
}

/* --- numbers --- */

static void
add_number (GString *text, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (text, ',');
  if (isfinite (value))
    g_string_append (text, g_ascii_dtostr (buffer, sizeof buffer, value));
}

/* Every step with all that it told, and the smoothed losses as they are drawn. */
static GBytes *
export_csv (const MageLossScene *scene)
{
  const MageLossData *data = scene->data;
  GString *text = g_string_new ("step");
  gsize length;

  for (guint c = 0; c < data->curves->len; c++)
    g_string_append_printf (text, ",%s", ((MageLossCurve *) g_ptr_array_index (data->curves, c))->name);
  for (guint c = 0; c < data->curves->len; c++)
    g_string_append_printf (text, ",%s smoothed", ((MageLossCurve *) g_ptr_array_index (data->curves, c))->name);
  for (guint c = 0; c < data->numbers->len; c++)
    g_string_append_printf (text, ",%s", ((MageLossCurve *) g_ptr_array_index (data->numbers, c))->name);
  g_string_append_c (text, '\n');
  for (guint i = 0; i < data->steps->len; i++)
    {
      g_string_append_printf (text, "%.0f", g_array_index (data->steps, double, i));
      for (guint c = 0; c < data->curves->len; c++)
        add_number (text, g_array_index (((MageLossCurve *) g_ptr_array_index (data->curves, c))->values, double, i));
      for (guint c = 0; c < data->curves->len; c++)
        add_number (text, g_array_index (((MageLossCurve *) g_ptr_array_index (data->curves, c))->smooth, double, i));
      for (guint c = 0; c < data->numbers->len; c++)
        add_number (text, g_array_index (((MageLossCurve *) g_ptr_array_index (data->numbers, c))->values, double, i));
      g_string_append_c (text, '\n');
    }
  length = text->len;
  return g_bytes_new_take (g_string_free (text, FALSE), length);
}

/**
 * mage_loss_export:
 * @title: of what the losses are
 *
 * Returns: (transfer full): the file's content; NULL with an error
 */
GBytes *
mage_loss_export (const MageLossScene *scene, const char *title, MageLossFormat format, GError **error)
{
  switch (format)
    {
    case MAGE_LOSS_SVG:
      return export_svg (scene, title, error);
    case MAGE_LOSS_CSV:
      return export_csv (scene);
    case MAGE_LOSS_PNG:
    default:
      return export_png (scene, title, error);
    }
}
