/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-picture-tile.h"

#include "ui/mage-clip-view.h"
#include "ui/mage-media-loader.h"

#include <glib/gi18n.h>

/* A picture of a strip, square, with a badge that says what there is of a mask. */

/* Twice the side: sharp where a point is two pixels. */
#define LOADED_SIDE 272

struct _MagePictureTile
{
  GtkWidget parent_instance;

  MageClipView *view;
  GtkImage *badge;
  GtkWidget *spinner;
  GtkWidget *missing;
  MageMedia *media;
  MageMaskFinder *finder;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (MagePictureTile, mage_picture_tile, GTK_TYPE_WIDGET)

enum
{
  STATE_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

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

typedef enum
{
  STATE_NONE,
  STATE_LOOKING,
  STATE_AUTOMATIC,
  STATE_DOUBTFUL,
  STATE_CHECKED,
  STATE_NOT_FOUND
} State;

static State
get_state (MageMedia *media, MageMaskFinder *finder)
{
  MageMedia *mask = media != NULL ? mage_media_get_mask (media) : NULL;

  if (finder != NULL && mage_mask_finder_is_looking (finder, media))
    return STATE_LOOKING;
  if (mask == NULL)
    return finder != NULL && mage_mask_finder_get_problem (finder, media) != NULL ? STATE_NOT_FOUND : STATE_NONE;
  if (mage_media_get_made (mask) != MAGE_MASK_AUTOMATIC)
    return STATE_CHECKED;
  return mage_media_is_doubtful (mask) ? STATE_DOUBTFUL : STATE_AUTOMATIC;
}

static const char *
get_state_words (State state)
{
  static const char *const words[] = { N_("no mask"), N_("its subject is being looked for"), N_("mask found by itself"),
                                       N_("doubtful mask"), N_("mask checked"), N_("no subject found") };

  return _(words[state]);
}

static void
show_badge (MagePictureTile *self)
{
  static const char *const icons[] = { NULL, NULL, "mage-wand-symbolic", "mage-doubt-symbolic", "object-select-symbolic",
                                       "dialog-warning-symbolic" };
  static const char *const styles[] = { NULL, NULL, "automatic", "doubtful", "checked", "doubtful" };
  State state = get_state (self->media, self->finder);
  const char *classes[] = { "mask-badge", styles[state], NULL };

  g_signal_emit (self, signals[STATE_CHANGED], 0);
  gtk_widget_set_visible (self->spinner, state == STATE_LOOKING);
  gtk_widget_set_visible (GTK_WIDGET (self->badge), icons[state] != NULL);
  if (icons[state] == NULL)
    return;
  gtk_image_set_from_icon_name (self->badge, icons[state]);
  gtk_widget_set_css_classes (GTK_WIDGET (self->badge), classes);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->badge), get_state_words (state));
}

static void
looking_cb (MagePictureTile *self, MageMedia *picture)
{
  if (picture == self->media)
    show_badge (self);
}

static void
mage_picture_tile_dispose (GObject *object)
{
  MagePictureTile *self = MAGE_PICTURE_TILE (object);
  GtkWidget *child;

  mage_picture_tile_set_media (self, NULL);
  mage_picture_tile_set_finder (self, NULL);
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
  /** MagePictureTile::state-changed: there is something else to say of the picture's mask. */
  signals[STATE_CHANGED] = g_signal_new ("state-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);
  g_type_ensure (MAGE_TYPE_CLIP_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-picture-tile.ui");
  gtk_widget_class_bind_template_child (widget_class, MagePictureTile, view);
  gtk_widget_class_bind_template_child (widget_class, MagePictureTile, badge);
  gtk_widget_class_bind_template_child (widget_class, MagePictureTile, spinner);
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

/** mage_picture_tile_set_finder: @finder: (nullable): who knows which subjects are looked for. */
void
mage_picture_tile_set_finder (MagePictureTile *self, MageMaskFinder *finder)
{
  if (self->finder == finder)
    return;
  if (self->finder != NULL)
    g_signal_handlers_disconnect_by_data (self->finder, self);
  g_set_object (&self->finder, finder);
  if (finder == NULL)
    return;
  g_signal_connect_swapped (finder, "changed", G_CALLBACK (looking_cb), self);
  show_badge (self);
}

/** mage_picture_tile_get_media: Returns: (transfer none) (nullable) */
MageMedia *
mage_picture_tile_get_media (MagePictureTile *self)
{
  return self->media;
}

/** mage_picture_tile_dup_name: Returns: (transfer full): what a screen reader says of the picture */
char *
mage_picture_tile_dup_name (MagePictureTile *self, guint position, guint n)
{
  g_autofree char *file = g_path_get_basename (mage_media_get_file (self->media));

  return g_strdup_printf (_("Picture %u of %u, %s, %s"), position + 1, n, file, get_state_words (get_state (self->media, self->finder)));
}
