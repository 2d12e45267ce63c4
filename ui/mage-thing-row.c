/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-thing-row.h"

#include "ui/mage-clip-view.h"
#include "ui/mage-file-choice.h"
#include "ui/mage-media-loader.h"
#include "ui/mage-thing-dialog.h"

#include "media/mask.h"

#include <glib/gi18n.h>

/* A thing that moves in a clip: what is learned for it, its name, and its word. */

struct _MageThingRow
{
  AdwEntryRow parent_instance;

  MageSession *session;
  MageMotion *motion;
  MageThing *thing;
  MageClipView *view;
  GCancellable *cancellable;
  gboolean roomy;
};

G_DEFINE_FINAL_TYPE (MageThingRow, mage_thing_row, ADW_TYPE_ENTRY_ROW)

enum
{
  PROP_ROOMY = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* --- what is shown --- */

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageThingRow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) frames = mage_load_frames_finish (result, &error);
  g_autoptr (MageClipPaintable) clip = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->view == NULL)
    return;
  if (frames == NULL)
    {
      gtk_widget_set_tooltip_text (GTK_WIDGET (self), error->message);
      return;
    }
  clip = mage_clip_paintable_new (frames);
  mage_clip_view_set_clip (self->view, clip);
}

static void
load (MageThingRow *self)
{
  MageMedia *mask = mage_thing_get_mask (self->thing);
  g_autofree char *path = mage_media_dup_path (mage_motion_get_clip (self->motion));
  g_autofree char *mask_path = mask != NULL ? mage_media_dup_path (mask) : NULL;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), NULL);
  mage_load_thing_async (path, mask_path, mage_thing_get_time (self->thing), self->cancellable, loaded_cb, g_object_ref (self));
}

static void
show_words (MageThingRow *self)
{
  MageTrainable *item = MAGE_TRAINABLE (self->thing);
  gboolean masked = mage_thing_get_mask (self->thing) != NULL;
  const char *token = mage_trainable_get_token (item);
  g_autofree char *title = masked ? g_strdup_printf (_("%s · cut out of the frame at %.2f s"), token, mage_thing_get_time (self->thing))
                                  : g_strdup_printf (_("%s · seen in the whole frame"), token);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  gtk_editable_set_text (GTK_EDITABLE (self), mage_trainable_get_name (item));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "thing.remove-mask", masked);
}

static void
mask_changed_cb (MageThingRow *self)
{
  show_words (self);
  load (self);
}

/* --- edits --- */

static void
applied_cb (MageThingRow *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self))));

  if (*name == '\0')
    mage_session_toast (self->session, _("What moves needs a name: a plain word such as “horse”"));
  else
    {
      mage_session_record (self->session, _("Rename Thing"));
      mage_trainable_set_name (MAGE_TRAINABLE (self->thing), name);
      mage_trainable_set_superclass (MAGE_TRAINABLE (self->thing), name);
    }
  show_words (self);
}

static gboolean
check_mask (MageThingRow *self, const char *path, GError **error)
{
  g_autoptr (Mask) mask = mask_load (path, NULL, error);
  cairo_rectangle_int_t box;

  if (mask == NULL)
    return FALSE;
  if (mask_get_box (mask, &box))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _("The mask “%s” is empty: it has to be white where the thing is"), path);
  return FALSE;
}

static void
mask_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  MageThingRow *self = MAGE_THING_ROW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = mage_choose_mask_finish (result, &error);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autoptr (MageMedia) mask = NULL;

  if (path != NULL && check_mask (self, path, &error))
    mask = mage_project_import_mask (mage_session_get_project (self->session), path, &error);
  mage_session_toast_error (self->session, error);
  if (mask == NULL)
    return;
  mage_session_record (self->session, _("Choose Mask"));
  mage_thing_set_mask (self->thing, mask, mage_thing_get_time (self->thing));
}

static void
show_where_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageThingRow *self = MAGE_THING_ROW (widget);

  adw_dialog_present (mage_thing_dialog_new (self->session, self->motion, self->thing), widget);
}

static void
add_mask_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mage_choose_mask (widget, NULL, mask_chosen_cb, NULL);
}

static void
remove_mask_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageThingRow *self = MAGE_THING_ROW (widget);

  mage_session_record (self->session, _("Remove Mask"));
  mage_thing_set_mask (self->thing, NULL, mage_thing_get_time (self->thing));
}

static void
remove_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MageThingRow *self = MAGE_THING_ROW (widget);
  GListStore *things = mage_motion_get_things (self->motion);
  g_autoptr (MageSession) session = g_object_ref (self->session);
  guint position;

  if (!g_list_store_find (things, self->thing, &position))
    return;
  mage_session_record (session, _("Remove Thing"));
  g_list_store_remove (things, position);
  mage_session_toast_undo (session, _("Removed what moves"));
}

/* --- the object --- */

static void
mage_thing_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ROOMY)
    g_value_set_boolean (value, MAGE_THING_ROW (object)->roomy);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
mage_thing_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MageThingRow *self = MAGE_THING_ROW (object);

  if (id != PROP_ROOMY)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (self->roomy == g_value_get_boolean (value))
    return;
  self->roomy = g_value_get_boolean (value);
  g_object_notify_by_pspec (object, pspec);
}

static void
mage_thing_row_dispose (GObject *object)
{
  MageThingRow *self = MAGE_THING_ROW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->thing != NULL)
    g_signal_handlers_disconnect_by_data (self->thing, self);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_THING_ROW);
  g_clear_object (&self->thing);
  g_clear_object (&self->motion);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (mage_thing_row_parent_class)->dispose (object);
}

static void
mage_thing_row_class_init (MageThingRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->get_property = mage_thing_row_get_property;
  G_OBJECT_CLASS (klass)->set_property = mage_thing_row_set_property;
  G_OBJECT_CLASS (klass)->dispose = mage_thing_row_dispose;
  /** MageThingRow:roomy: whether there is room for a button in words; else the picture and the menu do the same. */
  props[PROP_ROOMY] = g_param_spec_boolean ("roomy", NULL, NULL, TRUE,
                                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
  g_type_ensure (MAGE_TYPE_CLIP_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-thing-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MageThingRow, view);
  gtk_widget_class_bind_template_callback (widget_class, applied_cb);
  gtk_widget_class_install_action (widget_class, "thing.show-where", NULL, show_where_cb);
  gtk_widget_class_install_action (widget_class, "thing.add-mask", NULL, add_mask_cb);
  gtk_widget_class_install_action (widget_class, "thing.remove-mask", NULL, remove_mask_cb);
  gtk_widget_class_install_action (widget_class, "thing.remove", NULL, remove_cb);
}

static void
mage_thing_row_init (MageThingRow *self)
{
  self->roomy = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
mage_thing_row_new (MageSession *session, MageMotion *motion, MageThing *thing)
{
  MageThingRow *self = g_object_new (MAGE_TYPE_THING_ROW, NULL);

  self->session = g_object_ref (session);
  self->motion = g_object_ref (motion);
  self->thing = g_object_ref (thing);
  g_signal_connect_swapped (thing, "notify::name", G_CALLBACK (show_words), self);
  g_signal_connect_swapped (thing, "notify::mask", G_CALLBACK (mask_changed_cb), self);
  g_signal_connect_swapped (thing, "notify::time", G_CALLBACK (mask_changed_cb), self);
  show_words (self);
  load (self);
  return GTK_WIDGET (self);
}
