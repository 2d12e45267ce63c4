/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-prior-row.h"

#include "ui/mage-clip-view.h"
#include "ui/mage-media-loader.h"

#include <glib/gi18n.h>

/* A clip for L_reg: a moving picture of it and its caption, which can be written here. */

/* What is shown of a clip: so many frames, at twice the size for sharp screens. */
#define N_FRAMES 8
#define SIDE 144
#define RATE 8

struct _MagePriorRow
{
  GtkWidget parent_instance;

  MageSession *session;
  char *path;
  char *file;
  char *own;             /* the folder's caption */
  GCancellable *cancellable;

  MageClipView *view;
  GtkLabel *file_label;
  GtkEntry *caption;
  GtkWidget *reset;
};

G_DEFINE_FINAL_TYPE (MagePriorRow, mage_prior_row, GTK_TYPE_WIDGET)

static MageProject *
get_project (MagePriorRow *self)
{
  return mage_session_get_project (self->session);
}

/* --- the picture --- */

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MagePriorRow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) frames = mage_load_frames_finish (result, &error);
  g_autoptr (MageClipPaintable) clip = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->view == NULL)
    return;
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->view), error != NULL ? error->message : NULL);
  if (frames == NULL)
    return;
  clip = mage_clip_paintable_new (frames);
  mage_clip_view_set_clip (self->view, clip);
}

static void
stop_loading (MagePriorRow *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
load (MagePriorRow *self)
{
  ClipRead want = { .length_s = CLIP_WHOLE, .n_frames = N_FRAMES, .rate = RATE, .width = SIDE, .height = SIDE };

  stop_loading (self);
  self->cancellable = g_cancellable_new ();
  mage_load_span_async (self->path, &want, self->cancellable, loaded_cb, g_object_ref (self));
}

static void
enter_cb (MagePriorRow *self)
{
  mage_clip_view_set_playing (self->view, TRUE);
}

static void
leave_cb (MagePriorRow *self)
{
  mage_clip_view_set_playing (self->view, FALSE);
}

/* --- the caption --- */

static void
show_caption (MagePriorRow *self)
{
  const char *written = self->file != NULL ? mage_project_get_prior_caption (get_project (self), self->file) : NULL;
  const char *caption = written != NULL ? written : self->own;

  if (caption == NULL)
    return;
  if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->caption)), caption))
    gtk_editable_set_text (GTK_EDITABLE (self->caption), caption);
  gtk_widget_set_visible (self->reset, written != NULL);
  if (*caption == '\0')
    gtk_widget_add_css_class (GTK_WIDGET (self->caption), "warning");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->caption), "warning");
}

/* What the folder says needs not be said again. */
static void
applied_cb (MagePriorRow *self)
{
  g_autofree char *text = NULL;
  const char *written;

  if (self->file == NULL)
    return;
  text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->caption))));
  written = mage_project_get_prior_caption (get_project (self), self->file);
  if (g_str_equal (text, written != NULL ? written : self->own))
    return;
  mage_session_record (self->session, _("Change Caption"));
  mage_project_set_prior_caption (get_project (self), self->file, g_str_equal (text, self->own) ? NULL : text);
  show_caption (self);
}

static void
reset_cb (MagePriorRow *self)
{
  mage_session_record (self->session, _("Change Caption"));
  mage_project_set_prior_caption (get_project (self), self->file, NULL);
  show_caption (self);
}

/* --- the object --- */

static void
mage_prior_row_dispose (GObject *object)
{
  MagePriorRow *self = MAGE_PRIOR_ROW (object);
  GtkWidget *child;

  stop_loading (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_PRIOR_ROW);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->session);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->file, g_free);
  g_clear_pointer (&self->own, g_free);
  G_OBJECT_CLASS (mage_prior_row_parent_class)->dispose (object);
}

static void
mage_prior_row_class_init (MagePriorRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_prior_row_dispose;
  g_type_ensure (MAGE_TYPE_CLIP_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-prior-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MagePriorRow, view);
  gtk_widget_class_bind_template_child_full (widget_class, "file", FALSE, G_STRUCT_OFFSET (MagePriorRow, file_label));
  gtk_widget_class_bind_template_child (widget_class, MagePriorRow, caption);
  gtk_widget_class_bind_template_child (widget_class, MagePriorRow, reset);
  gtk_widget_class_bind_template_callback (widget_class, applied_cb);
  gtk_widget_class_bind_template_callback (widget_class, reset_cb);
}

static void
mage_prior_row_init (MagePriorRow *self)
{
  GtkEventController *pointer = gtk_event_controller_motion_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (pointer, "enter", G_CALLBACK (enter_cb), self);
  g_signal_connect_swapped (pointer, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), pointer);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (applied_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->caption), focus);
}

GtkWidget *
mage_prior_row_new (MageSession *session)
{
  MagePriorRow *self = g_object_new (MAGE_TYPE_PRIOR_ROW, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (get_project (self), "notify::prior-dir", G_CALLBACK (show_caption), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

/** mage_prior_row_set_clip: @path: (nullable): the clip; @own: (nullable): its folder's caption for it, "" for none */
void
mage_prior_row_set_clip (MagePriorRow *self, const char *path, const char *own)
{
  g_set_str (&self->path, path);
  g_set_str (&self->own, own);
  g_clear_pointer (&self->file, g_free);
  mage_clip_view_set_clip (self->view, NULL);
  if (path == NULL)
    {
      stop_loading (self);
      return;
    }
  self->file = g_path_get_basename (path);
  gtk_label_set_text (self->file_label, self->file);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->caption), GTK_ACCESSIBLE_PROPERTY_LABEL, self->file, -1);
  show_caption (self);
  load (self);
}
