/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-preset-row.h"

#include "project/mage-preset.h"

#include <glib/gi18n.h>

/*
 * Which preset the parameters are at, and a menu with all of them: those of the program, and those that the user
 * saved, which can be renamed and deleted. Using one is a step of undo.
 */

struct _MagePresetRow
{
  AdwActionRow parent_instance;

  MageSession *session;
  char *folder;
  char *active;               /* (nullable): the user's preset that the parameters are at */
  GtkMenuButton *button;
  GSimpleActionGroup *actions;
};

G_DEFINE_FINAL_TYPE (MagePresetRow, mage_preset_row, ADW_TYPE_ACTION_ROW)

static MageParams *
get_params (MagePresetRow *self)
{
  return mage_project_get_params (mage_session_get_project (self->session));
}

/* --- what is shown --- */

static void
enable (MagePresetRow *self, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), name)), enabled);
}

static void
append_item (GMenu *menu, const char *label, const char *action, const char *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (NULL, NULL);
  /* What people typed is no mnemonic. */
  g_auto (GStrv) parts = g_strsplit (label, "_", -1);
  g_autofree char *escaped = g_strjoinv ("__", parts);

  g_menu_item_set_label (item, escaped);
  g_menu_item_set_action_and_target (item, action, "s", target);
  g_menu_append_item (menu, item);
}

static void
build_menu (MagePresetRow *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) ours = g_menu_new ();
  g_autoptr (GMenu) theirs = g_menu_new ();
  g_autoptr (GMenu) edit = g_menu_new ();
  g_auto (GStrv) names = mage_preset_folder_list (self->folder);
  guint n;
  const MagePreset *table = mage_preset_table (&n);

  for (guint i = 0; i < n; i++)
    append_item (ours, _(table[i].label), "preset.use", table[i].id);
  for (guint i = 0; names[i] != NULL; i++)
    append_item (theirs, names[i], "preset.use-own", names[i]);
  g_menu_append (edit, _("_Save As…"), "preset.save");
  g_menu_append (edit, _("_Rename…"), "preset.rename");
  g_menu_append (edit, _("_Delete"), "preset.delete");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (ours));
  g_menu_append_section (menu, _("Your Own"), G_MENU_MODEL (theirs));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (edit));
  gtk_menu_button_set_menu_model (self->button, G_MENU_MODEL (menu));
}

static void
show_active (MagePresetRow *self)
{
  const MagePreset *preset = mage_preset_find_active (get_params (self));

  g_clear_pointer (&self->active, g_free);
  if (preset == NULL)
    self->active = mage_preset_folder_find_active (self->folder, get_params (self));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), preset != NULL ? _(preset->label)
                                                      : self->active != NULL ? self->active : _("None: values of your own"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), preset != NULL ? _(preset->help) : NULL);
  enable (self, "rename", self->active != NULL);
  enable (self, "delete", self->active != NULL);
}

static void
update (MagePresetRow *self)
{
  build_menu (self);
  show_active (self);
}

/* --- using one --- */

static void
record (MagePresetRow *self, const char *name)
{
  g_autofree char *label = g_strdup_printf (_("Use Preset “%s”"), name);

  mage_session_record (self->session, label);
}

static void
use_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MagePresetRow *self = data;
  guint n;
  const MagePreset *table = mage_preset_table (&n);

  for (guint i = 0; i < n; i++)
    if (g_str_equal (table[i].id, g_variant_get_string (parameter, NULL)))
      {
        record (self, _(table[i].label));
        mage_preset_apply (&table[i], get_params (self));
      }
}

static void
use_own_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MagePresetRow *self = data;
  g_autoptr (GError) error = NULL;

  record (self, g_variant_get_string (parameter, NULL));
  mage_preset_folder_apply (self->folder, g_variant_get_string (parameter, NULL), get_params (self), &error);
  mage_session_toast_error (self->session, error);
}

/* --- the user's own --- */

/** mage_preset_row_save: keeps the parameters as they are under a new name. */
void
mage_preset_row_save (MagePresetRow *self, const char *name)
{
  g_autoptr (GError) error = NULL;

  mage_preset_folder_save (self->folder, name, get_params (self), &error);
  mage_session_toast_error (self->session, error);
  update (self);
}

/** mage_preset_row_rename: gives the user's preset that the parameters are at another name. */
void
mage_preset_row_rename (MagePresetRow *self, const char *name)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (self->active != NULL);

  mage_preset_folder_rename (self->folder, self->active, name, &error);
  mage_session_toast_error (self->session, error);
  update (self);
}

typedef void (*NameFunc) (MagePresetRow *self, const char *name);

static void
named_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MagePresetRow) self = data;
  GtkEditable *entry = GTK_EDITABLE (adw_alert_dialog_get_extra_child (ADW_ALERT_DIALOG (source)));
  NameFunc func = g_object_get_data (source, "mage-func");

  if (self->session != NULL && g_str_equal (adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result), "ok"))
    func (self, gtk_editable_get_text (entry));
}

static void
ask_name (MagePresetRow *self, const char *heading, const char *button, const char *name, NameFunc func)
{
  AdwDialog *dialog = adw_alert_dialog_new (heading, NULL);
  GtkWidget *entry = gtk_entry_new ();

  gtk_editable_set_text (GTK_EDITABLE (entry), name);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Name"), -1);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"), "ok", button, NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "ok", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "ok");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), entry);
  g_object_set_data (G_OBJECT (dialog), "mage-func", func);
  adw_alert_dialog_choose (ADW_ALERT_DIALOG (dialog), GTK_WIDGET (self), NULL, named_cb, g_object_ref (self));
}

static void
save_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ask_name (data, _("Save as a Preset"), _("_Save"), "", mage_preset_row_save);
}

static void
rename_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ask_name (data, _("Rename the Preset"), _("_Rename"), MAGE_PRESET_ROW (data)->active, mage_preset_row_rename);
}

static void
delete_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MagePresetRow *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf (_("The preset “%s” was deleted; the values stay"), self->active);

  if (mage_preset_folder_remove (self->folder, self->active, &error))
    mage_session_toast (self->session, text);
  mage_session_toast_error (self->session, error);
  update (self);
}

static const GActionEntry entries[] = {
  { .name = "use", .activate = use_action, .parameter_type = "s" },
  { .name = "use-own", .activate = use_own_action, .parameter_type = "s" },
  { .name = "save", .activate = save_action },
  { .name = "rename", .activate = rename_action },
  { .name = "delete", .activate = delete_action },
};

/* --- the object --- */

static void
mage_preset_row_dispose (GObject *object)
{
  MagePresetRow *self = MAGE_PRESET_ROW (object);

  g_clear_object (&self->session);
  g_clear_object (&self->actions);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->active, g_free);
  G_OBJECT_CLASS (mage_preset_row_parent_class)->dispose (object);
}

static void
mage_preset_row_class_init (MagePresetRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_preset_row_dispose;
}

static void
mage_preset_row_init (MagePresetRow *self)
{
  GtkWidget *button = gtk_menu_button_new ();

  self->button = GTK_MENU_BUTTON (button);
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "preset", G_ACTION_GROUP (self->actions));
  gtk_menu_button_set_icon_name (self->button, "pan-down-symbolic");
  gtk_widget_set_tooltip_text (button, _("Presets"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Presets"), -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), button);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _("Preset"));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
}

/** mage_preset_row_new: @folder: (nullable): where the user's presets lie; NULL for the usual place. */
GtkWidget *
mage_preset_row_new (MageSession *session, const char *folder)
{
  MagePresetRow *self = g_object_new (MAGE_TYPE_PRESET_ROW, NULL);

  self->session = g_object_ref (session);
  self->folder = folder != NULL ? g_strdup (folder) : g_build_filename (g_get_user_config_dir (), "videomage", "presets", NULL);
  g_signal_connect_object (get_params (self), "changed", G_CALLBACK (show_active), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
