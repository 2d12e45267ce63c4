/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-item-edit.h"

#include "ui/mage-parts.h"

#include "project/mage-name.h"

#include <glib/gi18n.h>
#include <string.h>

/* What can be done to a subject or motion as a whole: each is one step of undo. */

static GListStore *
get_store (MageSession *session, MageTrainable *item)
{
  MageProject *project = mage_session_get_project (session);

  return MAGE_IS_SUBJECT (item) ? mage_project_get_subjects (project) : mage_project_get_motions (project);
}

static void
copy_pictures (MageSubject *from, MageSubject *to)
{
  GListModel *pictures = G_LIST_MODEL (mage_subject_get_pictures (from));

  for (guint i = 0; i < g_list_model_get_n_items (pictures); i++)
    {
      g_autoptr (MageMedia) media = g_list_model_get_item (pictures, i);
      g_autofree char *path = mage_media_dup_path (media);
      g_autofree char *root = g_strndup (path, strlen (path) - strlen (mage_media_get_file (media)));
      g_autoptr (MageMedia) copy = mage_media_new (root, mage_media_get_file (media), mage_media_get_digest (media));

      mage_media_set_mask (copy, mage_media_get_mask (media));
      g_list_store_append (mage_subject_get_pictures (to), copy);
    }
}

static void
copy_things (MageMotion *from, MageMotion *to)
{
  GListModel *things = G_LIST_MODEL (mage_motion_get_things (from));

  for (guint i = 0; i < g_list_model_get_n_items (things); i++)
    {
      g_autoptr (MageThing) thing = g_list_model_get_item (things, i);
      MageThing *copy = mage_motion_add_thing (to, mage_trainable_get_name (MAGE_TRAINABLE (thing)),
                                               mage_thing_get_mask (thing), mage_thing_get_time (thing));

      mage_trainable_set_superclass (MAGE_TRAINABLE (copy), mage_trainable_get_superclass (MAGE_TRAINABLE (thing)));
      mage_thing_set_marks (copy, mage_thing_get_marks (thing));
    }
}

/** mage_item_duplicate: the copy shares the files, and is not trained. Returns: (transfer none): it */
MageTrainable *
mage_item_duplicate (MageSession *session, MageTrainable *item)
{
  MageProject *project = mage_session_get_project (session);

  mage_session_record (session, MAGE_IS_SUBJECT (item) ? _("Duplicate Subject") : _("Duplicate Motion"));
  if (MAGE_IS_SUBJECT (item))
    {
      MageSubject *copy = mage_project_add_subject (project, mage_trainable_get_name (item), NULL,
                                                    mage_trainable_get_superclass (item), NULL);

      /* A word made from a name is always free. */
      g_return_val_if_fail (copy != NULL, NULL);
      copy_pictures (MAGE_SUBJECT (item), copy);
      return MAGE_TRAINABLE (copy);
    }
  else
    {
      MageMotion *motion = MAGE_MOTION (item);
      MageMotion *copy = mage_project_add_motion (project, mage_trainable_get_name (item), mage_motion_get_clip (motion),
                                                  mage_motion_get_caption (motion));

      mage_motion_set_span (copy, mage_motion_get_start (motion), mage_motion_get_length (motion));
      mage_motion_set_crop (copy, mage_motion_get_crop (motion));
      copy_things (motion, copy);
      return MAGE_TRAINABLE (copy);
    }
}

/** mage_item_remove: its training stops; the toast offers to take it back. */
void
mage_item_remove (MageSession *session, MageTrainable *item)
{
  g_autoptr (MageTrainable) kept = g_object_ref (item);
  MageJob *job = mage_session_find_job (session, item);
  g_autofree char *title = mage_trainable_dup_title (item);
  g_autofree char *text = g_strdup_printf (_("“%s” removed"), title);

  if (job != NULL)
    mage_worker_cancel (mage_session_get_worker (session), job);
  mage_session_record (session, MAGE_IS_SUBJECT (item) ? _("Remove Subject") : _("Remove Motion"));
  mage_project_remove (mage_session_get_project (session), item);
  mage_session_toast_undo (session, text);
}

/** mage_item_can_move: @by: places, downwards. */
gboolean
mage_item_can_move (MageSession *session, MageTrainable *item, int by)
{
  GListStore *store = get_store (session, item);
  guint position;

  return g_list_store_find (store, item, &position) && (int) position + by >= 0
         && (int) position + by < (int) g_list_model_get_n_items (G_LIST_MODEL (store));
}

static void
move_to (MageSession *session, MageTrainable *item, guint position)
{
  GListStore *store = get_store (session, item);
  g_autoptr (GPtrArray) objects = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (store));
  guint now;

  if (!g_list_store_find (store, item, &now) || now == position)
    return;
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (objects, g_list_model_get_item (G_LIST_MODEL (store), i));
  g_ptr_array_insert (objects, (int) position, g_ptr_array_steal_index (objects, now));
  mage_session_record (session, _("Reorder"));
  /* One splice, so that the item is never seen to be gone. */
  g_list_store_splice (store, 0, n, objects->pdata, n);
}

/** mage_item_move: @by: places, downwards. */
void
mage_item_move (MageSession *session, MageTrainable *item, int by)
{
  guint position;

  if (mage_item_can_move (session, item, by) && g_list_store_find (get_store (session, item), item, &position))
    move_to (session, item, (guint) ((int) position + by));
}

/** mage_item_move_before: @other: of the same kind; after it when @item comes from above. */
void
mage_item_move_before (MageSession *session, MageTrainable *item, MageTrainable *other)
{
  guint position;

  if (g_list_store_find (get_store (session, item), other, &position))
    move_to (session, item, position);
}

/* --- renaming --- */

typedef struct
{
  MageSession *session;
  MageTrainable *item;
  AdwEntryRow *name;
  AdwEntryRow *token;
  GtkWidget *message;
} Rename;

static void
rename_free (gpointer data, GClosure *closure)
{
  Rename *self = data;

  g_object_unref (self->session);
  g_object_unref (self->item);
  g_free (self);
}

static gboolean
set_token (Rename *self, GError **error)
{
  MageProject *project = mage_session_get_project (self->session);
  g_autofree char *before = NULL;
  g_autofree char *token = NULL;
  MageTrainable *other;

  if (self->token == NULL)
    return TRUE;
  token = mage_token_parse (gtk_editable_get_text (GTK_EDITABLE (self->token)), error);
  if (token == NULL)
    return FALSE;
  other = mage_project_find (project, token);
  if (other != NULL && other != self->item)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("The word “%s” belongs to another subject"), token);
      return FALSE;
    }
  before = g_strdup (mage_trainable_get_token (self->item));
  mage_trainable_set_token (self->item, token);
  mage_parts_rename (project, before, token);
  return TRUE;
}

static void
apply_cb (Rename *self, GtkWidget *widget)
{
  MageProject *project = mage_session_get_project (self->session);
  GtkWidget *popover = gtk_widget_get_ancestor (widget, GTK_TYPE_POPOVER);
  g_autoptr (GError) error = NULL;

  mage_session_record (self->session, MAGE_IS_SUBJECT (self->item) ? _("Rename Subject") : _("Rename Motion"));
  if (set_token (self, &error)
      && mage_project_rename (project, self->item, gtk_editable_get_text (GTK_EDITABLE (self->name)), &error))
    {
      gtk_popover_popdown (GTK_POPOVER (popover));
      return;
    }
  gtk_label_set_label (GTK_LABEL (self->message), error->message);
  gtk_widget_set_visible (self->message, TRUE);
}

static AdwEntryRow *
add_row (GtkWidget *group, Rename *self, const char *title, const char *text)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  g_signal_connect_swapped (row, "entry-activated", G_CALLBACK (apply_cb), self);
  gtk_list_box_append (GTK_LIST_BOX (group), row);
  return ADW_ENTRY_ROW (row);
}

static GtkWidget *
build_rename (Rename *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Rename"));
  const char *token = mage_trainable_get_token (self->item);

  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  self->name = add_row (list, self, _("Name"), mage_trainable_get_name (self->item));
  if (token != NULL)
    self->token = add_row (list, self, _("Word in prompts"), token);
  self->message = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->message), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (self->message), 30);
  gtk_label_set_xalign (GTK_LABEL (self->message), 0);
  gtk_widget_add_css_class (self->message, "error");
  gtk_widget_set_visible (self->message, FALSE);
  gtk_widget_add_css_class (button, "suggested-action");
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  g_signal_connect_data (button, "clicked", G_CALLBACK (apply_cb), self, rename_free, G_CONNECT_SWAPPED);
  gtk_widget_set_size_request (box, 260, -1);
  gtk_box_append (GTK_BOX (box), list);
  gtk_box_append (GTK_BOX (box), self->message);
  gtk_box_append (GTK_BOX (box), button);
  return box;
}

static void
closed_cb (GtkWidget *popover)
{
  /* The popover is still in its own signal. */
  g_idle_add_once ((GSourceOnceFunc) gtk_widget_unparent, popover);
}

/** mage_item_rename: asks for the name, and the word of a subject, in a popover at @anchor. */
void
mage_item_rename (MageSession *session, MageTrainable *item, GtkWidget *anchor)
{
  Rename *self = g_new0 (Rename, 1);
  GtkWidget *popover = gtk_popover_new ();

  self->session = g_object_ref (session);
  self->item = g_object_ref (item);
  gtk_popover_set_child (GTK_POPOVER (popover), build_rename (self));
  gtk_popover_set_position (GTK_POPOVER (popover), GTK_POS_BOTTOM);
  gtk_widget_set_parent (popover, anchor);
  g_signal_connect (popover, "closed", G_CALLBACK (closed_cb), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
  gtk_widget_grab_focus (GTK_WIDGET (self->name));
}
