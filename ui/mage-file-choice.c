/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-file-choice.h"

#include "ui/mage-file-folder.h"

#include <glib/gi18n.h>

/* The file dialogs of the pages. */

static GtkFileDialog *
make_dialog (const char *title, const char *accept, const char *filter_name, const char *mime)
{
  GtkFileDialog *dialog = gtk_file_dialog_new ();
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  g_autoptr (GListStore) filters = g_list_store_new (GTK_TYPE_FILE_FILTER);

  gtk_file_filter_set_name (filter, filter_name);
  gtk_file_filter_add_mime_type (filter, mime);
  g_list_store_append (filters, filter);
  gtk_file_dialog_set_title (dialog, title);
  gtk_file_dialog_set_accept_label (dialog, accept);
  gtk_file_dialog_set_filters (dialog, G_LIST_MODEL (filters));
  return dialog;
}

static GtkWindow *
get_window (GtkWidget *parent)
{
  GtkRoot *root = gtk_widget_get_root (parent);

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

/* What was chosen, or why not, goes to whoever asked. */
static void
answer (GTask *task, gpointer chosen, GError *error)
{
  if (chosen != NULL)
    g_task_return_pointer (task, chosen, g_object_unref);
  else
    g_task_return_error (task, error);
  g_object_unref (task);
}

static void
pictures_cb (GObject *source, GAsyncResult *result, gpointer task)
{
  GError *error = NULL;
  GListModel *files = gtk_file_dialog_open_multiple_finish (GTK_FILE_DIALOG (source), result, &error);
  g_autoptr (GFile) first = files != NULL ? g_list_model_get_item (files, 0) : NULL;

  mage_file_folder_remember (MAGE_FOLDER_PICTURES, first);
  answer (task, files, error);
}

static void
mask_cb (GObject *source, GAsyncResult *result, gpointer task)
{
  GError *error = NULL;
  GFile *file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, &error);

  mage_file_folder_remember (MAGE_FOLDER_MASKS, file);
  answer (task, file, error);
}

/** mage_choose_pictures: asks for one or more pictures. */
void
mage_choose_pictures (GtkWidget *parent, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GtkFileDialog) dialog = make_dialog (_("Add Pictures"), _("_Add"), _("Pictures"), "image/*");
  GTask *task = g_task_new (parent, cancellable, callback, data);

  mage_file_folder_apply (MAGE_FOLDER_PICTURES, dialog);
  gtk_file_dialog_open_multiple (dialog, get_window (parent), cancellable, pictures_cb, task);
}

/** mage_choose_pictures_finish: Returns: (transfer full): of GFile; NULL with an error that says whether the user dismissed it */
GListModel *
mage_choose_pictures_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/** mage_choose_mask: asks for a mask: a picture, white where the thing is. */
void
mage_choose_mask (GtkWidget *parent, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GtkFileDialog) dialog = make_dialog (_("Choose a Mask"), _("_Choose"), _("Masks (PNG)"), "image/png");
  GTask *task = g_task_new (parent, cancellable, callback, data);

  mage_file_folder_apply (MAGE_FOLDER_MASKS, dialog);
  gtk_file_dialog_open (dialog, get_window (parent), cancellable, mask_cb, task);
}

/** mage_choose_mask_finish: Returns: (transfer full) */
GFile *
mage_choose_mask_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
export_cb (GObject *source, GAsyncResult *result, gpointer task)
{
  GError *error = NULL;
  GFile *file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, &error);

  mage_file_folder_remember (GPOINTER_TO_INT (g_task_get_task_data (task)), file);
  answer (task, file, error);
}

/** mage_choose_export: asks where a file is to be saved; @name: that is proposed */
void
mage_choose_export (GtkWidget *parent, const char *title, const char *name, GCancellable *cancellable,
                    GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  GTask *task = g_task_new (parent, cancellable, callback, data);

  gtk_file_dialog_set_title (dialog, title);
  gtk_file_dialog_set_initial_name (dialog, name);
  g_task_set_task_data (task, GINT_TO_POINTER (mage_file_folder_of_name (name)), NULL);
  mage_file_folder_apply (mage_file_folder_of_name (name), dialog);
  gtk_file_dialog_save (dialog, get_window (parent), cancellable, export_cb, task);
}

/** mage_choose_export_finish: Returns: (transfer full) */
GFile *
mage_choose_export_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
