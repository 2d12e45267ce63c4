/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-compose-keys.h"

/*
 * Compose by keyboard. Letters and digits count wherever the focus is in the window, as long as nobody writes there; what
 * moves a focus elsewhere, space and arrows, only while the focus is on the page or nowhere.
 */

typedef struct
{
  GtkWidget *page;          /* owns this */
  MageVideoDesk *desk;
  GtkEventController *keys; /* of the window, while the page is on the screen */
  GtkWidget *window;
} Keys;

/* A text takes its own keys; what pops up has keys of its own. */
static gboolean
is_taken (GtkWidget *focus)
{
  return focus != NULL
         && (GTK_IS_EDITABLE (focus) || GTK_IS_TEXT_VIEW (focus) || gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) != NULL
             || gtk_widget_get_ancestor (focus, ADW_TYPE_DIALOG) != NULL);
}

static gboolean
take_letter (Keys *self, guint key)
{
  switch (key)
    {
    case GDK_KEY_b:
    case GDK_KEY_B:
      return gtk_widget_activate_action (self->page, "page.branch", NULL);
    case GDK_KEY_c:
    case GDK_KEY_C:
      return gtk_widget_activate_action (self->page, "page.compare", NULL);
    case GDK_KEY_bracketleft:
      return gtk_widget_activate_action (self->page, "page.go-steps", "i", -1);
    case GDK_KEY_bracketright:
      return gtk_widget_activate_action (self->page, "page.go-steps", "i", 1);
    case GDK_KEY_j:
    case GDK_KEY_J:
    case GDK_KEY_k:
    case GDK_KEY_K:
    case GDK_KEY_l:
    case GDK_KEY_L:
      return mage_video_desk_take_key (self->desk, key, 0);
    default:
      return key >= GDK_KEY_1 && key <= GDK_KEY_9
             && gtk_widget_activate_action (self->page, "page.put-word", "u", key - GDK_KEY_1);
    }
}

static gboolean
key_pressed_cb (Keys *self, guint key, guint code, GdkModifierType modifiers)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self->window));

  if ((modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0 || is_taken (focus))
    return GDK_EVENT_PROPAGATE;
  if (take_letter (self, key))
    return GDK_EVENT_STOP;
  if (focus != NULL && !gtk_widget_is_ancestor (focus, self->page))
    return GDK_EVENT_PROPAGATE;
  return mage_video_desk_take_key (self->desk, key, modifiers);
}

static void
unmapped_cb (Keys *self)
{
  if (self->keys == NULL)
    return;
  gtk_widget_remove_controller (self->window, self->keys);
  self->keys = NULL;
}

static void
mapped_cb (Keys *self)
{
  unmapped_cb (self);
  self->window = GTK_WIDGET (gtk_widget_get_root (self->page));
  self->keys = gtk_event_controller_key_new ();
  g_signal_connect_swapped (self->keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (self->window, self->keys);
}

/** mage_compose_keys_add: once a page, which has the actions that letters stand for; @desk: whose clip is played. */
void
mage_compose_keys_add (GtkWidget *page, MageVideoDesk *desk)
{
  Keys *self = g_new0 (Keys, 1);

  self->page = page;
  self->desk = desk;
  g_object_set_data_full (G_OBJECT (page), "mage-compose-keys", self, g_free);
  g_signal_connect_swapped (page, "map", G_CALLBACK (mapped_cb), self);
  g_signal_connect_swapped (page, "unmap", G_CALLBACK (unmapped_cb), self);
}
