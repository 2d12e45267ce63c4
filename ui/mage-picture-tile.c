/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-picture-tile.h"

#include "ui/mage-clip-view.h"
#include "ui/mage-media-loader.h"

#include <glib/gi18n.h>

/* A picture of a strip, square, with a badge when it has a mask. */

/* Twice the side: sharp where a point is two pixels. */
#define LOADED_SIDE 272

struct _MagePictureTile
{
  GtkWidget parent_instance;

  MageClipView *view;
  GtkWidget *badge;
  GtkWidget *missing;
  MageMedia *media;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (MagePictureTile, mage_picture_tile, GTK_TYPE_WIDGET)

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MagePictureTile) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = mage_load_texture_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (texture != NULL && self->view != NULL)
    {
      mage_clip_view_set_poster (self->view, GDK_PAINTABLE (texture));
      return;
    }
  if (error == NULL)
    return;
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), error->message);
  if (self->missing != NULL)
    gtk_widget_set_visible (self->missing, TRUE);
}

static void
show_badge (MagePictureTile *self)
{
  gtk_widget_set_visible (self->badge, self->media != NULL && mage_media_get_mask (self->media) != NULL);
}

static void
mage_picture_tile_dispose (GObject *object)
{
  MagePictureTile *self = MAGE_PICTURE_TILE (object);
  GtkWidget *child;

  mage_picture_tile_set_media (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_PICTURE_TILE);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (mage_picture_tile_parent_class)->dispose (object);
}

static void
mage_picture_tile_class_init (MagePictureTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_picture_tile_dispose;
  g_type_ensure (MAGE_TYPE_CLIP_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-picture-tile.ui");
  gtk_widget_class_bind_template_child (widget_class, MagePictureTile, view);
  gtk_widget_class_bind_template_child (widget_class, MagePictureTile, badge);
  gtk_widget_class_bind_template_child (widget_class, MagePictureTile, missing);
  gtk_widget_class_set_css_name (widget_class, "picturetile");
}

static void
mage_picture_tile_init (MagePictureTile *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
mage_picture_tile_new (void)
{
  return g_object_new (MAGE_TYPE_PICTURE_TILE, NULL);
}

/** mage_picture_tile_set_media: @media: (nullable): the picture. */
void
mage_picture_tile_set_media (MagePictureTile *self, MageMedia *media)
{
  g_autofree char *path = NULL;

  if (self->media == media)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->media != NULL)
    g_signal_handlers_disconnect_by_func (self->media, show_badge, self);
  g_set_object (&self->media, media);
  if (self->view == NULL)
    return;
  mage_clip_view_set_poster (self->view, NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), NULL);
  gtk_widget_set_visible (self->missing, FALSE);
  show_badge (self);
  if (media == NULL)
    return;
  g_signal_connect_swapped (media, "notify::mask", G_CALLBACK (show_badge), self);
  self->cancellable = g_cancellable_new ();
  path = mage_media_dup_path (media);
  mage_load_texture_async (path, LOADED_SIDE, self->cancellable, loaded_cb, g_object_ref (self));
}

/** mage_picture_tile_get_media: Returns: (transfer none) (nullable) */
MageMedia *
mage_picture_tile_get_media (MagePictureTile *self)
{
  return self->media;
}

/** mage_picture_tile_dup_name: Returns: (transfer full): what a screen reader says of a picture */
char *
mage_picture_tile_dup_name (MageMedia *media, guint position, guint n)
{
  g_autofree char *file = g_path_get_basename (mage_media_get_file (media));

  if (mage_media_get_mask (media) != NULL)
    return g_strdup_printf (_("Picture %u of %u, %s, with a mask"), position + 1, n, file);
  return g_strdup_printf (_("Picture %u of %u, %s"), position + 1, n, file);
}
