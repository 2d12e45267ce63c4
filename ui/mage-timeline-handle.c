/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-timeline-handle.h"

#include <adwaita.h>
#include <math.h>

/*
 * A thing of the timeline that can be moved: dragged, or with the arrow keys when it has the focus. It
 * only says where it is wanted; the timeline moves it.
 */

#define DOT 16
#define PILL 22

struct _MageTimelineHandle
{
  GtkWidget parent_instance;

  MageTimelineShape shape;
  PangoLayout *words;   /* NULL: none */
  gboolean dragged;
};

G_DEFINE_FINAL_TYPE (MageTimelineHandle, mage_timeline_handle, GTK_TYPE_WIDGET)

enum
{
  DRAGGED,
  DROPPED,
  NUDGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- drawing --- */

static void
draw_disc (GtkSnapshot *snapshot, double size, double width, double height, const GdkRGBA *colour)
{
  GskRoundedRect disc;

  gsk_rounded_rect_init_from_rect (&disc, &GRAPHENE_RECT_INIT ((float) ((width - size) / 2), (float) ((height - size) / 2),
                                                               (float) size, (float) size), (float) (size / 2));
  gtk_snapshot_push_rounded_clip (snapshot, &disc);
  gtk_snapshot_append_color (snapshot, colour, &disc.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
draw_pill (MageTimelineHandle *self, GtkSnapshot *snapshot, double width, double height)
{
  g_autoptr (GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (adw_style_manager_get_default ());
  GdkRGBA white = { 1, 1, 1, 1 };
  GskRoundedRect outline;
  int w;
  int h;

  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height), (float) (height / 2));
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, accent, &outline.bounds);
  gtk_snapshot_pop (snapshot);
  if (self->words == NULL)
    return;
  pango_layout_get_pixel_size (self->words, &w, &h);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) round ((width - w) / 2), (float) round ((height - h) / 2)));
  gtk_snapshot_append_layout (snapshot, self->words, &white);
  gtk_snapshot_restore (snapshot);
}

static void
mage_timeline_handle_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MageTimelineHandle *self = MAGE_TIMELINE_HANDLE (widget);
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget);
  GdkRGBA ink;
  GdkRGBA ground;

  gtk_widget_get_color (widget, &ink);
  if (self->shape == MAGE_TIMELINE_PILL)
    {
      draw_pill (self, snapshot, width, height);
      return;
    }
  /* What is dark on light is light on dark: the ring stands out from either. */
  ground = ink.red > 0.5f ? (GdkRGBA) { 0.2f, 0.2f, 0.22f, 1 } : (GdkRGBA) { 1, 1, 1, 1 };
  draw_disc (snapshot, self->shape == MAGE_TIMELINE_HEAD ? 10 : 9, width, height, &ink);
  if (self->shape == MAGE_TIMELINE_DOT)
    draw_disc (snapshot, 5, width, height, &ground);
}

static void
mage_timeline_handle_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                              int *minimum_baseline, int *natural_baseline)
{
  MageTimelineHandle *self = MAGE_TIMELINE_HANDLE (widget);
  int w = 0;

  if (self->shape == MAGE_TIMELINE_PILL && self->words != NULL)
    pango_layout_get_pixel_size (self->words, &w, NULL);
  if (self->shape != MAGE_TIMELINE_PILL)
    *minimum = *natural = DOT;
  else
    *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? w + 16 : PILL;
}

/* --- input --- */

/* For a press on an arrow with Shift, or on Page Up and Page Down. */
#define LEAP 5

/* The press is the handle's alone: the timeline below would go to the step that is there. */
static void
drag_begin_cb (MageTimelineHandle *self, double x, double y, GtkGesture *gesture)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  self->dragged = TRUE;
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

/* Where the pointer is, as the timeline sees it. */
static void
drag_update_cb (MageTimelineHandle *self, double dx, double dy, GtkGestureDrag *gesture)
{
  graphene_point_t there;
  double x;
  double y;

  gtk_gesture_drag_get_start_point (gesture, &x, &y);
  if (gtk_widget_compute_point (GTK_WIDGET (self), gtk_widget_get_parent (GTK_WIDGET (self)),
                                &GRAPHENE_POINT_INIT ((float) (x + dx), (float) (y + dy)), &there))
    g_signal_emit (self, signals[DRAGGED], 0, (double) there.x, (double) there.y);
}

static void
drag_end_cb (MageTimelineHandle *self)
{
  self->dragged = FALSE;
  g_signal_emit (self, signals[DROPPED], 0);
}

static gboolean
key_pressed_cb (MageTimelineHandle *self, guint key, guint code, GdkModifierType modifiers)
{
  int by = modifiers & GDK_SHIFT_MASK ? LEAP : 1;
  int forward = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL ? -by : by;
  int dx = 0;
  int dy = 0;

  switch (key)
    {
    case GDK_KEY_Left:
      dx = -forward;
      break;
    case GDK_KEY_Right:
      dx = forward;
      break;
    case GDK_KEY_Up:
      dy = by;
      break;
    case GDK_KEY_Down:
      dy = -by;
      break;
    case GDK_KEY_Page_Up:
      dy = LEAP;
      break;
    case GDK_KEY_Page_Down:
      dy = -LEAP;
      break;
    case GDK_KEY_Home:
      dx = -MAGE_TIMELINE_ALL_THE_WAY;
      break;
    case GDK_KEY_End:
      dx = MAGE_TIMELINE_ALL_THE_WAY;
      break;
    default:
      return GDK_EVENT_PROPAGATE;
    }
  g_signal_emit (self, signals[NUDGED], 0, dx, dy);
  return GDK_EVENT_STOP;
}

/* --- the object --- */

static void
mage_timeline_handle_finalize (GObject *object)
{
  g_clear_object (&MAGE_TIMELINE_HANDLE (object)->words);
  G_OBJECT_CLASS (mage_timeline_handle_parent_class)->finalize (object);
}

static void
mage_timeline_handle_class_init (MageTimelineHandleClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = mage_timeline_handle_finalize;
  widget_class->snapshot = mage_timeline_handle_snapshot;
  widget_class->measure = mage_timeline_handle_measure;
  /** MageTimelineHandle::dragged: to a point of the parent. */
  signals[DRAGGED] = g_signal_new ("dragged", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_DOUBLE,
                                   G_TYPE_DOUBLE);
  /** MageTimelineHandle::dropped: it was let go. */
  signals[DROPPED] = g_signal_new ("dropped", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /** MageTimelineHandle::nudged: by so many small steps forward and upward, or MAGE_TIMELINE_ALL_THE_WAY to one end. */
  signals[NUDGED] = g_signal_new ("nudged", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_INT);
  gtk_widget_class_set_css_name (widget_class, "timelinehandle");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SLIDER);
}

static void
mage_timeline_handle_init (MageTimelineHandle *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/** mage_timeline_handle_new: @label: what it moves. */
GtkWidget *
mage_timeline_handle_new (MageTimelineShape shape, const char *label)
{
  MageTimelineHandle *self = g_object_new (MAGE_TYPE_TIMELINE_HANDLE, NULL);

  self->shape = shape;
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), label);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), shape == MAGE_TIMELINE_DOT ? "grab" : "ew-resize");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0, -1);
  return GTK_WIDGET (self);
}

/** mage_timeline_handle_set_value: @markup: what a pill says; @text: the value in words. */
void
mage_timeline_handle_set_value (MageTimelineHandle *self, const char *markup, double value, double maximum, const char *text)
{
  if (self->shape == MAGE_TIMELINE_PILL)
    {
      g_clear_object (&self->words);
      self->words = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
      pango_layout_set_markup (self->words, markup, -1);
      gtk_widget_queue_resize (GTK_WIDGET (self));
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, maximum,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, CLAMP (value, 0, maximum),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
}

gboolean
mage_timeline_handle_is_dragged (MageTimelineHandle *self)
{
  return self->dragged;
}
