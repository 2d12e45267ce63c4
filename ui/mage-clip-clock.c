/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-clip-clock.h"

/*
 * Plays a clip by the frame clock of the widget that shows it: a tick callback that is there only while the widget is on the
 * screen and plays.
 */

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  MageClipClock *self = data;

  mage_clip_paintable_advance (self->clip, gdk_frame_clock_get_frame_time (clock));
  return G_SOURCE_CONTINUE;
}

static void
stop (MageClipClock *self)
{
  if (self->tick == 0)
    return;
  gtk_widget_remove_tick_callback (self->widget, self->tick);
  self->tick = 0;
  if (self->clip != NULL)
    mage_clip_paintable_halt (self->clip);
}

static void
update (MageClipClock *self)
{
  if (!self->playing || self->clip == NULL || !gtk_widget_get_mapped (self->widget)
      || mage_clip_paintable_get_n_frames (self->clip) < 2)
    stop (self);
  else if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (self->widget, tick_cb, self, NULL);
}

/** mage_clip_clock_init: once, for the widget that @self is part of. */
void
mage_clip_clock_init (MageClipClock *self, GtkWidget *widget)
{
  self->widget = widget;
  g_signal_connect_data (widget, "map", G_CALLBACK (update), self, NULL, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_data (widget, "unmap", G_CALLBACK (update), self, NULL, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

/** mage_clip_clock_set_clip: @clip: (nullable): what is played from now on; the owner keeps it. */
void
mage_clip_clock_set_clip (MageClipClock *self, MageClipPaintable *clip)
{
  if (self->clip == clip)
    return;
  if (self->clip != NULL)
    mage_clip_paintable_halt (self->clip);
  self->clip = clip;
  update (self);
}

/** mage_clip_clock_set_playing: Returns: whether that is new */
gboolean
mage_clip_clock_set_playing (MageClipClock *self, gboolean playing)
{
  if (self->playing == playing)
    return FALSE;
  self->playing = playing;
  update (self);
  return TRUE;
}

/** mage_clip_draw: @paintable, over all of @area */
void
mage_clip_draw (GtkSnapshot *snapshot, GdkPaintable *paintable, const graphene_rect_t *area)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &area->origin);
  gdk_paintable_snapshot (paintable, snapshot, area->size.width, area->size.height);
  gtk_snapshot_restore (snapshot);
}
