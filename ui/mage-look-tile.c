/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-look-tile.h"

#include "ui/mage-clip-view.h"

/*
 * A small clip with two lines of words under it. One that leads plays by itself; those that follow
 * show the same frame at every moment.
 */

#define DOT 8

struct _MageLookTile
{
  GtkWidget parent_instance;

  GtkWidget *view;
  GtkWidget *dot;
  GtkWidget *title;
  GtkWidget *detail;
  int width;
  GdkRGBA colour;
  GPtrArray *followers; /* of MageLookTile */
};

G_DEFINE_FINAL_TYPE (MageLookTile, mage_look_tile, GTK_TYPE_WIDGET)

enum
{
  PROP_WIDTH = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
mage_look_tile_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MageLookTile *self = MAGE_LOOK_TILE (object);

  switch (id)
    {
    case PROP_WIDTH:
      self->width = g_value_get_int (value);
      gtk_widget_set_size_request (GTK_WIDGET (self), self->width, -1);
      gtk_widget_set_size_request (self->view, self->width, self->width);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
draw_dot_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  gdk_cairo_set_source_rgba (cr, &MAGE_LOOK_TILE (data)->colour);
  cairo_arc (cr, width / 2.0, height / 2.0, DOT / 2.0, 0, 2 * G_PI);
  cairo_fill (cr);
}

static void
mage_look_tile_dispose (GObject *object)
{
  MageLookTile *self = MAGE_LOOK_TILE (object);
  GtkWidget *child;

  if (self->view != NULL && mage_look_tile_get_clip (self) != NULL)
    g_signal_handlers_disconnect_by_data (mage_look_tile_get_clip (self), self);
  self->view = NULL;
  g_clear_pointer (&self->followers, g_ptr_array_unref);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (mage_look_tile_parent_class)->dispose (object);
}

static void
mage_look_tile_class_init (MageLookTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_look_tile_dispose;
  G_OBJECT_CLASS (klass)->set_property = mage_look_tile_set_property;
  /** MageLookTile:width: of the clip, in pixels. */
  props[PROP_WIDTH] = g_param_spec_int ("width", NULL, NULL, 1, 4096, 124,
                                        G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "looktile");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
make_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
mage_look_tile_init (MageLookTile *self)
{
  GtkWidget *heading = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  /* As wide as it was asked to be, however much room there is. */
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_START);
  self->followers = g_ptr_array_new_with_free_func (g_object_unref);
  self->view = mage_clip_view_new ();
  g_object_set (self->view, "cover", TRUE, "natural-size", 1, "halign", GTK_ALIGN_START, NULL);
  gtk_widget_add_css_class (self->view, "thumb");
  gtk_widget_set_margin_bottom (self->view, 5);
  self->dot = gtk_drawing_area_new ();
  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (self->dot), DOT);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (self->dot), DOT);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->dot), draw_dot_cb, self, NULL);
  gtk_widget_set_valign (self->dot, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->dot, FALSE);
  self->title = make_label ("heading");
  gtk_widget_add_css_class (self->title, "caption-heading");
  self->detail = make_label ("caption");
  gtk_widget_add_css_class (self->detail, "dim-label");
  gtk_widget_add_css_class (self->detail, "numeric");
  gtk_label_set_use_markup (GTK_LABEL (self->detail), TRUE);
  gtk_box_append (GTK_BOX (heading), self->dot);
  gtk_box_append (GTK_BOX (heading), self->title);
  gtk_widget_set_parent (self->view, GTK_WIDGET (self));
  gtk_widget_set_parent (heading, GTK_WIDGET (self));
  gtk_widget_set_parent (self->detail, GTK_WIDGET (self));
}

/** mage_look_tile_new: @width: of the clip, in pixels. */
GtkWidget *
mage_look_tile_new (int width)
{
  return g_object_new (MAGE_TYPE_LOOK_TILE, "width", width, NULL);
}

/** mage_look_tile_set_words: @detail: markup. */
void
mage_look_tile_set_words (MageLookTile *self, const char *title, const char *detail)
{
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_markup (GTK_LABEL (self->detail), detail);
  gtk_widget_set_visible (self->detail, *detail != '\0');
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, gtk_label_get_text (GTK_LABEL (self->detail)), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

/** mage_look_tile_set_dot: @colour: (nullable): of the subject that the tile is about. */
void
mage_look_tile_set_dot (MageLookTile *self, const GdkRGBA *colour)
{
  gtk_widget_set_visible (self->dot, colour != NULL);
  if (colour != NULL)
    self->colour = *colour;
  gtk_widget_queue_draw (self->dot);
}

static void
frame_cb (MageLookTile *self, GParamSpec *pspec, MageClipPaintable *clip)
{
  for (guint i = 0; i < self->followers->len; i++)
    {
      MageClipPaintable *other = mage_look_tile_get_clip (g_ptr_array_index (self->followers, i));

      if (other != NULL && mage_clip_paintable_get_n_frames (other) == mage_clip_paintable_get_n_frames (clip))
        mage_clip_paintable_set_frame (other, mage_clip_paintable_get_frame (clip));
    }
}

/** mage_look_tile_set_frames: @frames: (nullable): goes on where the clip before it stands. */
void
mage_look_tile_set_frames (MageLookTile *self, Frames *frames)
{
  MageClipPaintable *old = mage_look_tile_get_clip (self);
  g_autoptr (MageClipPaintable) clip = frames != NULL ? mage_clip_paintable_new (frames) : NULL;

  if (old != NULL)
    g_signal_handlers_disconnect_by_data (old, self);
  if (clip != NULL)
    {
      if (old != NULL && mage_clip_paintable_get_n_frames (old) == frames->n_frames)
        mage_clip_paintable_set_frame (clip, mage_clip_paintable_get_frame (old));
      gtk_widget_set_size_request (self->view, self->width, (int) (self->width * frames->height / frames->width));
      g_signal_connect_swapped (clip, "notify::frame", G_CALLBACK (frame_cb), self);
    }
  mage_clip_view_set_clip (MAGE_CLIP_VIEW (self->view), clip);
}

/** mage_look_tile_lead: @self plays, and @other shows the same frame. */
void
mage_look_tile_lead (MageLookTile *self, MageLookTile *other)
{
  g_ptr_array_add (self->followers, g_object_ref (other));
  mage_clip_view_set_playing (MAGE_CLIP_VIEW (self->view), TRUE);
}

/** mage_look_tile_play: plays while the tile is on the screen. */
void
mage_look_tile_play (MageLookTile *self, gboolean playing)
{
  if (self->view != NULL)
    mage_clip_view_set_playing (MAGE_CLIP_VIEW (self->view), playing);
}

gboolean
mage_look_tile_is_filled (MageLookTile *self)
{
  return mage_look_tile_get_clip (self) != NULL;
}

/** mage_look_tile_get_clip: Returns: (transfer none) (nullable) */
MageClipPaintable *
mage_look_tile_get_clip (MageLookTile *self)
{
  return self->view != NULL ? mage_clip_view_get_clip (MAGE_CLIP_VIEW (self->view)) : NULL;
}
