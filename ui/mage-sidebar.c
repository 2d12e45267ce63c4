/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-sidebar.h"

#include "ui/mage-item-edit.h"
#include "ui/mage-sidebar-row.h"

#include <glib/gi18n.h>

/*
 * The project's subjects, motions and videos. Rows follow the project; the selected row is the
 * session's place. An empty section keeps its heading by a hint.
 */

struct _MageSidebar
{
  AdwBin parent_instance;

  GtkListBox *list;
  GMenuModel *item_menu;
  GtkWidget *popover;

  MageSession *session;
  GListStore *sections;     /* of GListModel: see set_session() */
  GtkFlattenListModel *rows;
  GListStore *no_subjects;  /* the hint while there are none */
  GListStore *no_motions;
  GListStore *places;
  GSimpleActionGroup *actions;
  MageTrainable *target;    /* of the menu */
};

G_DEFINE_FINAL_TYPE (MageSidebar, mage_sidebar, ADW_TYPE_BIN)

/* --- the item that an action is about --- */

static MageSidebarRow *
find_row (MageSidebar *self, gpointer object)
{
  for (int i = 0;; i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, i);

      if (row == NULL || mage_sidebar_row_get_object (MAGE_SIDEBAR_ROW (row)) == object)
        return (MageSidebarRow *) row;
    }
}

static MageTrainable *
get_row_item (gpointer row)
{
  GObject *object = MAGE_IS_SIDEBAR_ROW (row) ? mage_sidebar_row_get_object (row) : NULL;

  return MAGE_IS_TRAINABLE (object) ? MAGE_TRAINABLE (object) : NULL;
}

/* The one whose menu is open, else the focused, else the shown one. */
static MageTrainable *
get_target (MageSidebar *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkWidget *row = focus != NULL ? gtk_widget_get_ancestor (focus, MAGE_TYPE_SIDEBAR_ROW) : NULL;

  if (self->target != NULL)
    return self->target;
  return get_row_item (row) != NULL ? get_row_item (row) : mage_session_get_item (self->session);
}

static void
update_actions (MageSidebar *self)
{
  MageTrainable *item = get_target (self);
  GActionMap *map = G_ACTION_MAP (self->actions);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (map, "move-up")),
                               item != NULL && mage_item_can_move (self->session, item, -1));
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (map, "move-down")),
                               item != NULL && mage_item_can_move (self->session, item, 1));
}

/* --- actions --- */

static void
rename_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MageSidebar *self = data;
  MageTrainable *item = get_target (self);

  if (item != NULL)
    mage_item_rename (self->session, item, GTK_WIDGET (find_row (self, item)));
}

static void
duplicate_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MageSidebar *self = data;
  MageTrainable *item = get_target (self);

  if (item != NULL)
    mage_session_show_item (self->session, mage_item_duplicate (self->session, item));
}

static void
remove_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MageSidebar *self = data;
  MageTrainable *item = get_target (self);

  if (item != NULL)
    mage_item_remove (self->session, item);
}

static void
move_by (MageSidebar *self, int by)
{
  MageTrainable *item = get_target (self);

  if (item == NULL)
    return;
  mage_item_move (self->session, item, by);
  gtk_widget_grab_focus (GTK_WIDGET (find_row (self, item)));
}

static void
move_up_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  move_by (data, -1);
}

static void
move_down_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  move_by (data, 1);
}

static const GActionEntry entries[] = {
  { "rename", rename_action },
  { "duplicate", duplicate_action },
  { "remove", remove_action },
  { "move-up", move_up_action },
  { "move-down", move_down_action },
};

static void
menu_closed_cb (MageSidebar *self)
{
  g_clear_object (&self->target);
}

static void
popup_menu (MageSidebar *self, GtkWidget *row, double x, double y)
{
  g_set_object (&self->target, get_row_item (row));
  if (self->target == NULL)
    return;
  update_actions (self);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
pressed_cb (GtkGesture *gesture, int n_press, double x, double y, gpointer data)
{
  MageSidebar *self = data;
  GtkListBoxRow *row;
  double list_y;
  graphene_point_t point;

  if (!gtk_widget_compute_point (GTK_WIDGET (self), GTK_WIDGET (self->list), &GRAPHENE_POINT_INIT ((float) x, (float) y), &point))
    return;
  list_y = point.y;
  row = gtk_list_box_get_row_at_y (self->list, (int) list_y);
  if (row != NULL)
    popup_menu (self, GTK_WIDGET (row), x, y);
}

static void
long_pressed_cb (GtkGesture *gesture, double x, double y, gpointer data)
{
  pressed_cb (gesture, 1, x, y, data);
}

/* The menu key. */
static gboolean
menu_key_cb (GtkWidget *widget, GVariant *args, gpointer data)
{
  MageSidebar *self = MAGE_SIDEBAR (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  GtkWidget *row = focus != NULL ? gtk_widget_get_ancestor (focus, MAGE_TYPE_SIDEBAR_ROW) : NULL;
  graphene_point_t point;

  if (row == NULL || !gtk_widget_compute_point (row, widget, &GRAPHENE_POINT_INIT (40, 30), &point))
    return FALSE;
  popup_menu (self, row, point.x, point.y);
  return TRUE;
}

/* --- dragging --- */

static GdkContentProvider *
prepare_cb (GtkDragSource *source, double x, double y, gpointer data)
{
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (source));
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (row);

  gtk_drag_source_set_icon (source, picture, (int) x, (int) y);
  return gdk_content_provider_new_typed (MAGE_TYPE_TRAINABLE, get_row_item (row));
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, gpointer data)
{
  MageSidebar *self = data;
  MageTrainable *item = get_row_item (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target)));

  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    {
      g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
      g_autoptr (GSList) list = gdk_file_list_get_files (g_value_get_boxed (value));

      for (GSList *l = list; l != NULL; l = l->next)
        g_list_store_append (files, l->data);
      mage_session_import (self->session, G_LIST_MODEL (files), item);
      return TRUE;
    }
  if (G_OBJECT_TYPE (g_value_get_object (value)) != G_OBJECT_TYPE (item))
    return FALSE;
  mage_item_move_before (self->session, g_value_get_object (value), item);
  return TRUE;
}

static void
make_draggable (MageSidebar *self, GtkWidget *row)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_MOVE | GDK_ACTION_COPY);
  GType types[] = { MAGE_TYPE_TRAINABLE, GDK_TYPE_FILE_LIST };

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect (source, "prepare", G_CALLBACK (prepare_cb), self);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (source));
  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (target));
}

/* --- rows --- */

static GtkWidget *
create_row (gpointer object, gpointer data)
{
  MageSidebar *self = data;
  GtkWidget *row = mage_sidebar_row_new (self->session, object);

  if (MAGE_IS_TRAINABLE (object))
    make_draggable (self, row);
  return row;
}

/* A list that takes another type, or is gone with the sidebar, holds nothing of the kind. */
static gboolean
holds (GListStore *list, GObject *object)
{
  return list != NULL && G_TYPE_CHECK_INSTANCE_TYPE (object, g_list_model_get_item_type (G_LIST_MODEL (list)))
         && g_list_store_find (list, object, NULL);
}

/* 0, 1, 2: subjects, motions, videos */
static int
get_section (MageSidebar *self, GtkListBoxRow *row)
{
  GObject *object = mage_sidebar_row_get_object (MAGE_SIDEBAR_ROW (row));

  if (MAGE_IS_TRAINABLE (object))
    return MAGE_IS_SUBJECT (object) ? 0 : 1;
  if (holds (self->no_subjects, object))
    return 0;
  return holds (self->no_motions, object) ? 1 : 2;
}

static GtkWidget *
make_heading (int section)
{
  static const char *const titles[] = { N_("Subjects"), N_("Motions"), N_("Videos") };
  static const char *const actions[] = { "win.add-subject", "win.add-motion", NULL };
  static const char *const tooltips[] = { N_("Add a Subject"), N_("Add a Motion"), NULL };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (_(titles[section]));

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, "sidebar-heading");
  gtk_box_append (GTK_BOX (box), label);
  gtk_widget_add_css_class (box, "sidebar-section");
  if (actions[section] != NULL)
    {
      GtkWidget *button = gtk_button_new_from_icon_name ("list-add-symbolic");

      gtk_widget_set_tooltip_text (button, _(tooltips[section]));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), actions[section]);
      gtk_widget_add_css_class (button, "flat");
      gtk_box_append (GTK_BOX (box), button);
    }
  return box;
}

static void
update_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  MageSidebar *self = data;
  int section = get_section (self, row);

  if (before != NULL && get_section (self, before) == section)
    gtk_list_box_row_set_header (row, NULL);
  else if (gtk_list_box_row_get_header (row) == NULL)
    gtk_list_box_row_set_header (row, make_heading (section));
}

static void
update_hint (GListStore *hint, GListModel *list, const char *text)
{
  gboolean wanted = g_list_model_get_n_items (list) == 0;
  gboolean shown = g_list_model_get_n_items (G_LIST_MODEL (hint)) > 0;
  g_autoptr (MageSidebarEntry) entry = NULL;

  if (wanted == shown)
    return;
  if (shown)
    {
      g_list_store_remove_all (hint);
      return;
    }
  entry = mage_sidebar_entry_new (MAGE_PLACE_NOTHING, text, NULL);
  g_list_store_append (hint, entry);
}

static void select_place (MageSidebar *self);

static void
update_hints (MageSidebar *self)
{
  MageProject *project = mage_session_get_project (self->session);

  update_hint (self->no_subjects, G_LIST_MODEL (mage_project_get_subjects (project)), _("Drop pictures on the window"));
  update_hint (self->no_motions, G_LIST_MODEL (mage_project_get_motions (project)), _("Drop a video on the window"));
  select_place (self);
}

static void
update_rows (MageSidebar *self)
{
  for (int i = 0;; i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, i);

      if (row == NULL)
        break;
      mage_sidebar_row_update (MAGE_SIDEBAR_ROW (row));
    }
}

/* --- what is shown --- */

static gpointer
find_entry (MageSidebar *self, MagePlace place)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->places)); i++)
    {
      g_autoptr (MageSidebarEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->places), i);

      if (mage_sidebar_entry_get_place (entry) == place)
        return entry;
    }
  return NULL;
}

static void
select_place (MageSidebar *self)
{
  MageTrainable *item = mage_session_get_item (self->session);
  gpointer object = item != NULL ? (gpointer) item : find_entry (self, mage_session_get_place (self->session));
  MageSidebarRow *row = object != NULL ? find_row (self, object) : NULL;

  if (row != NULL)
    gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (row));
  else
    gtk_list_box_unselect_all (self->list);
}

static void
show_row (MageSidebar *self, GtkListBoxRow *row)
{
  GObject *object = mage_sidebar_row_get_object (MAGE_SIDEBAR_ROW (row));

  if (MAGE_IS_TRAINABLE (object))
    mage_session_show_item (self->session, MAGE_TRAINABLE (object));
  else if (mage_sidebar_entry_get_place (MAGE_SIDEBAR_ENTRY (object)) != MAGE_PLACE_NOTHING)
    mage_session_show (self->session, mage_sidebar_entry_get_place (MAGE_SIDEBAR_ENTRY (object)));
}

/* The row that arrow keys reach is the one that is shown, so that what is trained is what is marked. */
static void
row_selected_cb (MageSidebar *self, GtkListBoxRow *row)
{
  if (row != NULL && self->session != NULL)
    show_row (self, row);
}

/* Where the sidebar is a page of its own, the content is only gone to on request. */
static void
row_activated_cb (MageSidebar *self, GtkListBoxRow *row)
{
  show_row (self, row);
  gtk_widget_activate_action (GTK_WIDGET (self), "frame.show-content", NULL);
}

/* --- the object --- */

static void
mage_sidebar_dispose (GObject *object)
{
  MageSidebar *self = MAGE_SIDEBAR (object);

  if (self->list != NULL)
    {
      gtk_list_box_set_header_func (self->list, NULL, NULL, NULL);
      gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
    }
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_object (&self->rows);
  g_clear_object (&self->sections);
  g_clear_object (&self->no_subjects);
  g_clear_object (&self->no_motions);
  g_clear_object (&self->places);
  g_clear_object (&self->actions);
  g_clear_object (&self->target);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_SIDEBAR);
  G_OBJECT_CLASS (mage_sidebar_parent_class)->dispose (object);
}

static void
mage_sidebar_class_init (MageSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_sidebar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, MageSidebar, list);
  gtk_widget_class_bind_template_child (widget_class, MageSidebar, item_menu);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F2, 0, "sidebar.rename", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "sidebar.remove", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_d, GDK_CONTROL_MASK, "sidebar.duplicate", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "sidebar.move-up", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK, "sidebar.move-down", NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_cb, NULL);
}

static void
add_gestures (MageSidebar *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *press = gtk_gesture_long_press_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  g_signal_connect (press, "pressed", G_CALLBACK (long_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (press));
}

static void
mage_sidebar_init (MageSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_header_func (self->list, update_header, self, NULL);
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "sidebar", G_ACTION_GROUP (self->actions));
  self->popover = gtk_popover_menu_new_from_model (self->item_menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
  g_signal_connect_swapped (self->popover, "closed", G_CALLBACK (menu_closed_cb), self);
  add_gestures (self);
}

static void
add_place (MageSidebar *self, MagePlace place, const char *title, const char *icon)
{
  g_autoptr (MageSidebarEntry) entry = mage_sidebar_entry_new (place, title, icon);

  g_list_store_append (self->places, entry);
}

/** mage_sidebar_set_session: once. */
void
mage_sidebar_set_session (MageSidebar *self, MageSession *session)
{
  MageProject *project = mage_session_get_project (session);
  GListModel *subjects = G_LIST_MODEL (mage_project_get_subjects (project));
  GListModel *motions = G_LIST_MODEL (mage_project_get_motions (project));

  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  self->no_subjects = g_list_store_new (MAGE_TYPE_SIDEBAR_ENTRY);
  self->no_motions = g_list_store_new (MAGE_TYPE_SIDEBAR_ENTRY);
  self->places = g_list_store_new (MAGE_TYPE_SIDEBAR_ENTRY);
  add_place (self, MAGE_PLACE_FUSION, _("Fusion"), "mage-fusion-symbolic");
  add_place (self, MAGE_PLACE_COMPOSE, _("Compose"), "document-edit-symbolic");
  add_place (self, MAGE_PLACE_RESULTS, _("Results"), "view-grid-symbolic");
  self->sections = g_list_store_new (G_TYPE_LIST_MODEL);
  g_list_store_append (self->sections, subjects);
  g_list_store_append (self->sections, self->no_subjects);
  g_list_store_append (self->sections, motions);
  g_list_store_append (self->sections, self->no_motions);
  g_list_store_append (self->sections, self->places);
  self->rows = gtk_flatten_list_model_new (g_object_ref (G_LIST_MODEL (self->sections)));
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->rows), create_row, self, NULL);

  g_signal_connect_object (subjects, "items-changed", G_CALLBACK (update_hints), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (motions, "items-changed", G_CALLBACK (update_hints), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::place", G_CALLBACK (select_place), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::item", G_CALLBACK (select_place), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mage_worker_get_jobs (mage_session_get_worker (session)), "items-changed",
                           G_CALLBACK (update_rows), self, G_CONNECT_SWAPPED);
  update_hints (self);
}
