/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-sweep-grid.h"

#include "ui/mage-sweep-cell.h"
#include "ui/mage-transport.h"

#include <glib/gi18n.h>
#include <math.h>

/* The videos of a sweep in rows and columns, under the values that made them. The first that is made leads, the others follow. */

/* Wider than this a column does not show more. */
#define COLUMN_MAX 300
#define ROW_LABEL_MAX 120
/* The names of what varies, and the values across, stand before the videos. */
#define FIRST_ROW 2

struct _MageSweepGrid
{
  AdwBin parent_instance;

  MageSweepRunner *runner;
  GPtrArray *cells;     /* of MageSweepCell, not owned */
  gboolean playing;
  guint tick;

  GtkLabel *prompt;
  AdwClamp *clamp;
  GtkGrid *grid;
  GtkWidget *bar;
  GtkWidget *play;
  GtkScale *scrubber;
  GtkAdjustment *frame;
  GtkLabel *time;
};

G_DEFINE_FINAL_TYPE (MageSweepGrid, mage_sweep_grid, ADW_TYPE_BIN)

/** mage_sweep_grid_get_lead: Returns: (transfer none) (nullable): the clip that the others follow */
MageClipPaintable *
mage_sweep_grid_get_lead (MageSweepGrid *self)
{
  for (guint i = 0; i < self->cells->len; i++)
    {
      MageClipPaintable *clip = mage_sweep_cell_get_clip (g_ptr_array_index (self->cells, i));

      if (clip != NULL)
        return clip;
    }
  return NULL;
}

/* --- playing --- */

static void
show_frame (MageSweepGrid *self)
{
  MageClipPaintable *lead = mage_sweep_grid_get_lead (self);
  guint n = lead != NULL ? mage_clip_paintable_get_n_frames (lead) : 1;
  guint at = lead != NULL ? mage_clip_paintable_get_frame (lead) : 0;
  g_autofree char *text = g_strdup_printf (_("Frame %u of %u"), at + 1, n);

  gtk_widget_set_sensitive (self->bar, lead != NULL && n > 1);
  gtk_adjustment_set_upper (self->frame, n - 1);
  gtk_adjustment_set_value (self->frame, at);
  gtk_label_set_text (self->time, text);
}

/* All stand where the first one stands; one that came later joins them. */
static void
follow (MageSweepGrid *self, guint frame)
{
  for (guint i = 0; i < self->cells->len; i++)
    {
      MageClipPaintable *clip = mage_sweep_cell_get_clip (g_ptr_array_index (self->cells, i));

      if (clip != NULL)
        mage_clip_paintable_set_frame (clip, MIN (frame, mage_clip_paintable_get_n_frames (clip) - 1));
    }
  show_frame (self);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  MageSweepGrid *self = MAGE_SWEEP_GRID (widget);
  MageClipPaintable *lead = mage_sweep_grid_get_lead (self);

  if (lead == NULL)
    return G_SOURCE_CONTINUE;
  mage_clip_paintable_advance (lead, gdk_frame_clock_get_frame_time (clock));
  follow (self, mage_clip_paintable_get_frame (lead));
  return G_SOURCE_CONTINUE;
}

static void
update_tick (MageSweepGrid *self)
{
  gboolean wanted = self->playing && gtk_widget_get_mapped (GTK_WIDGET (self));
  MageClipPaintable *lead = mage_sweep_grid_get_lead (self);

  if (wanted == (self->tick != 0))
    return;
  if (wanted)
    {
      self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
      return;
    }
  gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  if (lead != NULL)
    mage_clip_paintable_halt (lead);
}

static void
toggle_cb (MageSweepGrid *self)
{
  mage_sweep_grid_set_playing (self, !self->playing);
}

/* The slider moves with the videos, too, which is no wish. */
static void
scrubbed_cb (MageSweepGrid *self)
{
  MageClipPaintable *lead = mage_sweep_grid_get_lead (self);
  guint frame = (guint) gtk_adjustment_get_value (self->frame);

  if (lead != NULL && frame != mage_clip_paintable_get_frame (lead))
    follow (self, frame);
}

static gboolean
change_value_cb (MageSweepGrid *self)
{
  mage_sweep_grid_set_playing (self, FALSE);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
key_pressed_cb (MageSweepGrid *self, guint key, guint code, GdkModifierType modifiers)
{
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  MageClipPaintable *lead = mage_sweep_grid_get_lead (self);
  gboolean playing = self->playing;

  if (!mage_transport_take_key (lead, &playing, key, modifiers, mirrored))
    return GDK_EVENT_PROPAGATE;
  mage_sweep_grid_set_playing (self, playing);
  follow (self, mage_clip_paintable_get_frame (lead));
  return GDK_EVENT_STOP;
}

/* --- the grid --- */

static void
add_label (MageSweepGrid *self, const char *markup, const char *style, int column, int row, int width)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 10);
  gtk_widget_add_css_class (label, style);
  gtk_widget_add_css_class (label, "numeric");
  gtk_grid_attach (self->grid, label, column, row, width, 1);
}

static void
add_name (MageSweepGrid *self, const MageParamInfo *info, int column, int row, int width)
{
  g_autofree char *name = g_markup_escape_text (_(info->label), -1);
  g_autofree char *markup = info->symbol != NULL ? g_strdup_printf ("%s %s", name, info->symbol) : g_strdup (name);

  add_label (self, markup, "dim-label", column, row, width);
}

static void
add_labels (MageSweepGrid *self, MageSweep *sweep)
{
  guint n = mage_sweep_get_n_columns (sweep);
  const char *const *values;
  const MageParamInfo *info = mage_sweep_get_axis (sweep, 0, &values);

  add_name (self, info, 1, 0, (int) n);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *value = g_markup_escape_text (values[i], -1);

      add_label (self, value, "heading", (int) i + 1, 1, 1);
    }
  if (mage_sweep_get_n_axes (sweep) == 1)
    return;
  info = mage_sweep_get_axis (sweep, 1, &values);
  add_name (self, info, 0, 1, 1);
  for (guint i = 0; values[i] != NULL; i++)
    {
      g_autofree char *value = g_markup_escape_text (values[i], -1);

      add_label (self, value, "heading", 0, (int) i + FIRST_ROW, 1);
    }
}

static void
refresh (MageSweepGrid *self)
{
  for (guint i = 0; i < self->cells->len; i++)
    mage_sweep_cell_refresh (g_ptr_array_index (self->cells, i));
  show_frame (self);
}

/* --- the object --- */

static void
mage_sweep_grid_dispose (GObject *object)
{
  MageSweepGrid *self = MAGE_SWEEP_GRID (object);

  mage_sweep_grid_set_playing (self, FALSE);
  g_ptr_array_set_size (self->cells, 0);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAGE_TYPE_SWEEP_GRID);
  g_clear_object (&self->runner);
  G_OBJECT_CLASS (mage_sweep_grid_parent_class)->dispose (object);
}

static void
mage_sweep_grid_finalize (GObject *object)
{
  g_ptr_array_unref (MAGE_SWEEP_GRID (object)->cells);
  G_OBJECT_CLASS (mage_sweep_grid_parent_class)->finalize (object);
}

static void
mage_sweep_grid_class_init (MageSweepGridClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_sweep_grid_dispose;
  G_OBJECT_CLASS (klass)->finalize = mage_sweep_grid_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/videomage/VideoMage/mage-sweep-grid.ui");
  gtk_widget_class_bind_template_child (widget_class, MageSweepGrid, prompt);
  gtk_widget_class_bind_template_child (widget_class, MageSweepGrid, clamp);
  gtk_widget_class_bind_template_child (widget_class, MageSweepGrid, grid);
  gtk_widget_class_bind_template_child (widget_class, MageSweepGrid, bar);
  gtk_widget_class_bind_template_child (widget_class, MageSweepGrid, play);
  gtk_widget_class_bind_template_child (widget_class, MageSweepGrid, scrubber);
  gtk_widget_class_bind_template_child (widget_class, MageSweepGrid, frame);
  gtk_widget_class_bind_template_child (widget_class, MageSweepGrid, time);
  gtk_widget_class_bind_template_callback (widget_class, toggle_cb);
}

static void
mage_sweep_grid_init (MageSweepGrid *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->cells = g_ptr_array_new ();
  self->playing = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->frame, "value-changed", G_CALLBACK (scrubbed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->scrubber, "change-value", G_CALLBACK (change_value_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "map", G_CALLBACK (update_tick), NULL);
  g_signal_connect (self, "unmap", G_CALLBACK (update_tick), NULL);
  /* Before the cells, which take space and the arrows for themselves: Enter opens them. */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->grid), keys);
}

/** mage_sweep_grid_show: once: the videos of the runner's sweep, as they are made. */
void
mage_sweep_grid_show (MageSweepGrid *self, MageSession *session, MageSweepRunner *runner)
{
  MageSweep *sweep = mage_sweep_runner_get_sweep (runner);
  guint n = mage_sweep_get_n_columns (sweep);

  g_return_if_fail (self->runner == NULL);

  self->runner = g_object_ref (runner);
  gtk_label_set_text (self->prompt, mage_sweep_get_prompt (sweep));
  adw_clamp_set_maximum_size (self->clamp, (int) n * COLUMN_MAX + (mage_sweep_get_n_axes (sweep) > 1 ? ROW_LABEL_MAX : 0));
  adw_clamp_set_tightening_threshold (self->clamp, adw_clamp_get_maximum_size (self->clamp));
  add_labels (self, sweep);
  for (guint i = 0; i < mage_sweep_get_n_cells (sweep); i++)
    {
      GtkWidget *cell = mage_sweep_cell_new (session, runner, i);

      gtk_grid_attach (self->grid, cell, (int) (i % n) + 1, (int) (i / n) + FIRST_ROW, 1, 1);
      g_ptr_array_add (self->cells, cell);
    }
  g_signal_connect_object (runner, "changed", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  show_frame (self);
}

void
mage_sweep_grid_set_playing (MageSweepGrid *self, gboolean playing)
{
  if (self->playing == playing)
    return;
  self->playing = playing;
  if (self->play != NULL)
    {
      gtk_button_set_icon_name (GTK_BUTTON (self->play), playing ? "media-playback-pause-symbolic" : "media-playback-start-symbolic");
      gtk_widget_set_tooltip_text (self->play, playing ? _("Pause") : _("Play"));
    }
  update_tick (self);
}

gboolean
mage_sweep_grid_get_playing (MageSweepGrid *self)
{
  return self->playing;
}

/** mage_sweep_grid_get_cell: Returns: (transfer none): a #MageSweepCell */
GtkWidget *
mage_sweep_grid_get_cell (MageSweepGrid *self, guint index)
{
  return g_ptr_array_index (self->cells, index);
}

static void
maybe_unref (gpointer frames)
{
  if (frames != NULL)
    frames_unref (frames);
}

/** mage_sweep_grid_dup_frames: Returns: (transfer full) (element-type Frames): of every video; NULL where there is none yet */
GPtrArray *
mage_sweep_grid_dup_frames (MageSweepGrid *self)
{
  GPtrArray *frames = g_ptr_array_new_with_free_func (maybe_unref);

  for (guint i = 0; i < self->cells->len; i++)
    {
      MageClipPaintable *clip = mage_sweep_cell_get_clip (g_ptr_array_index (self->cells, i));

      g_ptr_array_add (frames, clip != NULL ? frames_ref (mage_clip_paintable_get_frames (clip)) : NULL);
    }
  return frames;
}
