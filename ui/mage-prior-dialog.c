/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-prior-dialog.h"

#include "ui/mage-prior-row.h"

#include "media/caption-folder.h"

#include <glib/gi18n.h>

/* The captioned clips for L_reg: whose folder they come from, what they show, and what is said of them. */

struct _MagePriorDialog
{
  AdwDialog parent_instance;

  MageSession *session;
  GPtrArray *clips;      /* (nullable): CaptionedClip, as the folder has them */
  GtkStringList *paths;  /* what the list shows */
  char *shown;           /* the folder they were read from */

  AdwWindowTitle *heading;
  AdwBanner *banner;
  GtkStack *stack;
  GtkListView *list;
  AdwStatusPage *problem;
  GtkWidget *own;
  GtkWidget *choose;
};

G_DEFINE_FINAL_TYPE (MagePriorDialog, mage_prior_dialog, ADW_TYPE_DIALOG)

static MageProject *
get_project (MagePriorDialog *self)
{
  return mage_session_get_project (self->session);
}

/* --- what is shown --- */

static guint
count_silent (MagePriorDialog *self)
{
  guint n = 0;

  for (guint i = 0; self->clips != NULL && i < self->clips->len; i++)
    {
      CaptionedClip *clip = g_ptr_array_index (self->clips, i);
      g_autofree char *file = g_path_get_basename (clip->path);
      const char *written = mage_project_get_prior_caption (get_project (self), file);

      n += *(written != NULL ? written : clip->caption) == '\0';
    }
  return n;
}

static void
show_state (MagePriorDialog *self)
{
  guint n = self->clips != NULL ? self->clips->len : 0;
  guint n_silent = count_silent (self);
  gboolean own = mage_project_has_own_prior (get_project (self));
  g_autofree char *name = self->shown != NULL ? g_filename_display_basename (self->shown) : NULL;
  g_autofree char *count = g_strdup_printf (ngettext ("%u clip", "%u clips", n), n);
  g_autofree char *subtitle = own ? g_strdup_printf (_("%s in “%s”"), count, name)
                                  : g_strdup_printf (_("%s that came with the model"), count);
  g_autofree char *missing = g_strdup_printf (
    ngettext ("%u clip has no caption: write what it shows", "%u clips have no caption: write what they show", n_silent), n_silent);

  adw_window_title_set_subtitle (self->heading, n > 0 ? subtitle : "");
  adw_banner_set_title (self->banner, missing);
  adw_banner_set_revealed (self->banner, n_silent > 0);
  gtk_widget_set_visible (self->own, own);
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "clips" : "none");
}

static void
read_folder (MagePriorDialog *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->clips, g_ptr_array_unref);
  if (self->shown != NULL)
    self->clips = caption_folder_list (self->shown, NULL, &error);
  gtk_string_list_splice (self->paths, 0, g_list_model_get_n_items (G_LIST_MODEL (self->paths)), NULL);
  for (guint i = 0; self->clips != NULL && i < self->clips->len; i++)
    gtk_string_list_append (self->paths, ((CaptionedClip *) g_ptr_array_index (self->clips, i))->path);
  adw_status_page_set_description (self->problem, error != NULL
    ? error->message
    : _("This model brings no clips. Choose a folder of short videos, each with a caption in a text file of its name or in captions.json."));
}

static void
show_folder (MagePriorDialog *self)
{
  g_autofree char *folder = mage_project_dup_prior_dir (get_project (self));

  if (g_set_str (&self->shown, folder) || self->clips == NULL)
    read_folder (self);
  show_state (self);
}

/* --- rows --- */

static void
setup_cb (MagePriorDialog *self, GtkListItem *item)
{
  gtk_list_item_set_child (item, mage_prior_row_new (self->session));
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_focusable (item, FALSE);
}

static void
bind_cb (MagePriorDialog *self, GtkListItem *item)
{
  const CaptionedClip *clip = g_ptr_array_index (self->clips, gtk_list_item_get_position (item));

  mage_prior_row_set_clip (MAGE_PRIOR_ROW (gtk_list_item_get_child (item)), clip->path, clip->caption);
}

static void
unbind_cb (MagePriorDialog *self, GtkListItem *item)
{
  mage_prior_row_set_clip (MAGE_PRIOR_ROW (gtk_list_item_get_child (item)), NULL, NULL);
}

static void
make_list (MagePriorDialog *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkNoSelection) selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->paths)));

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  gtk_list_view_set_factory (self->list, factory);
  g_object_unref (factory);
}

/* --- what is chosen --- */

/**
 * mage_prior_dialog_choose:
 * @folder: a folder of clips
 *
 * Takes the clips of @folder; what is no such folder is told, and everything stays.
 */
void
mage_prior_dialog_choose (MagePriorDialog *self, const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) clips = caption_folder_list (folder, NULL, &error);

  if (clips == NULL)
    {
      mage_session_toast_error (self->session, error);
      return;
    }
  mage_session_record (self->session, _("Choose Clips"));
  mage_project_set_prior_dir (get_project (self), folder);
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MagePriorDialog) self = data;
  g_autoptr (GFile) file = gtk_file_dialog_select_folder_finish (GTK_FILE_DIALOG (source), result, NULL);
  const char *path = file != NULL ? g_file_peek_path (file) : NULL;

  if (path != NULL && self->list != NULL)
    mage_prior_dialog_choose (self, path);
}

static void
choose_cb (MagePriorDialog *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GFile) folder = self->shown != NULL ? g_file_new_for_path (self->shown) : NULL;

  gtk_file_dialog_set_title (dialog, _("A Folder of Clips with Captions"));
  if (mage_project_has_own_prior (get_project (self)))
    gtk_file_dialog_set_initial_folder (dialog, folder);
  gtk_file_dialog_select_folder (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, chosen_cb,
                                 g_object_ref (self));
}

static void
own_cb (MagePriorDialog *self)
{
  mage_session_record (self->session, _("Use the Model's Clips"));
  mage_project_set_prior_dir (get_project (self), NULL);
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, MagePriorDialog *self)
{
  const char *path = g_file_peek_path (g_value_get_object (value));

  if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_DIR))
    return FALSE;
  mage_prior_dialog_choose (self, path);
  return TRUE;
}

/* --- the object --- */

static void
mage_prior_dialog_dispose (GObject *object)
{
  MagePriorDialog *self = MAGE_PRIOR_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_PRIOR_DIALOG);
  g_clear_pointer (&self->clips, g_ptr_array_unref);
  g_clear_pointer (&self->shown, g_free);
  g_clear_object (&self->paths);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_prior_dialog_parent_class)->dispose (object);
}

static void
mage_prior_dialog_class_init (MagePriorDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_prior_dialog_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-prior-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MagePriorDialog, heading);
  gtk_widget_class_bind_template_child (widget_class, MagePriorDialog, banner);
  gtk_widget_class_bind_template_child (widget_class, MagePriorDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, MagePriorDialog, list);
  gtk_widget_class_bind_template_child (widget_class, MagePriorDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, MagePriorDialog, own);
  gtk_widget_class_bind_template_child (widget_class, MagePriorDialog, choose);
  gtk_widget_class_bind_template_callback (widget_class, own_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_cb);
}

static void
mage_prior_dialog_init (MagePriorDialog *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);

  self->paths = gtk_string_list_new (NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (drop, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
}

/** mage_prior_dialog_new: the clips that @session's project learns beside its subjects. */
AdwDialog *
mage_prior_dialog_new (MageSession *session)
{
  MagePriorDialog *self = g_object_new (MAGE_TYPE_PRIOR_DIALOG, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (get_project (self), "notify::prior-dir", G_CALLBACK (show_folder), self, G_CONNECT_SWAPPED);
  make_list (self);
  show_folder (self);
  return ADW_DIALOG (self);
}

/** mage_prior_dialog_get_n_clips: how many clips are shown. */
guint
mage_prior_dialog_get_n_clips (MagePriorDialog *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->paths));
}
