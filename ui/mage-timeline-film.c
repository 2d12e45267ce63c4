/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-timeline-film.h"

#include <adwaita.h>
#include <math.h>

/* The film under the timeline: what was predicted, as many pictures as there is room for; each stands for the steps up to its own. */

/* A picture is about this wide. */
#define CELL 58.0

/** mage_timeline_film_get_n_cells: for how many pictures there is room. */
guint
mage_timeline_film_get_n_cells (const MageTimelineChart *chart)
{
  double width = chart->width - MAGE_TIMELINE_LEFT - MAGE_TIMELINE_RIGHT;

  return (guint) CLAMP (floor (width / CELL), 1, MAX (chart->n_steps, 1));
}

/** mage_timeline_film_get_cell_width: in steps: the pictures are equally wide, whether or not the steps can be shared out among them. */
double
mage_timeline_film_get_cell_width (const MageTimelineChart *chart)
{
  return (double) chart->n_steps / mage_timeline_film_get_n_cells (chart);
}

/** mage_timeline_film_get_cell_step: after how many steps the picture of @cell is. */
guint
mage_timeline_film_get_cell_step (const MageTimelineChart *chart, guint cell)
{
  return (guint) round ((cell + 1.0) * chart->n_steps / mage_timeline_film_get_n_cells (chart));
}

static guint
get_first_step (const MageTimelineChart *chart, guint cell)
{
  return cell > 0 ? mage_timeline_film_get_cell_step (chart, cell - 1) : 0;
}

/* The newest of the steps that a cell stands for. */
static GdkTexture *
find_picture (const MageTimelineChart *chart, GHashTable *pictures, guint cell)
{
  for (guint step = mage_timeline_film_get_cell_step (chart, cell); step > get_first_step (chart, cell); step--)
    {
      GdkTexture *texture = g_hash_table_lookup (pictures, GUINT_TO_POINTER (step));

      if (texture != NULL)
        return texture;
    }
  return NULL;
}

static void
draw_picture (GtkSnapshot *snapshot, GdkTexture *texture, const graphene_rect_t *area)
{
  double scale = MAX (area->size.width / gdk_texture_get_width (texture), area->size.height / gdk_texture_get_height (texture));
  float width = (float) (gdk_texture_get_width (texture) * scale);
  float height = (float) (gdk_texture_get_height (texture) * scale);

  gtk_snapshot_append_scaled_texture (snapshot, texture, GSK_SCALING_FILTER_TRILINEAR,
                                      &GRAPHENE_RECT_INIT (area->origin.x + (area->size.width - width) / 2,
                                                           area->origin.y + (area->size.height - height) / 2, width, height));
}

static void
draw_cell (const MageTimelineChart *chart, GtkWidget *widget, GtkSnapshot *snapshot, GdkTexture *texture, guint cell, gboolean chosen)
{
  double width = mage_timeline_film_get_cell_width (chart);
  double from = mage_timeline_chart_step_to_x (chart, cell * width);
  double to = mage_timeline_chart_step_to_x (chart, (cell + 1) * width);
  float top = (float) mage_timeline_chart_get_film_top (chart);
  GskRoundedRect outline;
  GdkRGBA ink;

  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT ((float) MIN (from, to) + 1.5f, top,
                                                                  (float) fabs (to - from) - 3, MAGE_TIMELINE_FILM), 5);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_widget_get_color (widget, &ink);
  ink.alpha *= 0.07f;
  gtk_snapshot_append_color (snapshot, &ink, &outline.bounds);
  if (texture != NULL)
    draw_picture (snapshot, texture, &outline.bounds);
  gtk_snapshot_pop (snapshot);
  if (chosen)
    {
      g_autoptr (GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (adw_style_manager_get_default ());
      GdkRGBA colours[] = { *accent, *accent, *accent, *accent };

      gtk_snapshot_append_border (snapshot, &outline, (float[]) { 2, 2, 2, 2 }, colours);
    }
}

/** mage_timeline_film_draw: @pictures: step → GdkTexture; @shown: the step whose picture is marked */
void
mage_timeline_film_draw (const MageTimelineChart *chart, GtkWidget *widget, GtkSnapshot *snapshot, GHashTable *pictures,
                         guint shown)
{
  for (guint cell = 0; cell < mage_timeline_film_get_n_cells (chart); cell++)
    draw_cell (chart, widget, snapshot, find_picture (chart, pictures, cell), cell,
               shown > get_first_step (chart, cell) && shown <= mage_timeline_film_get_cell_step (chart, cell));
}
