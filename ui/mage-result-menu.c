/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-result-menu.h"

#include <glib/gi18n.h>

/* What can be done with a video where it is one of many: on the secondary button. The keys are the page's. */

typedef MageResult *(*GetResult) (GtkWidget *widget);

static void
add (GMenu *menu, const char *label, const char *action, MageResult *result)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", mage_result_get_id (result));
  g_menu_append_item (menu, item);
}

static GMenuModel *
make_menu (MageResult *result)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) last = g_menu_new ();

  add (menu, _("_Compare"), "results.choose", result);
  add (menu, mage_result_get_starred (result) ? _("Remove the _Star") : _("Give a _Star"), "results.star", result);
  add (menu, _("_Restore These Settings"), "results.restore", result);
  add (last, _("_Delete"), "results.delete", result);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (last));
  return G_MENU_MODEL (menu);
}

/* What was chosen is done after the popover closed, which is then let go of. */
static gboolean
drop_cb (gpointer popover)
{
  gtk_widget_unparent (popover);
  return G_SOURCE_REMOVE;
}

static void
closed_cb (GtkWidget *popover)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, drop_cb, g_object_ref (popover), g_object_unref);
}

static void
open_at (GtkWidget *widget, double x, double y)
{
  GetResult get_result = (GetResult) g_object_get_data (G_OBJECT (widget), "get-result");
  MageResult *result = get_result (widget);
  g_autoptr (GMenuModel) menu = result != NULL ? make_menu (result) : NULL;
  GtkWidget *popover;

  if (menu == NULL)
    return;
  popover = gtk_popover_menu_new_from_model (menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (popover), FALSE);
  gtk_popover_set_pointing_to (GTK_POPOVER (popover), &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  gtk_widget_set_halign (popover, GTK_ALIGN_START);
  gtk_widget_set_parent (popover, widget);
  g_signal_connect (popover, "closed", G_CALLBACK (closed_cb), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
}

static void
pressed_cb (GtkGesture *gesture, int n_press, double x, double y)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  open_at (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture)), x, y);
}

/** mage_result_menu_attach: once; @get_result: Returns: (nullable): what @widget shows */
void
mage_result_menu_attach (GtkWidget *widget, MageResult *(*get_result) (GtkWidget *widget))
{
  GtkGesture *click = gtk_gesture_click_new ();

  g_object_set_data (G_OBJECT (widget), "get-result", (gpointer) get_result);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), NULL);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
}
