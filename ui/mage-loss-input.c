/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-loss-input.h"

#include <math.h>

/*
 * How a chart of losses is read and moved: pointer and arrow keys read out, wheel, pinch, plus and minus zoom, dragging and
 * Shift with the arrow keys pan. The wheel scrolls the page that the chart is on until the chart has the focus.
 */

#define ZOOM_KEY 1.5
#define ZOOM_WHEEL 1.2
/* Of what is seen, with Shift and an arrow key. */
#define PAN_KEY 0.15
/* Pixels before a press is a drag. */
#define DRAG_BEGINS 4

typedef struct
{
  MageLossChart *chart;
  double from;  /* the view's beginning when a drag or a pinch began */
  double to;
  gboolean dragged;
} Input;

static void
motion_cb (Input *self, double x, double y)
{
  mage_loss_chart_hover (self->chart, x, y);
}

static void
leave_cb (Input *self)
{
  mage_loss_chart_leave (self->chart);
}

static void
blur_cb (Input *self)
{
  mage_loss_chart_blur (self->chart);
}

/* --- keys --- */

static void
zoom_here (MageLossChart *chart, double factor)
{
  double from;
  double to;
  guint step;

  mage_loss_view_get (mage_loss_chart_get_view (chart), &from, &to);
  mage_loss_view_zoom (mage_loss_chart_get_view (chart), factor, mage_loss_chart_get_cursor (chart, &step) ? step : (from + to) / 2);
}

static void
pan_by (MageLossChart *chart, double share)
{
  double from;
  double to;

  mage_loss_view_get (mage_loss_chart_get_view (chart), &from, &to);
  mage_loss_view_pan (mage_loss_chart_get_view (chart), share * (to - from));
}

static gboolean
forget_step (MageLossChart *chart)
{
  guint step;

  if (!mage_loss_chart_get_cursor (chart, &step))
    return GDK_EVENT_PROPAGATE;
  mage_loss_chart_leave (chart);
  mage_loss_chart_set_step (chart, 0);
  return GDK_EVENT_STOP;
}

static void
move (MageLossChart *chart, int direction, GdkModifierType modifiers)
{
  int stride = modifiers & GDK_CONTROL_MASK ? MAX (1, (int) mage_loss_chart_get_length (chart) / 20) : 1;

  if (modifiers & GDK_SHIFT_MASK)
    pan_by (chart, PAN_KEY * direction);
  else
    mage_loss_chart_move_step (chart, direction * stride);
}

static gboolean
key_pressed_cb (Input *self, guint key, guint code, GdkModifierType modifiers)
{
  MageLossChart *chart = self->chart;

  if (mage_loss_chart_get_length (chart) == 0)
    return GDK_EVENT_PROPAGATE;
  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_Right:
      move (chart, key == GDK_KEY_Left ? -1 : 1, modifiers);
      break;
    case GDK_KEY_Home:
      mage_loss_chart_move_step (chart, G_MININT / 2);
      break;
    case GDK_KEY_End:
      mage_loss_chart_move_step (chart, G_MAXINT / 2);
      break;
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      zoom_here (chart, ZOOM_KEY);
      break;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      zoom_here (chart, 1 / ZOOM_KEY);
      break;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
      mage_loss_view_set (mage_loss_chart_get_view (chart), 0, G_MAXUINT);
      break;
    case GDK_KEY_Escape:
      return forget_step (chart);
    default:
      return GDK_EVENT_PROPAGATE;
    }
  return GDK_EVENT_STOP;
}

/* --- wheel and fingers --- */

static gboolean
scroll_cb (Input *self, double dx, double dy, GtkEventControllerScroll *scroll)
{
  GdkModifierType modifiers = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (scroll));
  gboolean wanted = (modifiers & GDK_CONTROL_MASK) || gtk_widget_has_focus (GTK_WIDGET (self->chart));
  guint step;

  if (!wanted || mage_loss_chart_get_length (self->chart) == 0)
    return GDK_EVENT_PROPAGATE;
  if (dx != 0 || (modifiers & GDK_SHIFT_MASK))
    pan_by (self->chart, PAN_KEY * (dx != 0 ? dx : dy));
  else if (mage_loss_chart_get_cursor (self->chart, &step))
    mage_loss_view_zoom (mage_loss_chart_get_view (self->chart), pow (ZOOM_WHEEL, -dy), step);
  else
    zoom_here (self->chart, pow (ZOOM_WHEEL, -dy));
  return GDK_EVENT_STOP;
}

static void
pinch_begin_cb (Input *self)
{
  mage_loss_view_get (mage_loss_chart_get_view (self->chart), &self->from, &self->to);
}

static void
pinched_cb (Input *self, double scale, GtkGesture *gesture)
{
  double x = gtk_widget_get_width (GTK_WIDGET (self->chart)) / 2.0;
  double y = 0;
  double share;
  double width = (self->to - self->from) / MAX (scale, 1e-3);

  if (gtk_gesture_is_active (gesture))
    gtk_gesture_get_bounding_box_center (gesture, &x, &y);
  share = CLAMP (x / MAX (1, gtk_widget_get_width (GTK_WIDGET (self->chart))), 0, 1);
  mage_loss_view_set (mage_loss_chart_get_view (self->chart), self->from + share * (self->to - self->from - width),
                            self->from + share * (self->to - self->from - width) + width);
}

/* --- dragging --- */

static void
drag_begin_cb (Input *self)
{
  self->dragged = FALSE;
  mage_loss_view_get (mage_loss_chart_get_view (self->chart), &self->from, &self->to);
  gtk_widget_grab_focus (GTK_WIDGET (self->chart));
}

static void
drag_update_cb (Input *self, double dx, double dy, GtkGesture *gesture)
{
  double moved = dx * mage_loss_chart_get_steps_per_pixel (self->chart);

  if (!self->dragged && fabs (dx) < DRAG_BEGINS)
    return;
  self->dragged = TRUE;
  if (!mage_loss_chart_get_view (self->chart)->zoomed)
    return;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  mage_loss_view_set (mage_loss_chart_get_view (self->chart), self->from - moved, self->to - moved);
}

static void
drag_end_cb (Input *self)
{
  if (!self->dragged)
    mage_loss_chart_press (self->chart);
}

static void
add (Input *self, gpointer controller)
{
  gtk_widget_add_controller (GTK_WIDGET (self->chart), GTK_EVENT_CONTROLLER (controller));
}

/** mage_loss_input_add: lets @chart be moved; once. */
void
mage_loss_input_add (MageLossChart *chart)
{
  Input *self = g_new0 (Input, 1);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *pinch = gtk_gesture_zoom_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->chart = chart;
  g_object_set_data_full (G_OBJECT (chart), "mage-loss-input", self, g_free);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (blur_cb), self);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  g_signal_connect_swapped (pinch, "begin", G_CALLBACK (pinch_begin_cb), self);
  g_signal_connect_swapped (pinch, "scale-changed", G_CALLBACK (pinched_cb), self);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  add (self, motion);
  add (self, keys);
  add (self, focus);
  add (self, scroll);
  add (self, pinch);
  add (self, drag);
}
