/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "media/clip-grid.h"

#include <cairo.h>
#include <glib/gi18n.h>
#include <math.h>

/* Clips that play in step, in one clip: with the values of what varies beside them. */

/* A cell is at least so wide; small clips grow by whole numbers, so that their pixels stay what they are. */
#define CELL 160
#define GAP 8
#define HEAD 58
#define ROW_LABEL 110

/* What most players and picture viewers still take. */
#define SIDE_MAX 4096

typedef struct
{
  const ClipGrid *grid;
  const Frames *first;
  guint n_columns, n_rows;
  guint cell_width, cell_height;
  double left;
  guint width, height;
} Plan;

static const Frames *
find_first (const ClipGrid *grid)
{
  for (guint i = 0; i < grid->cells->len; i++)
    if (g_ptr_array_index (grid->cells, i) != NULL)
      return g_ptr_array_index (grid->cells, i);
  return NULL;
}

/* Even sides: H.264 takes no others. */
static void
set_scale (Plan *plan, double scale)
{
  plan->cell_width = (guint) MAX (1, floor (plan->first->width * scale));
  plan->cell_height = (guint) MAX (1, floor (plan->first->height * scale));
  plan->width = ((guint) (plan->left + plan->n_columns * (plan->cell_width + GAP)) + 1) & ~1u;
  plan->height = (HEAD + plan->n_rows * (plan->cell_height + GAP) + 1) & ~1u;
}

/* Many large clips are smaller than they are: a picture of all their pixels would be larger than anything takes, Cairo included. */
static void
shrink (Plan *plan)
{
  double width = (SIDE_MAX - plan->left) / plan->n_columns - GAP;
  double height = (double) (SIDE_MAX - HEAD) / plan->n_rows - GAP;

  set_scale (plan, MAX (MIN (width / plan->first->width, height / plan->first->height), 0));
}

static gboolean
plan_init (Plan *plan, const ClipGrid *grid, GError **error)
{
  guint side;

  *plan = (Plan){ .grid = grid, .first = find_first (grid) };
  if (plan->first == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("No video of the grid is made yet"));
      return FALSE;
    }
  plan->n_columns = g_strv_length ((GStrv) grid->columns);
  plan->n_rows = grid->rows != NULL ? g_strv_length ((GStrv) grid->rows) : 1;
  plan->left = grid->rows != NULL ? ROW_LABEL : GAP;
  side = grid->side > 0 ? grid->side : CELL;
  for (guint factor = MAX (1, (side + plan->first->width - 1) / plan->first->width); factor > 0; factor--)
    {
      set_scale (plan, factor);
      if (MAX (plan->width, plan->height) <= SIDE_MAX)
        return TRUE;
    }
  shrink (plan);
  return TRUE;
}

/* Smaller where it is too long for @room; @align: 0 begins at @x, ½ is in the middle of @room. */
static void
draw_text (cairo_t *cr, double x, double y, double size, double shade, double room, double align, const char *text)
{
  cairo_text_extents_t extents;

  cairo_select_font_face (cr, "Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size (cr, size);
  cairo_text_extents (cr, text, &extents);
  if (extents.width > room)
    {
      cairo_set_font_size (cr, size * room / extents.width);
      cairo_text_extents (cr, text, &extents);
    }
  cairo_set_source_rgb (cr, shade, shade, shade);
  cairo_move_to (cr, x + align * (room - extents.width), y);
  cairo_show_text (cr, text);
}

static void
draw_labels (const Plan *plan, cairo_t *cr)
{
  const ClipGrid *grid = plan->grid;
  double w = plan->cell_width;
  double h = plan->cell_height;

  draw_text (cr, GAP, 22, 15, 0, plan->width - 2.0 * GAP, 0, grid->title);
  if (grid->row_title != NULL)
    draw_text (cr, GAP, HEAD - 8, 11, 0.4, ROW_LABEL - 2.0 * GAP, 0, grid->row_title);
  for (guint i = 0; i < plan->n_columns; i++)
    {
      g_autofree char *label = g_strdup_printf ("%s %s", grid->column_title, grid->columns[i]);

      draw_text (cr, plan->left + i * (w + GAP), HEAD - 8, 12, 0.2, w, 0.5, label);
    }
  for (guint i = 0; grid->rows != NULL && i < plan->n_rows; i++)
    draw_text (cr, GAP, HEAD + i * (h + GAP) + h / 2, 13, 0.2, ROW_LABEL - 2.0 * GAP, 0, grid->rows[i]);
}

/* At the time of frame @index of the first clip; a shorter one stands at its last frame. */
static void
draw_cell (const Plan *plan, cairo_t *cr, const Frames *frames, guint index, double x, double y)
{
  double w = plan->cell_width;
  double h = plan->cell_height;
  cairo_surface_t *surface;
  const guint8 *rgb;
  guint8 *data;
  int stride;

  cairo_set_source_rgb (cr, 225 / 255.0, 225 / 255.0, 225 / 255.0);
  cairo_rectangle (cr, x, y, w, h);
  cairo_fill (cr);
  if (frames == NULL)
    return;
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) frames->width, (int) frames->height);
  rgb = frames_get_frame (frames, MIN (index, frames->n_frames - 1));
  data = cairo_image_surface_get_data (surface);
  stride = cairo_image_surface_get_stride (surface);
  cairo_surface_flush (surface);
  for (guint j = 0; j < frames->height; j++)
    for (guint i = 0; i < frames->width; i++)
      {
        const guint8 *p = rgb + ((gsize) j * frames->width + i) * 3;

        ((guint32 *) (gpointer) (data + (gsize) j * stride))[i] = (guint32) p[0] << 16 | (guint32) p[1] << 8 | p[2];
      }
  cairo_surface_mark_dirty (surface);
  cairo_save (cr);
  cairo_translate (cr, x, y);
  cairo_scale (cr, w / frames->width, h / frames->height);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), w < frames->width ? CAIRO_FILTER_GOOD : CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_restore (cr);
  cairo_surface_destroy (surface);
}

static void
take_pixels (cairo_surface_t *surface, guint8 *rgb, guint width, guint height)
{
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
}

/**
 * clip_grid_paint:
 * @error: when there is nothing to show
 *
 * Returns: (transfer full): all clips in step in one, as long as the first, or one frame of that
 */
Frames *
clip_grid_paint (const ClipGrid *grid, GError **error)
{
  Plan plan;
  cairo_surface_t *surface;
  cairo_t *cr;
  guint8 *rgb;
  gsize size;
  guint first;
  guint n;

  if (!plan_init (&plan, grid, error))
    return NULL;
  first = grid->still ? MIN (grid->frame, plan.first->n_frames - 1) : 0;
  n = grid->still ? 1 : plan.first->n_frames;
  size = (gsize) plan.width * plan.height * 3;
  rgb = g_malloc (size * n);
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) plan.width, (int) plan.height);
  cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  draw_labels (&plan, cr);
  for (guint k = 0; k < n; k++)
    {
      for (guint i = 0; i < MIN (grid->cells->len, plan.n_columns * plan.n_rows); i++)
        draw_cell (&plan, cr, g_ptr_array_index (grid->cells, i), first + k,
                   plan.left + (i % plan.n_columns) * (double) (plan.cell_width + GAP),
                   HEAD + (i / plan.n_columns) * (double) (plan.cell_height + GAP));
      cairo_surface_flush (surface);
      take_pixels (surface, rgb + k * size, plan.width, plan.height);
    }
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return frames_new_take (n, plan.width, plan.height, plan.first->rate, rgb);
}
