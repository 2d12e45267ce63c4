/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-canvas-input.h"

#include <math.h>

/* Mouse, fingers, wheel and keys, as a canvas understands them. */

/* A notch of the wheel. */
#define WHEEL_ZOOM 1.2
/* Two fingers on a touchpad go so far for a notch, in points. */
#define WHEEL_POINTS 20.0
/* An arrow key, in points; with Shift, so many times as far. */
#define ARROW 4.0
#define ARROW_FAST 8.0

typedef struct
{
  MagePictureCanvas *canvas; /* owns the controllers, and with them this */
  GtkGesture *drag;
  gboolean space;            /* is held */
  gboolean panning;
  double pointer_x, pointer_y;
  double last_x, last_y;     /* of a drag */
  double start_scale;        /* of two fingers */
} Input;

/* --- drag --- */

static gboolean
is_opposite (GtkGesture *gesture)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));

  return gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture)) == GDK_BUTTON_SECONDARY
         || (state & GDK_ALT_MASK) != 0;
}

static void
drag_begin_cb (Input *self, double x, double y, GtkGesture *gesture)
{
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));

  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
  self->panning = button == GDK_BUTTON_MIDDLE || self->space;
  self->last_x = x;
  self->last_y = y;
  if (self->panning)
    gtk_widget_set_cursor_from_name (GTK_WIDGET (self->canvas), "grabbing");
  else if (!mage_picture_canvas_begin (self->canvas, x, y, is_opposite (gesture)))
    {
      gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
drag_update_cb (Input *self, double dx, double dy, GtkGesture *gesture)
{
  double x, y;

  gtk_gesture_drag_get_start_point (GTK_GESTURE_DRAG (gesture), &x, &y);
  x += dx;
  y += dy;
  mage_picture_canvas_set_pointer (self->canvas, x, y);
  if (self->panning)
    mage_picture_canvas_pan (self->canvas, x - self->last_x, y - self->last_y);
  else
    mage_picture_canvas_move (self->canvas, x, y);
  self->last_x = x;
  self->last_y = y;
}

static void
show_cursor (Input *self)
{
  MageMaskTool tool = mage_picture_canvas_get_tool (self->canvas);

  if (self->space)
    gtk_widget_set_cursor_from_name (GTK_WIDGET (self->canvas), "grab");
  else
    mage_canvas_input_show_cursor (GTK_WIDGET (self->canvas), tool == MAGE_MASK_TOOL_BRUSH || tool == MAGE_MASK_TOOL_ERASER);
}

static void
drag_end_cb (Input *self, double dx, double dy, GtkGesture *gesture)
{
  if (self->panning)
    show_cursor (self);
  else
    mage_picture_canvas_end (self->canvas);
  self->panning = FALSE;
}

static void
drag_cancel_cb (Input *self, GdkEventSequence *sequence, GtkGesture *gesture)
{
  mage_picture_canvas_cancel (self->canvas);
  self->panning = FALSE;
}

/* --- pointer and wheel --- */

static void
motion_cb (Input *self, double x, double y, GtkEventController *controller)
{
  self->pointer_x = x;
  self->pointer_y = y;
  mage_picture_canvas_set_pointer (self->canvas, x, y);
}

static void
leave_cb (Input *self, GtkEventController *controller)
{
  mage_picture_canvas_unset_pointer (self->canvas);
}

static gboolean
can_pan (const MageCanvasView *view)
{
  return view->picture_width * view->scale > view->width + 1 || view->picture_height * view->scale > view->height + 1;
}

/* A wheel zooms; two fingers on a touchpad pan, and zoom with Ctrl. A picture that is seen as a whole leaves them the page. */
static gboolean
scroll_cb (Input *self, double dx, double dy, GtkEventController *controller)
{
  const MageCanvasView *view = mage_picture_canvas_get_view (self->canvas);
  gboolean wheel = gtk_event_controller_scroll_get_unit (GTK_EVENT_CONTROLLER_SCROLL (controller)) == GDK_SCROLL_UNIT_WHEEL;
  gboolean control = (gtk_event_controller_get_current_event_state (controller) & GDK_CONTROL_MASK) != 0;

  if (!wheel && !control)
    {
      if (!can_pan (view))
        return FALSE;
      mage_picture_canvas_pan (self->canvas, -dx, -dy);
      return TRUE;
    }
  mage_picture_canvas_zoom (self->canvas, view->scale * pow (WHEEL_ZOOM, wheel ? -dy : -dy / WHEEL_POINTS), self->pointer_x,
                            self->pointer_y);
  return TRUE;
}

/* --- two fingers --- */

static void
zoom_begin_cb (Input *self, GdkEventSequence *sequence, GtkGesture *gesture)
{
  gtk_gesture_set_state (self->drag, GTK_EVENT_SEQUENCE_DENIED);
  mage_picture_canvas_cancel (self->canvas);
  self->start_scale = mage_picture_canvas_get_view (self->canvas)->scale;
  gtk_gesture_get_bounding_box_center (gesture, &self->last_x, &self->last_y);
}

static void
zoom_cb (Input *self, double scale, GtkGesture *gesture)
{
  double x, y;

  if (!gtk_gesture_get_bounding_box_center (gesture, &x, &y))
    return;
  mage_picture_canvas_pan (self->canvas, x - self->last_x, y - self->last_y);
  mage_picture_canvas_zoom (self->canvas, self->start_scale * scale, x, y);
  self->last_x = x;
  self->last_y = y;
}

/* --- keys --- */

static gboolean
move_cross (Input *self, guint key, GdkModifierType state)
{
  double step = ARROW * ((state & GDK_SHIFT_MASK) != 0 ? ARROW_FAST : 1);

  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      mage_picture_canvas_move_cross (self->canvas, -step, 0);
      return TRUE;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      mage_picture_canvas_move_cross (self->canvas, step, 0);
      return TRUE;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      mage_picture_canvas_move_cross (self->canvas, 0, -step);
      return TRUE;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      mage_picture_canvas_move_cross (self->canvas, 0, step);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
pressed_cb (Input *self, guint key, guint code, GdkModifierType state, GtkEventController *controller)
{
  if ((state & GDK_CONTROL_MASK) != 0)
    return FALSE;
  if (move_cross (self, key, state))
    return TRUE;
  switch (key)
    {
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      mage_picture_canvas_act (self->canvas, (state & GDK_ALT_MASK) != 0);
      return TRUE;
    case GDK_KEY_Escape:
      return mage_picture_canvas_cancel (self->canvas);
    case GDK_KEY_space:
      self->space = TRUE;
      show_cursor (self);
      return TRUE;
    case GDK_KEY_h:
      mage_picture_canvas_set_hidden (self->canvas, TRUE);
      return TRUE;
    default:
      return FALSE;
    }
}

static void
released_cb (Input *self, guint key, guint code, GdkModifierType state, GtkEventController *controller)
{
  if (key == GDK_KEY_space)
    self->space = FALSE;
  if (key == GDK_KEY_h)
    mage_picture_canvas_set_hidden (self->canvas, FALSE);
  show_cursor (self);
}

/* A key that is let go elsewhere is not held any more. */
static void
focus_left_cb (Input *self, GtkEventController *controller)
{
  self->space = FALSE;
  mage_picture_canvas_set_hidden (self->canvas, FALSE);
}

/* --- all of it --- */

static void
add_drag (Input *self)
{
  self->drag = gtk_gesture_drag_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (self->drag), 0);
  g_signal_connect_swapped (self->drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (self->drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect_swapped (self->drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  g_signal_connect_swapped (self->drag, "cancel", G_CALLBACK (drag_cancel_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->canvas), GTK_EVENT_CONTROLLER (self->drag));
}

static void
add_controller (Input *self, GtkEventController *controller)
{
  gtk_widget_add_controller (GTK_WIDGET (self->canvas), controller);
}

/** mage_canvas_input_add: the canvas hears of pointers and keys from now on. */
void
mage_canvas_input_add (MagePictureCanvas *canvas)
{
  Input *self = g_new0 (Input, 1);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkGesture *zoom = gtk_gesture_zoom_new ();

  self->canvas = canvas;
  g_object_set_data_full (G_OBJECT (canvas), "mage-canvas-input", self, g_free);
  add_drag (self);
  g_signal_connect_swapped (zoom, "begin", G_CALLBACK (zoom_begin_cb), self);
  g_signal_connect_swapped (zoom, "scale-changed", G_CALLBACK (zoom_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect_swapped (keys, "key-released", G_CALLBACK (released_cb), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (focus_left_cb), self);
  add_controller (self, GTK_EVENT_CONTROLLER (zoom));
  add_controller (self, motion);
  add_controller (self, scroll);
  add_controller (self, keys);
  add_controller (self, focus);
  mage_canvas_input_show_cursor (GTK_WIDGET (canvas), FALSE);
}

/** mage_canvas_input_show_cursor: @brush: the brush shows itself; other tools point. */
void
mage_canvas_input_show_cursor (GtkWidget *canvas, gboolean brush)
{
  gtk_widget_set_cursor_from_name (canvas, brush ? "none" : "crosshair");
}
