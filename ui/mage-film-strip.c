/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-film-strip.h"

#include <glib/gi18n.h>
#include <math.h>

/* All frames of a clip side by side, in one row while they are large enough and else in equal rows. */

#define GAP 6.0
#define RADIUS 8.0
/* Smaller than this a frame shows nothing. */
#define MIN_FRAME 56.0
#define MAX_FRAME 132.0

struct _MageFilmStrip
{
  GtkWidget parent_instance;

  MageClipPaintable *clip;
  guint n_frames;
  double aspect;
};

G_DEFINE_FINAL_TYPE (MageFilmStrip, mage_film_strip, GTK_TYPE_WIDGET)

/** mage_film_strip_choose_columns: how many frames stand in a row of @width pixels, the rows being as equal as can be. */
guint
mage_film_strip_choose_columns (guint n_frames, double width)
{
  guint fitting = (guint) MAX (1, floor ((width + GAP) / (MIN_FRAME + GAP)));
  guint rows = (n_frames + fitting - 1) / fitting;

  return rows > 0 ? (n_frames + rows - 1) / rows : 1;
}

static double
get_frame_width (MageFilmStrip *self, double width)
{
  guint columns = mage_film_strip_choose_columns (self->n_frames, width);

  return MIN ((width - GAP * (columns - 1)) / columns, MAX_FRAME);
}

static void
mage_film_strip_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                         int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  MageFilmStrip *self = MAGE_FILM_STRIP (widget);
  double width = for_size > 0 ? for_size : self->n_frames * (MIN_FRAME + GAP);
  guint columns;
  guint rows;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = (int) MIN_FRAME;
      *natural = (int) (MIN (self->n_frames, 8) * (MIN_FRAME + GAP));
      return;
    }
  columns = mage_film_strip_choose_columns (self->n_frames, width);
  rows = (self->n_frames + columns - 1) / columns;
  *minimum = *natural = (int) ceil (rows * get_frame_width (self, width) / self->aspect + (rows - 1) * GAP);
}

static void
draw_frame (MageFilmStrip *self, GtkSnapshot *snapshot, guint i, const graphene_rect_t *bounds)
{
  GskRoundedRect outline;
  GdkRGBA ink;

  gsk_rounded_rect_init_from_rect (&outline, bounds, RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  if (self->clip != NULL && i < mage_clip_paintable_get_n_frames (self->clip))
    {
      GdkTexture *texture = mage_clip_paintable_get_texture (self->clip, i);
      gboolean crisp = bounds->size.width >= 2 * gdk_texture_get_width (texture);

      gtk_snapshot_append_scaled_texture (snapshot, texture,
                                          crisp ? GSK_SCALING_FILTER_NEAREST : GSK_SCALING_FILTER_TRILINEAR, bounds);
    }
  else
    {
      gtk_widget_get_color (GTK_WIDGET (self), &ink);
      ink.alpha *= 0.08f;
      gtk_snapshot_append_color (snapshot, &ink, bounds);
    }
  gtk_snapshot_pop (snapshot);
}

static void
mage_film_strip_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MageFilmStrip *self = MAGE_FILM_STRIP (widget);
  double width = gtk_widget_get_width (widget);
  guint columns = mage_film_strip_choose_columns (self->n_frames, width);
  double side = get_frame_width (self, width);
  double step = columns > 1 && side >= MAX_FRAME ? side + GAP : (columns > 1 ? (width - side) / (columns - 1) : 0);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  for (guint i = 0; i < self->n_frames; i++)
    {
      double x = (i % columns) * step;
      double y = (i / columns) * (side / self->aspect + GAP);
      graphene_rect_t bounds;

      if (mirrored)
        x = width - x - side;
      graphene_rect_init (&bounds, (float) round (x), (float) round (y), (float) round (side),
                          (float) round (side / self->aspect));
      draw_frame (self, snapshot, i, &bounds);
    }
}

static GtkSizeRequestMode
mage_film_strip_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
mage_film_strip_dispose (GObject *object)
{
  g_clear_object (&MAGE_FILM_STRIP (object)->clip);
  G_OBJECT_CLASS (mage_film_strip_parent_class)->dispose (object);
}

static void
mage_film_strip_class_init (MageFilmStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_film_strip_dispose;
  widget_class->measure = mage_film_strip_measure;
  widget_class->snapshot = mage_film_strip_snapshot;
  widget_class->get_request_mode = mage_film_strip_get_request_mode;
  gtk_widget_class_set_css_name (widget_class, "filmstrip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
mage_film_strip_init (MageFilmStrip *self)
{
  self->n_frames = 8;
  self->aspect = 1;
}

GtkWidget *
mage_film_strip_new (void)
{
  return g_object_new (MAGE_TYPE_FILM_STRIP, NULL);
}

/** mage_film_strip_set_clip: @clip: (nullable): NULL while it is loaded: empty frames stand for it. */
void
mage_film_strip_set_clip (MageFilmStrip *self, MageClipPaintable *clip)
{
  if (g_set_object (&self->clip, clip))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_film_strip_set_shape: @aspect: width by height. */
void
mage_film_strip_set_shape (MageFilmStrip *self, guint n_frames, double aspect)
{
  g_autofree char *label = NULL;

  if (self->n_frames == n_frames && self->aspect == aspect)
    return;
  self->n_frames = MAX (n_frames, 1);
  self->aspect = aspect > 0 ? aspect : 1;
  label = g_strdup_printf (ngettext ("%u frame that the model learns", "%u frames that the model learns", n_frames), n_frames);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
