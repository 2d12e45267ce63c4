/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-sweep-button.h"

#include "ui/mage-sweep-page.h"

#include <glib/gi18n.h>

/* The way to sweeps, for a page's header: a new one, and those that the project has. */

static void
new_cb (GSimpleAction *action, GVariant *parameter, gpointer session)
{
  mage_session_push_page (session, mage_sweep_page_new (session, NULL));
}

static void
open_cb (GSimpleAction *action, GVariant *parameter, gpointer session)
{
  g_autofree char *folder = mage_project_dup_path (mage_session_get_project (session), MAGE_SWEEP_FOLDER);
  g_autofree char *name = g_strdup_printf ("%s.json", g_variant_get_string (parameter, NULL));
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MageSweep) sweep = mage_sweep_load (path, &error);

  if (sweep != NULL)
    mage_session_push_page (session, mage_sweep_page_new (session, sweep));
  else
    mage_session_toast_error (session, error);
}

/* What is there when the menu opens. */
static void
fill_cb (GtkMenuButton *button, gpointer data)
{
  MageSession *session = data;
  g_autofree char *folder = mage_project_dup_path (mage_session_get_project (session), MAGE_SWEEP_FOLDER);
  g_autoptr (GPtrArray) sweeps = mage_sweep_load_all (folder);
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) kept = g_menu_new ();

  g_menu_append (menu, _("_New Sweep…"), "sweeps.new");
  for (guint i = 0; i < sweeps->len; i++)
    {
      MageSweep *sweep = g_ptr_array_index (sweeps, i);
      g_autofree char *title = mage_sweep_dup_title (sweep);
      g_autofree char *label = g_strdup_printf ("%s – %s", title, mage_sweep_get_prompt (sweep));
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, "sweeps.open", "s", mage_sweep_get_id (sweep));
      g_menu_append_item (kept, item);
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (kept));
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

/** mage_sweep_button_new: opens the sweeps of @session's project, or begins one. */
GtkWidget *
mage_sweep_button_new (MageSession *session)
{
  static const GActionEntry entries[] = { { .name = "new", .activate = new_cb },
                                          { .name = "open", .activate = open_cb, .parameter_type = "s" } };
  GtkWidget *button = gtk_menu_button_new ();
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), session);
  gtk_widget_insert_action_group (button, "sweeps", G_ACTION_GROUP (actions));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-app-grid-symbolic");
  gtk_widget_set_tooltip_text (button, _("Sweeps: One Video With Many Values"));
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (button), fill_cb, session, NULL);
  return button;
}
