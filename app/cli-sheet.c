/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-sheet.h"

#include "media/picture.h"

#include <cairo.h>
#include <math.h>

/* Frames of several videos on one picture, for comparing them at a glance. */

/* So many frames of a video stand in its row, taken evenly; pixels wide each at least. */
#define COLUMNS 8
#define CELL 96

#define GAP 4
#define LABEL 250
#define TITLE 36

/* A larger sheet shrinks as a whole: Cairo's pictures end at twice as much, and few programs show this. */
#define SIDE_MAX 16000

typedef struct
{
  char *label;
  char *note;
  Frames *frames;
} Row;

struct _CliSheet
{
  char *title;
  GPtrArray *rows;
};

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->label);
  g_free (row->note);
  frames_unref (row->frames);
  g_free (row);
}

CliSheet *
cli_sheet_new (const char *title)
{
  CliSheet *self = g_new0 (CliSheet, 1);

  self->title = g_strdup (title);
  self->rows = g_ptr_array_new_with_free_func (row_free);
  return self;
}

void
cli_sheet_free (CliSheet *self)
{
  g_free (self->title);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

/** cli_sheet_add: @note: (nullable): a line in grey below the label. */
void
cli_sheet_add (CliSheet *self, const char *label, const char *note, Frames *frames)
{
  Row *row = g_new0 (Row, 1);

  row->label = g_strdup (label);
  row->note = g_strdup (note != NULL ? note : "");
  row->frames = frames_ref (frames);
  g_ptr_array_add (self->rows, row);
}

/* A frame grows by a whole number, so that its pixels stay what they are. */
static guint
row_factor (const Row *row)
{
  return (CELL + row->frames->width - 1) / row->frames->width;
}

static guint
row_height (const Row *row)
{
  return row->frames->height * row_factor (row);
}

static guint
row_columns (const Row *row)
{
  return MIN (COLUMNS, row->frames->n_frames);
}

/* Smaller where it is too long for @room. */
static void
draw_text (cairo_t *cr, double x, double y, double size, double shade, double room, const char *text)
{
  cairo_text_extents_t extents;

  cairo_select_font_face (cr, "Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size (cr, size);
  cairo_text_extents (cr, text, &extents);
  if (extents.width > room)
    cairo_set_font_size (cr, size * room / extents.width);
  cairo_set_source_rgb (cr, shade, shade, shade);
  cairo_move_to (cr, x, y);
  cairo_show_text (cr, text);
}

static void
draw_frame (cairo_t *cr, const Frames *frames, guint index, double x, double y, guint factor)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) frames->width, (int) frames->height);
  const guint8 *rgb = frames_get_frame (frames, index);
  guint8 *data = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);

  cairo_surface_flush (surface);
  for (guint j = 0; j < frames->height; j++)
    for (guint i = 0; i < frames->width; i++)
      {
        const guint8 *p = rgb + ((gsize) j * frames->width + i) * 3;
        guint32 pixel = (guint32) p[0] << 16 | (guint32) p[1] << 8 | p[2];

        ((guint32 *) (gpointer) (data + (gsize) j * stride))[i] = pixel;
      }
  cairo_surface_mark_dirty (surface);
  cairo_save (cr);
  cairo_translate (cr, x, y);
  cairo_scale (cr, factor, factor);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_restore (cr);
  cairo_surface_destroy (surface);
}

static void
draw_row (cairo_t *cr, const Row *row, double y)
{
  guint factor = row_factor (row);
  guint n = row_columns (row);

  draw_text (cr, GAP, y + 18, 14, 0.1, LABEL - 2 * GAP, row->label);
  draw_text (cr, GAP, y + 36, 11, 0.4, LABEL - 2 * GAP, row->note);
  for (guint i = 0; i < n; i++)
    draw_frame (cr, row->frames, (guint) ((guint64) i * row->frames->n_frames / n),
                LABEL + i * (double) (row->frames->width * factor + GAP), y, factor);
}

/* Cairo's pixels as ours. */
static Frames *
take_picture (cairo_surface_t *surface)
{
  guint width = (guint) cairo_image_surface_get_width (surface);
  guint height = (guint) cairo_image_surface_get_height (surface);
  guint8 *rgb = g_malloc ((gsize) width * height * 3);
  const guint8 *data = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);

  for (guint j = 0; j < height; j++)
    for (guint i = 0; i < width; i++)
      {
        guint32 pixel = ((const guint32 *) (gconstpointer) (data + (gsize) j * stride))[i];
        guint8 *p = rgb + ((gsize) j * width + i) * 3;

        p[0] = pixel >> 16 & 255;
        p[1] = pixel >> 8 & 255;
        p[2] = pixel & 255;
      }
  return frames_new_take (1, width, height, 0, rgb);
}

/** cli_sheet_save: writes the sheet as PNG, smaller where it would be too large for a picture. */
gboolean
cli_sheet_save (CliSheet *self, const char *path, GError **error)
{
  guint width = LABEL;
  guint height = TITLE;
  double scale = 1;
  cairo_surface_t *surface;
  cairo_t *cr;
  double y = TITLE;
  g_autoptr (Frames) picture = NULL;

  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = g_ptr_array_index (self->rows, i);

      width = MAX (width, LABEL + row_columns (row) * (row->frames->width * row_factor (row) + GAP));
      height += row_height (row) + GAP;
    }
  scale = MIN (1, SIDE_MAX / (double) MAX (width, height));
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) ceil (width * scale), (int) ceil (height * scale));
  cr = cairo_create (surface);
  cairo_scale (cr, scale, scale);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  draw_text (cr, GAP, 24, 16, 0, width - 2. * GAP, self->title);
  for (guint i = 0; i < self->rows->len; i++)
    {
      draw_row (cr, g_ptr_array_index (self->rows, i), y);
      y += row_height (g_ptr_array_index (self->rows, i)) + GAP;
    }
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  picture = take_picture (surface);
  cairo_surface_destroy (surface);
  return picture_save_png (picture, 0, path, error);
}
