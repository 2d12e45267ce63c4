/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-sweep-cell.h"

#include "ui/mage-clip-view.h"
#include "ui/mage-media-loader.h"
#include "ui/mage-result-page.h"

#include <glib/gi18n.h>

/* One video of a sweep: it plays, and opens when it is pressed; before it is made, a press makes it. */

/* Three columns fit on a phone; where there is room a cell fills it. */
#define SIDE 68

struct _MageSweepCell
{
  GtkButton parent_instance;

  MageSession *session;    /* not owned: it owns the runner */
  MageSweepRunner *runner;
  guint index;
  GCancellable *cancellable;
  MageResult *result;      /* that is shown */
  MageClipPaintable *clip;

  MageClipView *view;
  GtkWidget *state;
  GtkWidget *spinner;
  GtkImage *icon;
  GtkLabel *words;
};

G_DEFINE_FINAL_TYPE (MageSweepCell, mage_sweep_cell, GTK_TYPE_BUTTON)

/* --- the video --- */

typedef struct
{
  MageSweepCell *cell;
  MageResult *result;
} Loading;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Loading *loading = data;
  g_autoptr (MageSweepCell) self = loading->cell;
  g_autoptr (MageResult) video = loading->result;
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) frames = mage_load_frames_finish (result, &error);

  if (self->result != video || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (frames == NULL)
    {
      mage_session_toast_error (self->session, error);
      return;
    }
  g_clear_object (&self->clip);
  self->clip = mage_clip_paintable_new (frames);
  mage_clip_view_set_clip (self->view, self->clip);
}

static void
load (MageSweepCell *self)
{
  MageResult *result = mage_sweep_runner_get_result (self->runner, self->index);
  Loading *loading;

  if (self->result == result)
    return;
  g_set_object (&self->result, result);
  if (result == NULL)
    {
      mage_clip_view_set_clip (self->view, NULL);
      g_clear_object (&self->clip);
      return;
    }
  loading = g_new0 (Loading, 1);
  loading->cell = g_object_ref (self);
  loading->result = g_object_ref (result);
  mage_load_result_async (result, self->cancellable, loaded_cb, loading);
}

/* --- the words --- */

static const char *
get_words (MageCellState state)
{
  switch (state)
    {
    case MAGE_CELL_WAITING:
      return _("Waiting");
    case MAGE_CELL_RUNNING:
      return _("In the making");
    case MAGE_CELL_DONE:
      return _("Made");
    case MAGE_CELL_FAILED:
      return _("Failed: try again");
    case MAGE_CELL_EMPTY:
    default:
      return _("Make this one");
    }
}

/* For those who do not see where it stands in the grid. */
static void
say_place (MageSweepCell *self, MageCellState state)
{
  MageSweep *sweep = mage_sweep_runner_get_sweep (self->runner);
  g_autofree char *place = mage_sweep_dup_cell_title (sweep, self->index);
  g_autofree char *label = g_strdup_printf ("%s: %s", place, get_words (state));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), place);
}

/** mage_sweep_cell_refresh: shows how it stands with the video. */
void
mage_sweep_cell_refresh (MageSweepCell *self)
{
  MageCellState state = mage_sweep_runner_get_state (self->runner, self->index);

  gtk_label_set_text (self->words, get_words (state));
  gtk_widget_set_visible (self->state, state != MAGE_CELL_DONE);
  gtk_widget_set_visible (self->spinner, state == MAGE_CELL_RUNNING);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), state != MAGE_CELL_RUNNING);
  gtk_image_set_from_icon_name (self->icon, state == MAGE_CELL_FAILED    ? "dialog-warning-symbolic"
                                            : state == MAGE_CELL_WAITING ? "content-loading-symbolic"
                                                                         : "media-playback-start-symbolic");
  /* Not insensitive: its words are to be read. */
  gtk_widget_set_can_target (GTK_WIDGET (self), state != MAGE_CELL_WAITING && state != MAGE_CELL_RUNNING);
  say_place (self, state);
  load (self);
}

static void
mage_sweep_cell_clicked (GtkButton *button)
{
  MageSweepCell *self = MAGE_SWEEP_CELL (button);

  if (self->result != NULL)
    mage_session_push_page (self->session, mage_result_page_new (self->session, self->result));
  else
    mage_sweep_runner_retry (self->runner, self->index);
}

/* --- the object --- */

static void
mage_sweep_cell_dispose (GObject *object)
{
  MageSweepCell *self = MAGE_SWEEP_CELL (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->result);
  g_clear_object (&self->clip);
  g_clear_object (&self->runner);
  G_OBJECT_CLASS (mage_sweep_cell_parent_class)->dispose (object);
}

static void
mage_sweep_cell_class_init (MageSweepCellClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mage_sweep_cell_dispose;
  GTK_BUTTON_CLASS (klass)->clicked = mage_sweep_cell_clicked;
}

static void
mage_sweep_cell_init (MageSweepCell *self)
{
  GtkWidget *overlay = gtk_overlay_new ();

  self->cancellable = g_cancellable_new ();
  self->view = MAGE_CLIP_VIEW (mage_clip_view_new ());
  self->state = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->spinner = adw_spinner_new ();
  self->icon = GTK_IMAGE (gtk_image_new ());
  self->words = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_set_size_request (self->spinner, 24, 24);
  gtk_label_set_wrap (self->words, TRUE);
  gtk_label_set_justify (self->words, GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (GTK_WIDGET (self->words), "caption");
  gtk_widget_set_valign (self->state, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_start (self->state, 6);
  gtk_widget_set_margin_end (self->state, 6);
  gtk_box_append (GTK_BOX (self->state), self->spinner);
  gtk_box_append (GTK_BOX (self->state), GTK_WIDGET (self->icon));
  gtk_box_append (GTK_BOX (self->state), GTK_WIDGET (self->words));
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "thumb");
  gtk_overlay_set_child (GTK_OVERLAY (overlay), GTK_WIDGET (self->view));
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->state);
  gtk_button_set_child (GTK_BUTTON (self), overlay);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_add_css_class (GTK_WIDGET (self), "flat");
  gtk_widget_add_css_class (GTK_WIDGET (self), "compare-tile");
}

/** mage_sweep_cell_new: the video number @index of the sweep. */
GtkWidget *
mage_sweep_cell_new (MageSession *session, MageSweepRunner *runner, guint index)
{
  MageSweepCell *self = g_object_new (MAGE_TYPE_SWEEP_CELL, NULL);
  g_autoptr (MageParams) params = mage_sweep_dup_params (mage_sweep_runner_get_sweep (runner), index);

  self->session = session;
  self->runner = g_object_ref (runner);
  self->index = index;
  g_object_set (self->view, "natural-size", SIDE, "aspect",
                (double) mage_params_get_int (params, "width") / (double) MAX (1, mage_params_get_int (params, "height")), NULL);
  mage_sweep_cell_refresh (self);
  return GTK_WIDGET (self);
}

/** mage_sweep_cell_get_clip: Returns: (transfer none) (nullable): what it plays, once there is something */
MageClipPaintable *
mage_sweep_cell_get_clip (MageSweepCell *self)
{
  return self->clip;
}
