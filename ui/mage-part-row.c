/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-part-row.h"

#include "ui/mage-clip-view.h"
#include "ui/mage-media-loader.h"
#include "ui/mage-parts.h"
#include "ui/mage-thumbnail.h"

#include <glib/gi18n.h>

/* A part of a clip and who plays it: what moves there, an arrow, and a menu of the project's subjects. */

#define FACE 32
#define SMALL_FACE 20

struct _MagePartRow
{
  GtkWidget parent_instance;

  MageSession *session;
  MageMotion *motion;
  MageThing *thing;
  GCancellable *cancellable;
  GtkWidget *view;
  GtkWidget *name;
  GtkWidget *players;
  GtkStringList *words; /* nobody, then every subject */
  gboolean listing;     /* the menu is being filled */
};

G_DEFINE_FINAL_TYPE (MagePartRow, mage_part_row, GTK_TYPE_WIDGET)

static MageProject *
get_project (MagePartRow *self)
{
  return mage_session_get_project (self->session);
}

/* --- the thing --- */

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MagePartRow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) frames = mage_load_frames_finish (result, &error);
  g_autoptr (MageClipPaintable) clip = frames != NULL ? mage_clip_paintable_new (frames) : NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->view == NULL)
    return;
  mage_clip_view_set_clip (MAGE_CLIP_VIEW (self->view), clip);
}

static void
load (MagePartRow *self)
{
  MageMedia *mask = mage_thing_get_mask (self->thing);
  g_autofree char *path = mage_media_dup_path (mage_motion_get_clip (self->motion));
  g_autofree char *mask_path = mask != NULL ? mage_media_dup_path (mask) : NULL;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  mage_load_thing_async (path, mask_path, mage_thing_get_time (self->thing), self->cancellable, loaded_cb, g_object_ref (self));
}

static void
show_name (MagePartRow *self)
{
  const char *name = mage_trainable_get_name (MAGE_TRAINABLE (self->thing));
  /* Translators: %s is what moves in a clip, such as “horse” */
  g_autofree char *label = g_strdup_printf (_("Who plays the part of “%s”"), name);

  gtk_label_set_text (GTK_LABEL (self->name), name);
  gtk_widget_set_tooltip_text (self->players, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->players), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/* --- the players --- */

static void
show_player (MagePartRow *self)
{
  MageTrainable *player = mage_parts_get_player (get_project (self), self->motion, self->thing);
  guint position = 0;

  if (player != NULL && g_list_store_find (mage_project_get_subjects (get_project (self)), player, &position))
    position++;
  self->listing = TRUE;
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->players), position);
  self->listing = FALSE;
}

static void
list_players (MagePartRow *self)
{
  GListModel *subjects = G_LIST_MODEL (mage_project_get_subjects (get_project (self)));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;

  g_strv_builder_add (builder, _("Nobody"));
  for (guint i = 0; i < g_list_model_get_n_items (subjects); i++)
    {
      g_autoptr (MageTrainable) subject = g_list_model_get_item (subjects, i);

      g_strv_builder_add (builder, mage_trainable_get_token (subject));
    }
  words = g_strv_builder_end (builder);
  self->listing = TRUE;
  gtk_string_list_splice (self->words, 0, g_list_model_get_n_items (G_LIST_MODEL (self->words)), (const char *const *) words);
  self->listing = FALSE;
  show_player (self);
}

static void
watch_subjects (MagePartRow *self)
{
  GListModel *subjects = G_LIST_MODEL (mage_project_get_subjects (get_project (self)));

  for (guint i = 0; i < g_list_model_get_n_items (subjects); i++)
    {
      g_autoptr (GObject) subject = g_list_model_get_item (subjects, i);

      g_signal_handlers_disconnect_by_func (subject, list_players, self);
      g_signal_connect_object (subject, "notify::token", G_CALLBACK (list_players), self, G_CONNECT_SWAPPED);
    }
  list_players (self);
}

static void
selected_cb (MagePartRow *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->players));
  g_autoptr (MageTrainable) player = NULL;

  if (self->listing || selected == GTK_INVALID_LIST_POSITION)
    return;
  if (selected > 0)
    player = g_list_model_get_item (G_LIST_MODEL (mage_project_get_subjects (get_project (self))), selected - 1);
  mage_part_row_choose (self, player);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *face = mage_thumbnail_new (SMALL_FACE, SMALL_FACE);

  gtk_widget_set_valign (face, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), face);
  gtk_box_append (GTK_BOX (box), gtk_label_new (NULL));
  gtk_list_item_set_child (item, box);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  MagePartRow *self = data;
  GtkWidget *face = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  guint position = gtk_list_item_get_position (item);
  const char *word = gtk_string_object_get_string (gtk_list_item_get_item (item));
  GListModel *subjects = G_LIST_MODEL (mage_project_get_subjects (get_project (self)));
  g_autoptr (GObject) subject = position > 0 ? g_list_model_get_item (subjects, position - 1) : NULL;

  gtk_widget_set_visible (face, subject != NULL);
  mage_thumbnail_set_object (MAGE_THUMBNAIL (face), subject);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_next_sibling (face)), word);
}

/* --- the object --- */

static void
mage_part_row_dispose (GObject *object)
{
  MagePartRow *self = MAGE_PART_ROW (object);
  GtkWidget *child;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->view = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->words);
  g_clear_object (&self->thing);
  g_clear_object (&self->motion);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_part_row_parent_class)->dispose (object);
}

static void
mage_part_row_class_init (MagePartRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_part_row_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "partrow");
}

static void
add_view (MagePartRow *self)
{
  self->view = mage_clip_view_new ();
  g_object_set (self->view, "cover", TRUE, "natural-size", FACE, NULL);
  gtk_widget_set_size_request (self->view, FACE, FACE);
  gtk_widget_set_valign (self->view, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->view, "thumb");
  gtk_widget_set_parent (self->view, GTK_WIDGET (self));
}

static void
mage_part_row_init (MagePartRow *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *arrow = gtk_image_new_from_icon_name ("go-next-symbolic");

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 8);
  add_view (self);
  self->name = gtk_label_new (NULL);
  gtk_widget_add_css_class (arrow, "dim-label");
  gtk_accessible_update_property (GTK_ACCESSIBLE (arrow), GTK_ACCESSIBLE_PROPERTY_LABEL, "", -1);
  self->words = gtk_string_list_new (NULL);
  self->players = gtk_drop_down_new (g_object_ref (G_LIST_MODEL (self->words)), NULL);
  gtk_widget_set_valign (self->players, GTK_ALIGN_CENTER);
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_DEFAULT);
  gtk_drop_down_set_factory (GTK_DROP_DOWN (self->players), factory);
  g_object_unref (factory);
  gtk_widget_set_parent (self->name, GTK_WIDGET (self));
  gtk_widget_set_parent (arrow, GTK_WIDGET (self));
  gtk_widget_set_parent (self->players, GTK_WIDGET (self));
}

/** mage_part_row_new: @thing: of @motion. */
GtkWidget *
mage_part_row_new (MageSession *session, MageMotion *motion, MageThing *thing)
{
  MagePartRow *self = g_object_new (MAGE_TYPE_PART_ROW, NULL);

  self->session = g_object_ref (session);
  self->motion = g_object_ref (motion);
  self->thing = g_object_ref (thing);
  g_signal_connect_object (thing, "notify::name", G_CALLBACK (show_name), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (thing, "notify::mask", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (thing, "notify::part", G_CALLBACK (show_player), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_project_get_subjects (get_project (self)), "items-changed", G_CALLBACK (watch_subjects), self,
                           G_CONNECT_SWAPPED);
  watch_subjects (self);
  g_signal_connect_object (self->players, "notify::selected", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  show_name (self);
  load (self);
  return GTK_WIDGET (self);
}

/** mage_part_row_choose: as the menu does, with undo. @player: (nullable): a subject; NULL: nobody, the plain word stays. */
void
mage_part_row_choose (MagePartRow *self, MageTrainable *player)
{
  mage_session_record (self->session, _("Change Part"));
  mage_thing_set_part (self->thing, player != NULL ? mage_trainable_get_token (player) : "");
}

/** mage_part_row_get_player: Returns: (transfer none) (nullable): who the menu shows */
MageTrainable *
mage_part_row_get_player (MagePartRow *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->players));
  g_autoptr (MageTrainable) player = NULL;

  if (selected > 0 && selected != GTK_INVALID_LIST_POSITION)
    player = g_list_model_get_item (G_LIST_MODEL (mage_project_get_subjects (get_project (self))), selected - 1);
  return player;
}
