/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-window-private.h"

#include "ui/mage-file-folder.h"
#include "ui/mage-pretraining-window.h"
#include "ui/mage-prior-dialog.h"
#include "ui/mage-project-dialog.h"
#include "ui/mage-projects.h"
#include "ui/mage-training-page.h"

#include <glib/gi18n.h>

/* What can be done in the window as a whole, by menu, keyboard, drop and paste. */

#define PICTURES TRUE
#define CLIPS FALSE

/* --- files --- */

/** mage_window_import: takes files in: into what is shown where that wants them, and into a new project where none is open. */
void
mage_window_import (MageWindow *self, GListModel *files)
{
  MagePage *page;

  if (self->session == NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.new-project", NULL);
  if (self->session == NULL)
    return;
  page = mage_frame_get_page (self->frame);
  if (!mage_page_import (page, files))
    mage_session_receive (self->session, files, mage_session_get_item (self->session));
}

/**
 * mage_window_receive:
 * @files: of GFile
 *
 * Takes in what was given to the program from outside, as if it were dropped on the window; where no project is open, tells that it takes one.
 */
void
mage_window_receive (MageWindow *self, GListModel *files)
{
  g_autoptr (GFile) first = g_list_model_get_item (files, 0);
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  g_return_if_fail (first != NULL);

  if (self->session != NULL)
    {
      mage_window_import (self, files);
      return;
    }
  name = g_file_get_basename (first);
  /* Translators: %s is the name of a file */
  text = g_strdup_printf (_("“%s” is no project. Open a project, and drop the file on it."), name);
  mage_window_toast (self, text);
}

static GListModel *
list_files (GdkFileList *list)
{
  GListStore *files = g_list_store_new (G_TYPE_FILE);
  g_autoptr (GSList) links = gdk_file_list_get_files (list);

  for (GSList *l = links; l != NULL; l = l->next)
    g_list_store_append (files, l->data);
  return G_LIST_MODEL (files);
}

/* A folder that is a project is opened. */
static gboolean
open_dropped_project (MageWindow *self, GListModel *files)
{
  g_autoptr (GFile) first = g_list_model_get_item (files, 0);
  g_autofree char *path = first != NULL ? g_file_get_path (first) : NULL;
  g_autofree char *file = path != NULL ? g_build_filename (path, "project.json", NULL) : NULL;

  return g_list_model_get_n_items (files) == 1 && file != NULL && g_file_test (file, G_FILE_TEST_EXISTS)
         && mage_window_open (self, path);
}

static void import_texture (MageWindow *self, GdkTexture *texture);

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, gpointer data)
{
  MageWindow *self = data;
  g_autoptr (GListModel) files = G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST) ? list_files (g_value_get_boxed (value)) : NULL;

  gtk_widget_set_visible (self->drop_hint, FALSE);
  if (files == NULL)
    {
      import_texture (self, g_value_get_object (value));
      return TRUE;
    }
  if (!open_dropped_project (self, files))
    mage_window_import (self, files);
  return TRUE;
}

static GdkDragAction
enter_cb (GtkDropTarget *target, double x, double y, gpointer data)
{
  gtk_widget_set_visible (MAGE_WINDOW (data)->drop_hint, TRUE);
  return GDK_ACTION_COPY;
}

static void
leave_cb (GtkDropTarget *target, gpointer data)
{
  gtk_widget_set_visible (MAGE_WINDOW (data)->drop_hint, FALSE);
}

void
mage_window_add_drop_target (MageWindow *self)
{
  /* A browser gives the picture itself, and an address that may not be read. */
  GType types[] = { GDK_TYPE_TEXTURE, GDK_TYPE_FILE_LIST };
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);

  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  g_signal_connect (target, "enter", G_CALLBACK (enter_cb), self);
  g_signal_connect (target, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/* --- paste --- */

static void
pasted_files_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageWindow) self = data;
  g_autoptr (GError) error = NULL;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, &error);

  if (value == NULL)
    mage_window_toast (self, error->message);
  else
    {
      g_autoptr (GListModel) files = list_files (g_value_get_boxed (value));

      mage_window_import (self, files);
    }
}

/* The import copies the file into the project, so it may go when the process ends. */
static void
import_texture (MageWindow *self, GdkTexture *texture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autofree char *folder = g_dir_make_tmp ("videomage-XXXXXX", &error);
  g_autofree char *path = folder != NULL ? g_build_filename (folder, _("pasted.png"), NULL) : NULL;
  g_autoptr (GFile) file = path != NULL ? g_file_new_for_path (path) : NULL;

  if (path == NULL || !gdk_texture_save_to_png (texture, path))
    {
      mage_window_toast (self, error != NULL ? error->message : _("The picture could not be pasted"));
      return;
    }
  g_list_store_append (files, file);
  mage_window_import (self, G_LIST_MODEL (files));
}

static void
pasted_picture_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = gdk_clipboard_read_texture_finish (GDK_CLIPBOARD (source), result, &error);

  if (texture != NULL)
    import_texture (self, texture);
  else
    mage_window_toast (self, error->message);
}

static void
paste_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageWindow *self = MAGE_WINDOW (widget);
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);

  if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST))
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL, pasted_files_cb,
                                    g_object_ref (self));
  else if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE))
    gdk_clipboard_read_texture_async (clipboard, NULL, pasted_picture_cb, g_object_ref (self));
  else
    mage_window_toast (self, _("There are no pictures or videos to paste"));
}

/* --- choosing files --- */

static void
take_chosen (MageWindow *self, GtkFileDialog *dialog, GAsyncResult *result, MageFileFolder kind)
{
  g_autoptr (GListModel) files = gtk_file_dialog_open_multiple_finish (dialog, result, NULL);
  g_autoptr (GFile) first = files != NULL ? g_list_model_get_item (files, 0) : NULL;

  mage_file_folder_remember (kind, first);
  /* NULL: the user changed their mind. "+" in the sidebar always makes something new. */
  if (files != NULL && self->session != NULL)
    mage_session_import (self->session, files, NULL);
}

static void
pictures_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageWindow) self = data;

  take_chosen (self, GTK_FILE_DIALOG (source), result, MAGE_FOLDER_PICTURES);
}

static void
clips_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageWindow) self = data;

  take_chosen (self, GTK_FILE_DIALOG (source), result, MAGE_FOLDER_CLIPS);
}

static void
choose_files (MageWindow *self, gboolean pictures)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  g_autoptr (GListStore) filters = g_list_store_new (GTK_TYPE_FILE_FILTER);

  gtk_file_filter_set_name (filter, pictures ? _("Pictures") : _("Videos"));
  gtk_file_filter_add_mime_type (filter, pictures ? "image/*" : "video/*");
  if (!pictures)
    gtk_file_filter_add_mime_type (filter, "image/gif");
  g_list_store_append (filters, filter);
  gtk_file_dialog_set_filters (dialog, G_LIST_MODEL (filters));
  gtk_file_dialog_set_title (dialog, pictures ? _("Three to Five Pictures of One Subject") : _("Videos of a Movement"));
  gtk_file_dialog_set_accept_label (dialog, _("_Add"));
  mage_file_folder_apply (pictures ? MAGE_FOLDER_PICTURES : MAGE_FOLDER_CLIPS, dialog);
  gtk_file_dialog_open_multiple (dialog, GTK_WINDOW (self), NULL, pictures ? pictures_chosen_cb : clips_chosen_cb,
                                 g_object_ref (self));
}

static void
add_subject_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose_files (MAGE_WINDOW (widget), PICTURES);
}

static void
add_motion_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose_files (MAGE_WINDOW (widget), CLIPS);
}

/* --- projects --- */

static void
new_project_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageWindow *self = MAGE_WINDOW (widget);
  g_autoptr (GError) error = NULL;
  g_autoptr (MageProject) project = mage_projects_create (self->settings, self->builtin_model, &error);

  if (project == NULL)
    mage_window_toast (self, error->message);
  else
    mage_window_open_project (self, project);
}

static void
folder_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageWindow) self = data;
  g_autoptr (GFile) folder = gtk_file_dialog_select_folder_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (folder != NULL && g_file_peek_path (folder) != NULL)
    mage_window_open (self, g_file_peek_path (folder));
}

static void
open_project_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageWindow *self = MAGE_WINDOW (widget);
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autofree char *parent = mage_projects_dup_folder (self->settings);
  g_autoptr (GFile) folder = g_file_new_for_path (parent);

  gtk_file_dialog_set_title (dialog, _("Open a Project Folder (“Name.mage”)"));
  if (g_file_test (parent, G_FILE_TEST_IS_DIR))
    gtk_file_dialog_set_initial_folder (dialog, folder);
  gtk_file_dialog_select_folder (dialog, GTK_WINDOW (self), NULL, folder_chosen_cb, g_object_ref (self));
}

static void
open_recent_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_window_open (MAGE_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = mage_projects_folder_finish (result, &error);

  mage_welcome_page_set_busy (self->welcome, FALSE);
  if (folder == NULL)
    mage_window_toast (self, error->message);
  else
    mage_window_open (self, folder);
}

static void
open_sample_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageWindow *self = MAGE_WINDOW (widget);

  mage_welcome_page_set_busy (self->welcome, TRUE);
  mage_projects_make_sample_async (self->data_dir, made_cb, g_object_ref (self));
}

static void
close_project_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_window_close_project (MAGE_WINDOW (widget));
}

static void
duplicate_project_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageWindow *self = MAGE_WINDOW (widget);
  g_autoptr (GError) error = NULL;

  if (!mage_session_save (self->session, &error))
    mage_window_toast (self, error->message);
  else
    mage_projects_duplicate_async (mage_project_get_folder (mage_session_get_project (self->session)), made_cb,
                                   g_object_ref (self));
}

/* The folder carries the name, so the project is closed while it moves. */
static void
renamed_cb (const char *name, gpointer data)
{
  MageWindow *self = data;
  g_autofree char *folder = g_strdup (mage_project_get_folder (mage_session_get_project (self->session)));
  g_autofree char *renamed = NULL;
  g_autoptr (GError) error = NULL;

  mage_window_close_project (self);
  renamed = mage_projects_rename (folder, name, &error);
  if (renamed == NULL)
    mage_window_toast (self, error->message);
  else
    mage_projects_forget (self->settings, folder);
  mage_window_open (self, renamed != NULL ? renamed : folder);
}

static void
rename_project_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageWindow *self = MAGE_WINDOW (widget);

  if (mage_session_is_busy (self->session))
    mage_window_toast (self, _("A project is renamed while nothing runs: stop its work first"));
  else
    mage_project_dialog_rename (GTK_WIDGET (self), mage_session_get_project (self->session), renamed_cb, self);
}

static void
project_properties_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_project_dialog_show_properties (widget, mage_session_get_project (MAGE_WINDOW (widget)->session));
}

static void
prior_clips_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  adw_dialog_present (mage_prior_dialog_new (MAGE_WINDOW (widget)->session), widget);
}

/* --- what is shown --- */

/* Where text is being written, that is undone first. Returns: whether there was something */
static gboolean
change_text (GtkWidget *window, gboolean undo)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (window));
  GtkTextBuffer *buffer = GTK_IS_TEXT_VIEW (focus) ? gtk_text_view_get_buffer (GTK_TEXT_VIEW (focus)) : NULL;
  g_autofree char *before = NULL;

  if (buffer != NULL && undo && gtk_text_buffer_get_can_undo (buffer))
    gtk_text_buffer_undo (buffer);
  else if (buffer != NULL && !undo && gtk_text_buffer_get_can_redo (buffer))
    gtk_text_buffer_redo (buffer);
  else if (GTK_IS_TEXT (focus))
    {
      before = g_strdup (gtk_editable_get_text (GTK_EDITABLE (focus)));
      gtk_widget_activate_action (focus, undo ? "text.undo" : "text.redo", NULL);
      return !g_str_equal (before, gtk_editable_get_text (GTK_EDITABLE (focus)));
    }
  else
    return FALSE;
  return TRUE;
}

static void
undo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (change_text (widget, TRUE))
    return;
  mage_history_undo (mage_session_get_history (MAGE_WINDOW (widget)->session));
}

static void
redo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (change_text (widget, FALSE))
    return;
  mage_history_redo (mage_session_get_history (MAGE_WINDOW (widget)->session));
}

static void
fusion_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_session_show (MAGE_WINDOW (widget)->session, MAGE_PLACE_FUSION);
}

static void
compose_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_session_show (MAGE_WINDOW (widget)->session, MAGE_PLACE_COMPOSE);
}

static void
results_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_session_show (MAGE_WINDOW (widget)->session, MAGE_PLACE_RESULTS);
}

static void
toggle_inspector_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_frame_toggle_inspector (MAGE_WINDOW (widget)->frame);
}

static void
train_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageSession *session = MAGE_WINDOW (widget)->session;

  if (mage_session_get_place (session) == MAGE_PLACE_FUSION)
    mage_session_fuse (session);
  else if (mage_session_get_item (session) != NULL)
    mage_session_train (session, mage_session_get_item (session));
}

/* What is shown, or what the fusion is; a page that is there already stays. */
static void
training_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageWindow *self = MAGE_WINDOW (widget);
  MageTrainable *item = mage_session_get_item (self->session);

  if (mage_session_get_place (self->session) == MAGE_PLACE_FUSION)
    item = MAGE_TRAINABLE (mage_project_get_fusion (mage_session_get_project (self->session)));
  if (item == NULL)
    mage_window_toast (self, _("Choose a subject or a motion first"));
  else if (!MAGE_IS_TRAINING_PAGE (mage_frame_get_pushed (self->frame)))
    mage_session_push_page (self->session, mage_training_page_new (self->session, item));
}

/* The prompt is where a video is made from. */
static void
run_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageWindow *self = MAGE_WINDOW (widget);

  mage_session_show (self->session, MAGE_PLACE_COMPOSE);
  gtk_widget_activate_action (GTK_WIDGET (mage_frame_get_page (self->frame)), "page.run", NULL);
}

static void
stop_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageWorker *worker = mage_session_get_worker (MAGE_WINDOW (widget)->session);
  g_autoptr (MageJob) first = g_list_model_get_item (mage_worker_get_jobs (worker), 0);

  if (first != NULL)
    mage_worker_cancel (worker, first);
}

/* The video that is looked at, else the one of the prompt. */
static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageWindow *self = MAGE_WINDOW (widget);
  GtkWidget *pushed = mage_frame_get_pushed (self->frame);

  if (pushed != NULL && gtk_widget_activate_action (pushed, "result.export", NULL))
    return;
  if (!gtk_widget_activate_action (GTK_WIDGET (mage_frame_get_page (self->frame)), "page.export", NULL))
    mage_window_toast (self, _("Choose a video in Compose or Results first"));
}

static void
tell_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_window_toast (MAGE_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
watch_pretraining_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_pretraining_window_choose (GTK_WINDOW (widget));
}

/* --- the table --- */

static const struct
{
  const char *name;
  GtkWidgetActionActivateFunc activate;
  const char *parameter;
  gboolean project; /* needs an open one */
} actions[] = {
  { "win.new-project", new_project_action, NULL, FALSE },
  { "win.open-project", open_project_action, NULL, FALSE },
  { "win.open-recent", open_recent_action, "s", FALSE },
  { "win.open-sample", open_sample_action, NULL, FALSE },
  { "win.paste", paste_action, NULL, FALSE },
  { "win.tell", tell_action, "s", FALSE },
  { "win.watch-pretraining", watch_pretraining_action, NULL, FALSE },
  { "win.close-project", close_project_action, NULL, TRUE },
  { "win.duplicate-project", duplicate_project_action, NULL, TRUE },
  { "win.rename-project", rename_project_action, NULL, TRUE },
  { "win.project-properties", project_properties_action, NULL, TRUE },
  { "win.prior-clips", prior_clips_action, NULL, TRUE },
  { "win.add-subject", add_subject_action, NULL, TRUE },
  { "win.add-motion", add_motion_action, NULL, TRUE },
  { "win.undo", undo_action, NULL, TRUE },
  { "win.redo", redo_action, NULL, TRUE },
  { "win.fusion", fusion_action, NULL, TRUE },
  { "win.compose", compose_action, NULL, TRUE },
  { "win.results", results_action, NULL, TRUE },
  { "win.toggle-inspector", toggle_inspector_action, NULL, TRUE },
  { "win.train", train_action, NULL, TRUE },
  { "win.training", training_action, NULL, TRUE },
  { "win.run", run_action, NULL, TRUE },
  { "win.stop", stop_action, NULL, TRUE },
  { "win.export", export_action, NULL, TRUE },
};

void
mage_window_install_actions (GtkWidgetClass *widget_class)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].parameter, actions[i].activate);
}

/** mage_window_update_actions: after a project was opened or closed, or an edit. */
void
mage_window_update_actions (MageWindow *self)
{
  MageHistory *history = self->session != NULL ? mage_session_get_history (self->session) : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (actions[i].project)
      gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i].name, self->session != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.undo",
                                 history != NULL && mage_history_get_undo_label (history) != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.redo",
                                 history != NULL && mage_history_get_redo_label (history) != NULL);
}
