/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-frame-tile.h"

/* A small frame of a clip with what covers the thing in it, and a sign of who said so: a person, nobody, or only a doubt. */

#define HEIGHT 64
#define RADIUS 6.0f
/* A film of unusual shape keeps a size that can be clicked on. */
#define LEAST_WIDTH 36
#define MOST_WIDTH 160

struct _MageFrameTile
{
  GtkWidget parent_instance;

  GdkTexture *texture;
  GdkTexture *mask; /* (nullable) */
  GtkWidget *sign;
  MageFrameState state;
};

G_DEFINE_FINAL_TYPE (MageFrameTile, mage_frame_tile, GTK_TYPE_WIDGET)

static void
mage_frame_tile_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                         int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  MageFrameTile *self = MAGE_FRAME_TILE (widget);
  int width = HEIGHT * gdk_texture_get_width (self->texture) / MAX (gdk_texture_get_height (self->texture), 1);
  int least;

  gtk_widget_measure (self->sign, orientation, -1, &least, NULL, NULL, NULL);
  *minimum = *natural = MAX (least, orientation == GTK_ORIENTATION_HORIZONTAL ? CLAMP (width, LEAST_WIDTH, MOST_WIDTH) : HEIGHT);
}

/* The sign sits in the lower corner. */
static void
mage_frame_tile_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  MageFrameTile *self = MAGE_FRAME_TILE (widget);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int w, h;

  gtk_widget_measure (self->sign, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &w, NULL, NULL);
  gtk_widget_measure (self->sign, GTK_ORIENTATION_VERTICAL, -1, NULL, &h, NULL, NULL);
  gtk_widget_size_allocate (self->sign, &(GtkAllocation) { mirrored ? 2 : width - w - 2, height - h - 2, w, h }, -1);
}

static void
mage_frame_tile_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MageFrameTile *self = MAGE_FRAME_TILE (widget);
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                                                                  (float) gtk_widget_get_height (widget)), RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_scaled_texture (snapshot, self->texture, GSK_SCALING_FILTER_TRILINEAR, &outline.bounds);
  if (self->mask != NULL)
    gtk_snapshot_append_scaled_texture (snapshot, self->mask, GSK_SCALING_FILTER_TRILINEAR, &outline.bounds);
  gtk_snapshot_pop (snapshot);
  gtk_widget_snapshot_child (widget, self->sign, snapshot);
}

static void
mage_frame_tile_dispose (GObject *object)
{
  MageFrameTile *self = MAGE_FRAME_TILE (object);

  g_clear_pointer (&self->sign, gtk_widget_unparent);
  g_clear_object (&self->mask);
  G_OBJECT_CLASS (mage_frame_tile_parent_class)->dispose (object);
}

static void
mage_frame_tile_finalize (GObject *object)
{
  g_clear_object (&MAGE_FRAME_TILE (object)->texture);
  G_OBJECT_CLASS (mage_frame_tile_parent_class)->finalize (object);
}

static void
mage_frame_tile_class_init (MageFrameTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_frame_tile_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_frame_tile_finalize;
  widget_class->measure = mage_frame_tile_measure;
  widget_class->size_allocate = mage_frame_tile_size_allocate;
  widget_class->snapshot = mage_frame_tile_snapshot;
  gtk_widget_class_set_css_name (widget_class, "frametile");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
mage_frame_tile_init (MageFrameTile *self)
{
  self->sign = gtk_image_new ();
  gtk_widget_add_css_class (self->sign, "osd");
  gtk_widget_add_css_class (self->sign, "sign");
  gtk_widget_set_visible (self->sign, FALSE);
  gtk_widget_set_parent (self->sign, GTK_WIDGET (self));
}

/** mage_frame_tile_new: @texture: the frame */
GtkWidget *
mage_frame_tile_new (GdkTexture *texture)
{
  MageFrameTile *self = g_object_new (MAGE_TYPE_FRAME_TILE, NULL);

  self->texture = g_object_ref (texture);
  return GTK_WIDGET (self);
}

/** mage_frame_tile_set_mask: @mask: (nullable): what lies over the frame */
void
mage_frame_tile_set_mask (MageFrameTile *self, GdkTexture *mask)
{
  if (g_set_object (&self->mask, mask))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
mage_frame_tile_set_state (MageFrameTile *self, MageFrameState state)
{
  self->state = state;
  gtk_image_set_from_icon_name (GTK_IMAGE (self->sign),
                                state == MAGE_FRAME_DOUBTFUL ? "dialog-question-symbolic" : "object-select-symbolic");
  gtk_widget_set_visible (self->sign, state == MAGE_FRAME_DOUBTFUL || state == MAGE_FRAME_MARKED);
}

MageFrameState
mage_frame_tile_get_state (MageFrameTile *self)
{
  return self->state;
}
