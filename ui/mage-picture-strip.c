/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-picture-strip.h"

#include "ui/mage-picture-tile.h"

#include <glib/gi18n.h>

/*
 * The pictures of a subject in their order. They are chosen by click and arrows, put in another
 * order by dragging or with Ctrl and the arrows, and removed with Delete. Before each edit
 * ::edit tells what is going to be done.
 */

struct _MagePictureStrip
{
  GtkWidget parent_instance;

  GtkListView *list;
  GMenuModel *picture_menu;
  GtkSingleSelection *selection;
  GListStore *pictures;
  MageMaskFinder *finder;
  GtkWidget *popover;
};

G_DEFINE_FINAL_TYPE (MagePictureStrip, mage_picture_strip, GTK_TYPE_WIDGET)

enum
{
  PROP_SELECTED = 1,
  N_PROPS
};

enum
{
  EDIT,
  ADD,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

/* --- one picture --- */

static guint
find_position (MagePictureStrip *self, MageMedia *media)
{
  guint position;

  if (media != NULL && self->pictures != NULL && g_list_store_find (self->pictures, media, &position))
    return position;
  return GTK_INVALID_LIST_POSITION;
}

static GdkContentProvider *
drag_prepare_cb (GtkDragSource *source, double x, double y, MagePictureTile *tile)
{
  g_autoptr (GdkPaintable) icon = gtk_widget_paintable_new (GTK_WIDGET (tile));

  gtk_drag_source_set_icon (source, icon, (int) x, (int) y);
  return gdk_content_provider_new_typed (MAGE_TYPE_MEDIA, mage_picture_tile_get_media (tile));
}

static gboolean
drop_cb (MagePictureStrip *self, const GValue *value, double x, double y, GtkDropTarget *target)
{
  MagePictureTile *tile = MAGE_PICTURE_TILE (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target)));
  guint from = find_position (self, g_value_get_object (value));
  guint to = find_position (self, mage_picture_tile_get_media (tile));

  if (from == GTK_INVALID_LIST_POSITION || to == GTK_INVALID_LIST_POSITION)
    return FALSE;
  mage_picture_strip_move (self, from, to);
  return TRUE;
}

static void
popup (MagePictureStrip *self, GtkWidget *at)
{
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  self->popover = gtk_popover_menu_new_from_model (self->picture_menu);
  gtk_widget_set_parent (self->popover, at);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
pressed_cb (MagePictureStrip *self, int n_press, double x, double y, GtkGesture *gesture)
{
  GtkWidget *tile = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  guint position = find_position (self, mage_picture_tile_get_media (MAGE_PICTURE_TILE (tile)));

  mage_picture_strip_select (self, position);
  popup (self, GTK_WIDGET (self));
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), NULL);
}

static void
setup_cb (MagePictureStrip *self, GtkListItem *item)
{
  GtkWidget *tile = mage_picture_tile_new ();
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (MAGE_TYPE_MEDIA, GDK_ACTION_MOVE);
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (source, "prepare", G_CALLBACK (drag_prepare_cb), tile);
  g_signal_connect_swapped (target, "drop", G_CALLBACK (drop_cb), self);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (tile, GTK_EVENT_CONTROLLER (source));
  gtk_widget_add_controller (tile, GTK_EVENT_CONTROLLER (target));
  gtk_widget_add_controller (tile, GTK_EVENT_CONTROLLER (click));
  gtk_list_item_set_child (item, tile);
}

/* The number of all is in everybody's name. */
static void
name_cb (GtkListItem *item)
{
  GtkWidget *tile = gtk_list_item_get_child (item);
  GtkWidget *strip = tile != NULL ? gtk_widget_get_ancestor (tile, MAGE_TYPE_PICTURE_STRIP) : NULL;
  g_autofree char *name = NULL;

  if (strip == NULL || gtk_list_item_get_item (item) == NULL || mage_picture_tile_get_media (MAGE_PICTURE_TILE (tile)) == NULL)
    return;
  name = mage_picture_tile_dup_name (MAGE_PICTURE_TILE (tile), gtk_list_item_get_position (item),
                                     g_list_model_get_n_items (G_LIST_MODEL (MAGE_PICTURE_STRIP (strip)->pictures)));
  gtk_list_item_set_accessible_label (item, name);
}

static void
bind_cb (MagePictureStrip *self, GtkListItem *item)
{
  MagePictureTile *tile = MAGE_PICTURE_TILE (gtk_list_item_get_child (item));

  mage_picture_tile_set_finder (tile, self->finder);
  mage_picture_tile_set_media (tile, gtk_list_item_get_item (item));
  g_signal_connect_object (self->pictures, "notify::n-items", G_CALLBACK (name_cb), item, G_CONNECT_SWAPPED);
  g_signal_connect_object (tile, "state-changed", G_CALLBACK (name_cb), item, G_CONNECT_SWAPPED);
  name_cb (item);
}

static void
unbind_cb (MagePictureStrip *self, GtkListItem *item)
{
  MagePictureTile *tile = MAGE_PICTURE_TILE (gtk_list_item_get_child (item));

  g_signal_handlers_disconnect_by_func (self->pictures, name_cb, item);
  g_signal_handlers_disconnect_by_func (tile, name_cb, item);
  mage_picture_tile_set_media (tile, NULL);
}

/* --- edits --- */

static void
select_and_focus (MagePictureStrip *self, guint position)
{
  gboolean focused = gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL;

  mage_picture_strip_select (self, position);
  if (focused)
    gtk_list_view_scroll_to (self->list, position, GTK_LIST_SCROLL_FOCUS, NULL);
}

/** mage_picture_strip_move: puts the picture at @from where the one at @to stands now. */
void
mage_picture_strip_move (MagePictureStrip *self, guint from, guint to)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->pictures));
  g_autoptr (GObject) media = NULL;

  if (from >= n || to >= n || from == to)
    return;
  g_signal_emit (self, signals[EDIT], 0, _("Move Picture"));
  media = g_list_model_get_item (G_LIST_MODEL (self->pictures), from);
  g_list_store_remove (self->pictures, from);
  g_list_store_insert (self->pictures, to, media);
  select_and_focus (self, to);
}

/** mage_picture_strip_remove: takes the picture at @position out. */
void
mage_picture_strip_remove (MagePictureStrip *self, guint position)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->pictures));

  if (position >= n)
    return;
  g_signal_emit (self, signals[EDIT], 0, _("Remove Picture"));
  g_list_store_remove (self->pictures, position);
  if (n > 1)
    select_and_focus (self, MIN (position, n - 2));
}

static void
earlier_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MagePictureStrip *self = MAGE_PICTURE_STRIP (widget);
  guint at = gtk_single_selection_get_selected (self->selection);

  if (at != GTK_INVALID_LIST_POSITION && at > 0)
    mage_picture_strip_move (self, at, at - 1);
}

static void
later_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MagePictureStrip *self = MAGE_PICTURE_STRIP (widget);
  guint at = gtk_single_selection_get_selected (self->selection);

  if (at != GTK_INVALID_LIST_POSITION)
    mage_picture_strip_move (self, at, at + 1);
}

static void
remove_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MagePictureStrip *self = MAGE_PICTURE_STRIP (widget);

  mage_picture_strip_remove (self, gtk_single_selection_get_selected (self->selection));
}

static void
menu_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  popup (MAGE_PICTURE_STRIP (widget), widget);
}

/* Left is earlier where text runs to the right. */
static gboolean
arrow_cb (GtkWidget *widget, GVariant *args, gpointer data)
{
  gboolean left = g_variant_get_boolean (args);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  return gtk_widget_activate_action (widget, left != mirrored ? "strip.earlier" : "strip.later", NULL);
}

static void
add_clicked_cb (MagePictureStrip *self)
{
  g_signal_emit (self, signals[ADD], 0);
}

/* --- the object --- */

static void
selected_cb (MagePictureStrip *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SELECTED]);
}

static void
mage_picture_strip_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_SELECTED:
      g_value_set_object (value, mage_picture_strip_get_selected (MAGE_PICTURE_STRIP (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_picture_strip_dispose (GObject *object)
{
  MagePictureStrip *self = MAGE_PICTURE_STRIP (object);
  GtkWidget *child;

  g_clear_pointer (&self->popover, gtk_widget_unparent);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_PICTURE_STRIP);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->selection);
  g_clear_object (&self->pictures);
  g_clear_object (&self->finder);
  G_OBJECT_CLASS (mage_picture_strip_parent_class)->dispose (object);
}

static void
mage_picture_strip_class_init (MagePictureStripClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->get_property = mage_picture_strip_get_property;
  object_class->dispose = mage_picture_strip_dispose;
  props[PROP_SELECTED] = g_param_spec_object ("selected", NULL, NULL, MAGE_TYPE_MEDIA,
                                              G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  /** MagePictureStrip::edit: what is going to be done, for the history. */
  signals[EDIT] = g_signal_new ("edit", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  /** MagePictureStrip::add: the user wants more pictures. */
  signals[ADD] = g_signal_new ("add", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-picture-strip.ui");
  gtk_widget_class_bind_template_child (widget_class, MagePictureStrip, list);
  gtk_widget_class_bind_template_child (widget_class, MagePictureStrip, picture_menu);
  gtk_widget_class_bind_template_callback (widget_class, add_clicked_cb);
  gtk_widget_class_install_action (widget_class, "strip.earlier", NULL, earlier_cb);
  gtk_widget_class_install_action (widget_class, "strip.later", NULL, later_cb);
  gtk_widget_class_install_action (widget_class, "strip.remove", NULL, remove_cb);
  gtk_widget_class_install_action (widget_class, "strip.menu", NULL, menu_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "strip.remove", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "strip.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "strip.menu", NULL);
  gtk_widget_class_set_css_name (widget_class, "picturestrip");
}

/* The list has keys of its own for Ctrl and the arrows; these go first. */
static void
add_arrows (MagePictureStrip *self)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  for (guint i = 0; i < 2; i++)
    {
      GtkShortcut *shortcut = gtk_shortcut_new (gtk_keyval_trigger_new (i == 0 ? GDK_KEY_Left : GDK_KEY_Right, GDK_CONTROL_MASK),
                                                gtk_callback_action_new (arrow_cb, NULL, NULL));

      gtk_shortcut_set_arguments (shortcut, g_variant_new_boolean (i == 0));
      gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), shortcut);
    }
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

static void
mage_picture_strip_init (MagePictureStrip *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect_swapped (factory, "unbind", G_CALLBACK (unbind_cb), self);
  gtk_list_view_set_factory (self->list, factory);
  self->selection = gtk_single_selection_new (NULL);
  g_signal_connect_swapped (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  add_arrows (self);
}

GtkWidget *
mage_picture_strip_new (void)
{
  return g_object_new (MAGE_TYPE_PICTURE_STRIP, NULL);
}

/** mage_picture_strip_set_pictures: @pictures: of MageMedia; the strip edits it. */
void
mage_picture_strip_set_pictures (MagePictureStrip *self, GListStore *pictures)
{
  if (g_set_object (&self->pictures, pictures))
    gtk_single_selection_set_model (self->selection, G_LIST_MODEL (pictures));
}

/** mage_picture_strip_set_finder: @finder: who knows which subjects are looked for; before the pictures. */
void
mage_picture_strip_set_finder (MagePictureStrip *self, MageMaskFinder *finder)
{
  g_set_object (&self->finder, finder);
}

/** mage_picture_strip_get_selected: Returns: (transfer none) (nullable) */
MageMedia *
mage_picture_strip_get_selected (MagePictureStrip *self)
{
  return self->selection != NULL ? gtk_single_selection_get_selected_item (self->selection) : NULL;
}

void
mage_picture_strip_select (MagePictureStrip *self, guint position)
{
  gtk_single_selection_set_selected (self->selection, position);
}
