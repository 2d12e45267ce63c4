/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-project-dialog.h"

#include "ui/mage-model-status.h"

#include <glib/gi18n.h>

/* What is asked and told about a project as a whole. */

typedef struct
{
  MageRenamed renamed;
  gpointer data;
  GtkWidget *entry;
} Rename;

static void
response_cb (AdwAlertDialog *dialog, const char *response, Rename *self)
{
  if (g_str_equal (response, "rename"))
    self->renamed (gtk_editable_get_text (GTK_EDITABLE (self->entry)), self->data);
}

static void
update_response (GtkEditable *entry, AdwAlertDialog *dialog)
{
  adw_alert_dialog_set_response_enabled (dialog, "rename", *gtk_editable_get_text (entry) != '\0');
}

/** mage_project_dialog_rename: asks for another name; @data has to outlive the dialog, as its @parent does. */
void
mage_project_dialog_rename (GtkWidget *parent, MageProject *project, MageRenamed renamed, gpointer data)
{
  AdwDialog *dialog = adw_alert_dialog_new (_("Rename Project"), NULL);
  AdwAlertDialog *alert = ADW_ALERT_DIALOG (dialog);
  GtkWidget *list = gtk_list_box_new ();
  Rename *self = g_new0 (Rename, 1);
  g_autofree char *name = mage_project_dup_name (project);

  self->renamed = renamed;
  self->data = data;
  self->entry = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->entry), _("Name"));
  gtk_editable_set_text (GTK_EDITABLE (self->entry), name);
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (self->entry), TRUE);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_append (GTK_LIST_BOX (list), self->entry);
  adw_alert_dialog_set_extra_child (alert, list);
  adw_alert_dialog_add_responses (alert, "cancel", _("_Cancel"), "rename", _("_Rename"), NULL);
  adw_alert_dialog_set_response_appearance (alert, "rename", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (alert, "rename");
  adw_alert_dialog_set_close_response (alert, "cancel");
  g_signal_connect (self->entry, "changed", G_CALLBACK (update_response), dialog);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), self, (GClosureNotify) (void (*) (void)) g_free, 0);
  adw_dialog_present (dialog, parent);
  gtk_widget_grab_focus (self->entry);
}

/* --- properties --- */

static GtkWidget *
add_property (AdwPreferencesGroup *group, const char *title, const char *value)
{
  GtkWidget *row = adw_action_row_new ();

  gtk_widget_add_css_class (row, "property");
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), value);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  adw_preferences_group_add (group, row);
  return row;
}

static void
add_number (AdwPreferencesGroup *group, const char *title, GListStore *list)
{
  g_autofree char *text = g_strdup_printf ("%u", g_list_model_get_n_items (G_LIST_MODEL (list)));

  gtk_widget_add_css_class (add_property (group, title, text), "numeric");
}

static void
measured_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AdwActionRow) row = data;
  guint64 size = 0;
  g_autofree char *text = NULL;

  if (!g_file_measure_disk_usage_finish (G_FILE (source), result, &size, NULL, NULL, NULL))
    return;
  text = g_format_size (size);
  adw_action_row_set_subtitle (row, text);
}

static void
open_folder_cb (GtkWidget *button, gpointer data)
{
  MageProject *project = data;
  g_autoptr (GFile) folder = g_file_new_for_path (mage_project_get_folder (project));
  g_autoptr (GtkFileLauncher) launcher = gtk_file_launcher_new (folder);

  gtk_file_launcher_open_containing_folder (launcher, GTK_WINDOW (gtk_widget_get_root (button)), NULL, NULL, NULL);
}

static void
add_place (AdwPreferencesGroup *group, MageProject *project)
{
  GtkWidget *row = add_property (group, _("Folder"), mage_project_get_folder (project));
  GtkWidget *button = gtk_button_new_from_icon_name ("folder-open-symbolic");

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Show in Files"));
  g_signal_connect_object (button, "clicked", G_CALLBACK (open_folder_cb), project, G_CONNECT_DEFAULT);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

/** mage_project_dialog_show_properties: tells where a project lies, which model it uses and what it holds. */
void
mage_project_dialog_show_properties (GtkWidget *parent, MageProject *project)
{
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *page = adw_preferences_page_new ();
  AdwPreferencesGroup *place = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  AdwPreferencesGroup *contents = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  g_autofree char *name = mage_project_dup_name (project);
  g_autofree char *model = mage_model_dup_name (mage_project_get_model_dir (project));
  g_autoptr (GFile) folder = g_file_new_for_path (mage_project_get_folder (project));
  GtkWidget *size;

  adw_dialog_set_title (dialog, name);
  adw_dialog_set_content_width (dialog, 420);
  add_place (place, project);
  add_property (place, _("Model"), model);
  size = add_property (place, _("Size on Disk"), "…");
  gtk_widget_add_css_class (size, "numeric");
  add_number (contents, _("Subjects"), mage_project_get_subjects (project));
  add_number (contents, _("Motions"), mage_project_get_motions (project));
  add_number (contents, _("Results"), mage_project_get_results (project));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), place);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), contents);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), page);
  adw_dialog_set_child (dialog, view);
  g_file_measure_disk_usage_async (folder, G_FILE_MEASURE_NONE, G_PRIORITY_DEFAULT, NULL, NULL, NULL, measured_cb,
                                   g_object_ref (size));
  adw_dialog_present (dialog, parent);
}
