/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-result-cell.h"

#include "ui/mage-clip-view.h"
#include "ui/mage-media-loader.h"
#include "ui/mage-result-drag.h"
#include "ui/mage-result-menu.h"

#include <glib/gi18n.h>

/*
 * A video in the grid: its first frame, and under the pointer or the keyboard the video itself. Only
 * what plays is in memory.
 */

#define LOADED_SIDE 512

struct _MageResultCell
{
  GtkWidget parent_instance;

  MageClipView *view;
  GtkLabel *prompt;
  GtkLabel *time;
  GtkLabel *badge;
  GtkWidget *choose;
  GtkWidget *star;
  MageResultChoice *choice;
  MageResult *result;
  GCancellable *cancellable;
  GCancellable *clip_cancellable;
  gboolean pointed;
  gboolean playing;
};

G_DEFINE_FINAL_TYPE (MageResultCell, mage_result_cell, GTK_TYPE_WIDGET)

/* --- loading --- */

static void
poster_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageResultCell) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = mage_load_texture_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->view == NULL)
    return;
  if (texture != NULL)
    mage_clip_view_set_poster (self->view, GDK_PAINTABLE (texture));
  else
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), error->message);
}

static void
clip_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageResultCell) self = data;
  g_autoptr (Frames) frames = mage_load_frames_finish (result, NULL);
  g_autoptr (MageClipPaintable) clip = NULL;

  if (frames == NULL || !self->playing || self->view == NULL)
    return;
  clip = mage_clip_paintable_new (frames);
  mage_clip_view_set_clip (self->view, clip);
  mage_clip_view_set_playing (self->view, TRUE);
}

static void
stop_loading (GCancellable **cancellable)
{
  g_cancellable_cancel (*cancellable);
  g_clear_object (cancellable);
}

/** mage_result_cell_set_playing: plays the video, or shows its first frame. */
void
mage_result_cell_set_playing (MageResultCell *self, gboolean playing)
{
  if (self->playing == playing || self->view == NULL)
    return;
  self->playing = playing;
  stop_loading (&self->clip_cancellable);
  if (!playing)
    {
      mage_clip_view_set_playing (self->view, FALSE);
      mage_clip_view_set_clip (self->view, NULL);
      return;
    }
  if (self->result == NULL)
    return;
  self->clip_cancellable = g_cancellable_new ();
  mage_load_result_async (self->result, self->clip_cancellable, clip_loaded_cb, g_object_ref (self));
}

/* --- star and choice --- */

/* What is not set is offered only where somebody looks. */
static void
show_tools (MageResultCell *self)
{
  gboolean starred = self->result != NULL && mage_result_get_starred (self->result);
  int index = self->result != NULL ? mage_result_choice_find (self->choice, self->result) : -1;
  const char *star = starred ? _("Remove the Star") : _("Give a Star");

  if (self->view == NULL)
    return;
  gtk_button_set_icon_name (GTK_BUTTON (self->star), starred ? "starred-symbolic" : "non-starred-symbolic");
  gtk_widget_set_tooltip_text (self->star, star);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->star), GTK_ACCESSIBLE_PROPERTY_LABEL, star, -1);
  gtk_widget_set_visible (self->star, starred || self->playing);
  gtk_widget_set_visible (self->choose, index >= 0 || self->playing);
  mage_choice_badge_show (self->badge, index);
}

static void
choose_cb (MageResultCell *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "results.choose", "s", mage_result_get_id (self->result));
}

static void
star_cb (MageResultCell *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "results.star", "s", mage_result_get_id (self->result));
}

static MageResult *
get_dragged (GtkWidget *widget)
{
  return MAGE_RESULT_CELL (widget)->result;
}

/* --- the pointer and the keyboard --- */

static void
update_playing (MageResultCell *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  gboolean focused = parent != NULL && gtk_widget_has_focus (parent)
                     && (gtk_widget_get_state_flags (parent) & GTK_STATE_FLAG_FOCUS_VISIBLE);

  mage_result_cell_set_playing (self, self->pointed || focused);
  show_tools (self);
}

static void
enter_cb (MageResultCell *self)
{
  self->pointed = TRUE;
  update_playing (self);
}

static void
leave_cb (MageResultCell *self)
{
  self->pointed = FALSE;
  update_playing (self);
}

/* The grid's own child around the cell has the focus. */
static void
parent_changed_cb (MageResultCell *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  if (parent != NULL)
    g_signal_connect_object (parent, "state-flags-changed", G_CALLBACK (update_playing), self, G_CONNECT_SWAPPED);
}

/* --- the object --- */

static void
mage_result_cell_dispose (GObject *object)
{
  MageResultCell *self = MAGE_RESULT_CELL (object);
  GtkWidget *child;

  if (self->choice != NULL)
    mage_result_cell_set_result (self, NULL);
  stop_loading (&self->clip_cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_RESULT_CELL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->choice);
  G_OBJECT_CLASS (mage_result_cell_parent_class)->dispose (object);
}

static void
mage_result_cell_class_init (MageResultCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_result_cell_dispose;
  g_type_ensure (MAGE_TYPE_CLIP_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-result-cell.ui");
  gtk_widget_class_bind_template_child (widget_class, MageResultCell, view);
  gtk_widget_class_bind_template_child (widget_class, MageResultCell, prompt);
  gtk_widget_class_bind_template_child (widget_class, MageResultCell, time);
  gtk_widget_class_bind_template_child (widget_class, MageResultCell, badge);
  gtk_widget_class_bind_template_child (widget_class, MageResultCell, choose);
  gtk_widget_class_bind_template_child (widget_class, MageResultCell, star);
  gtk_widget_class_bind_template_callback (widget_class, choose_cb);
  gtk_widget_class_bind_template_callback (widget_class, star_cb);
  gtk_widget_class_set_css_name (widget_class, "resultcell");
}

static void
mage_result_cell_init (MageResultCell *self)
{
  GtkEventController *pointer = gtk_event_controller_motion_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (pointer, "enter", G_CALLBACK (enter_cb), self);
  g_signal_connect_swapped (pointer, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), pointer);
  g_signal_connect (self, "notify::parent", G_CALLBACK (parent_changed_cb), NULL);
  mage_result_drag_attach (GTK_WIDGET (self), get_dragged);
  mage_result_menu_attach (GTK_WIDGET (self), get_dragged);
}

/** mage_result_cell_new: @choice: whose badges it shows. */
GtkWidget *
mage_result_cell_new (MageResultChoice *choice)
{
  MageResultCell *self = g_object_new (MAGE_TYPE_RESULT_CELL, NULL);

  self->choice = g_object_ref (choice);
  g_signal_connect_object (choice, "changed", G_CALLBACK (show_tools), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

/** mage_result_dup_time_words: Returns: (transfer full): when it was made: "Today 14:02", "3 March 2026" */
char *
mage_result_dup_time_words (MageResult *result)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_iso8601 (mage_result_get_created (result), NULL);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  if (local == NULL)
    return g_strdup ("");
  if (g_date_time_get_year (local) == g_date_time_get_year (now)
      && g_date_time_get_day_of_year (local) == g_date_time_get_day_of_year (now))
    /* Translators: a time of today, as of strftime */
    return g_date_time_format (local, _("Today %H:%M"));
  /* Translators: a date, as of strftime */
  return g_date_time_format (local, _("%-d %B %Y"));
}

/** mage_result_cell_set_result: @result: (nullable) */
void
mage_result_cell_set_result (MageResultCell *self, MageResult *result)
{
  g_autofree char *folder = NULL;
  g_autofree char *poster = NULL;
  g_autofree char *time = NULL;
  MageParams *params;

  mage_result_cell_set_playing (self, FALSE);
  stop_loading (&self->cancellable);
  if (self->result != NULL)
    g_signal_handlers_disconnect_by_func (self->result, show_tools, self);
  g_set_object (&self->result, result);
  mage_clip_view_set_poster (self->view, NULL);
  show_tools (self);
  if (result == NULL)
    return;
  g_signal_connect_object (result, "notify::starred", G_CALLBACK (show_tools), self, G_CONNECT_SWAPPED);
  params = mage_result_get_params (result);
  g_object_set (self->view, "aspect", CLAMP (mage_params_get_int (params, "width") / (double) MAX (1, mage_params_get_int (params, "height")), 0.5, 2.4), NULL);
  folder = mage_result_dup_path (result, MAGE_RESULT_FRAMES);
  poster = g_build_filename (folder, "0001.png", NULL);
  time = mage_result_dup_time_words (result);
  gtk_label_set_text (self->prompt, mage_result_get_prompt (result));
  gtk_label_set_text (self->time, time);
  /* On the words alone: over the video it would cover what plays. */
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->prompt), mage_result_get_prompt (result));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), NULL);
  self->cancellable = g_cancellable_new ();
  mage_load_texture_async (poster, LOADED_SIDE, self->cancellable, poster_loaded_cb, g_object_ref (self));
}

/** mage_result_cell_get_result: Returns: (transfer none) (nullable) */
MageResult *
mage_result_cell_get_result (MageResultCell *self)
{
  return self->result;
}
