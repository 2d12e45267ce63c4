/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-trimmer.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

/*
 * The film of a clip with two handles around the part that is used, and the playhead. By mouse: drag
 * a handle, the frame between them, or anywhere else for the playhead. By keyboard: arrows move the
 * playhead, with Shift the part; I and O set its beginning and end at the playhead; Home and End.
 */

#define HEIGHT 48
#define RADIUS 8.0
#define HANDLE 12.0
#define BORDER 3.0
/* Nothing shorter can be chosen, in seconds. */
#define MIN_SPAN 0.1

typedef enum
{
  PART_NONE,
  PART_START,
  PART_END,
  PART_SPAN,
  PART_PLAYHEAD
} Part;

struct _MageTrimmer
{
  GtkWidget parent_instance;

  MageClipPaintable *clip;
  double duration;
  double start;
  double length;
  double position;

  Part dragged;
  double grip;  /* seconds between the pointer and what it drags */
  gboolean chosen;
};

G_DEFINE_FINAL_TYPE (MageTrimmer, mage_trimmer, GTK_TYPE_WIDGET)

enum
{
  SPAN_CHOSEN,
  SPAN_CHANGED,
  SEEKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- geometry --- */

static double
get_inner_width (MageTrimmer *self)
{
  return MAX (1, gtk_widget_get_width (GTK_WIDGET (self)) - 2 * HANDLE);
}

static double
time_to_x (MageTrimmer *self, double time)
{
  double x = HANDLE + (self->duration > 0 ? time / self->duration : 0) * get_inner_width (self);

  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    return gtk_widget_get_width (GTK_WIDGET (self)) - x;
  return x;
}

static double
x_to_time (MageTrimmer *self, double x)
{
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    x = gtk_widget_get_width (GTK_WIDGET (self)) - x;
  return (x - HANDLE) / get_inner_width (self) * self->duration;
}

static Part
find_part (MageTrimmer *self, double x)
{
  double start = time_to_x (self, self->start);
  double end = time_to_x (self, self->start + self->length);
  double outside = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL ? -1 : 1;

  if ((start - x) * outside >= -4 && (start - x) * outside <= HANDLE + 4)
    return PART_START;
  if ((x - end) * outside >= -4 && (x - end) * outside <= HANDLE + 4)
    return PART_END;
  return PART_PLAYHEAD;
}

/* --- drawing --- */

static void
draw_film (MageTrimmer *self, GtkSnapshot *snapshot, double width)
{
  guint n = mage_clip_paintable_get_n_frames (self->clip);
  Frames *frames = mage_clip_paintable_get_frames (self->clip);
  double height = HEIGHT - 6;
  double cell = height * frames->width / frames->height;
  guint count = (guint) MAX (1, ceil ((width - 2 * HANDLE) / cell));
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  cell = (width - 2 * HANDLE) / count;
  for (guint i = 0; i < count; i++)
    {
      guint frame = (guint) MIN (n - 1, (i + 0.5) / count * n);
      double x = HANDLE + (mirrored ? count - 1 - i : i) * cell;
      double drawn = height * frames->width / frames->height;

      gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT ((float) x, 3, (float) cell + 0.5f, (float) height));
      gtk_snapshot_append_scaled_texture (snapshot, mage_clip_paintable_get_texture (self->clip, frame),
                                          GSK_SCALING_FILTER_TRILINEAR,
                                          &GRAPHENE_RECT_INIT ((float) (x + (cell - drawn) / 2), 3,
                                                               (float) drawn, (float) height));
      gtk_snapshot_pop (snapshot);
    }
}

static void
draw_handle (GtkSnapshot *snapshot, double x, gboolean left, const GdkRGBA *accent)
{
  GdkRGBA grip = { 1, 1, 1, 0.9f };
  GskRoundedRect outline;
  graphene_size_t round_corner = GRAPHENE_SIZE_INIT (6, 6);
  graphene_size_t square = GRAPHENE_SIZE_INIT (0, 0);

  gsk_rounded_rect_init (&outline, &GRAPHENE_RECT_INIT ((float) x, 0, HANDLE, HEIGHT), left ? &round_corner : &square,
                         left ? &square : &round_corner, left ? &square : &round_corner, left ? &round_corner : &square);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, accent, &outline.bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_color (snapshot, &grip, &GRAPHENE_RECT_INIT ((float) x + HANDLE / 2 - 1, 16, 2, HEIGHT - 32));
}

static void
draw_span (MageTrimmer *self, GtkSnapshot *snapshot, double width)
{
  g_autoptr (GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (adw_style_manager_get_default ());
  double a = time_to_x (self, self->start);
  double b = time_to_x (self, self->start + self->length);
  double left = MIN (a, b);
  double right = MAX (a, b);
  GdkRGBA veil = { 0, 0, 0, 0.5f };
  float y = HEIGHT - BORDER;

  gtk_snapshot_append_color (snapshot, &veil, &GRAPHENE_RECT_INIT (HANDLE, 3, (float) MAX (0, left - HANDLE), HEIGHT - 6));
  gtk_snapshot_append_color (snapshot, &veil, &GRAPHENE_RECT_INIT ((float) right, 3,
                                                                   (float) MAX (0, width - HANDLE - right), HEIGHT - 6));
  gtk_snapshot_append_color (snapshot, accent, &GRAPHENE_RECT_INIT ((float) left, 0, (float) (right - left), BORDER));
  gtk_snapshot_append_color (snapshot, accent, &GRAPHENE_RECT_INIT ((float) left, y, (float) (right - left), BORDER));
  draw_handle (snapshot, left - HANDLE, TRUE, accent);
  draw_handle (snapshot, right, FALSE, accent);
}

static void
draw_playhead (MageTrimmer *self, GtkSnapshot *snapshot)
{
  double x = round (time_to_x (self, CLAMP (self->position, 0, self->duration)));
  GdkRGBA shade = { 0, 0, 0, 0.55f };
  GdkRGBA white = { 1, 1, 1, 1 };

  gtk_snapshot_append_color (snapshot, &shade, &GRAPHENE_RECT_INIT ((float) x - 2.5f, 0, 5, HEIGHT));
  gtk_snapshot_append_color (snapshot, &white, &GRAPHENE_RECT_INIT ((float) x - 1.5f, 0, 3, HEIGHT));
}

static void
mage_trimmer_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MageTrimmer *self = MAGE_TRIMMER (widget);
  double width = gtk_widget_get_width (widget);
  GskRoundedRect film;
  GdkRGBA ink;

  gsk_rounded_rect_init_from_rect (&film, &GRAPHENE_RECT_INIT (HANDLE, 3, (float) (width - 2 * HANDLE), HEIGHT - 6), RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &film);
  gtk_widget_get_color (widget, &ink);
  ink.alpha *= 0.08f;
  gtk_snapshot_append_color (snapshot, &ink, &film.bounds);
  if (self->clip != NULL)
    draw_film (self, snapshot, width);
  gtk_snapshot_pop (snapshot);
  if (self->clip == NULL)
    return;
  draw_span (self, snapshot, width);
  draw_playhead (self, snapshot);
}

static void
mage_trimmer_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                      int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 120 : HEIGHT;
}

/* --- changes --- */

static void
describe (MageTrimmer *self)
{
  g_autofree char *text = g_strdup_printf (_("From %.2f to %.2f seconds; playhead at %.2f of %.2f"), self->start,
                                           self->start + self->length, self->position, self->duration);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, self->duration,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, self->position,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
}

/* Moves an edge or the whole part; whoever listens to ::span-changed follows while it moves. */
static void
set_edges (MageTrimmer *self, double start, double end)
{
  double least = MIN (MIN_SPAN, self->duration);

  start = CLAMP (start, 0, self->duration - least);
  end = CLAMP (end, start + least, self->duration);
  if (fabs (start - self->start) < 1e-9 && fabs (end - start - self->length) < 1e-9)
    return;
  self->start = start;
  self->length = end - start;
  self->chosen = TRUE;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[SPAN_CHANGED], 0);
}

static void
move_span (MageTrimmer *self, double start)
{
  start = CLAMP (start, 0, self->duration - self->length);
  set_edges (self, start, start + self->length);
}

static void
choose (MageTrimmer *self)
{
  if (!self->chosen)
    return;
  self->chosen = FALSE;
  g_signal_emit (self, signals[SPAN_CHOSEN], 0);
}

static void
seek (MageTrimmer *self, double position)
{
  position = CLAMP (position, 0, self->duration);
  mage_trimmer_set_position (self, position);
  g_signal_emit (self, signals[SEEKED], 0, position);
}

/* --- input --- */

static void
drag_begin_cb (MageTrimmer *self, double x, double y, GtkGestureDrag *gesture)
{
  GdkModifierType modifiers = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));

  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->dragged = modifiers & GDK_SHIFT_MASK ? PART_SPAN : find_part (self, x);
  self->grip = 0;
  if (self->dragged == PART_START || self->dragged == PART_SPAN)
    self->grip = self->start - x_to_time (self, x);
  else if (self->dragged == PART_END)
    self->grip = self->start + self->length - x_to_time (self, x);
  else
    seek (self, x_to_time (self, x));
}

static void
drag_update_cb (MageTrimmer *self, double dx, double dy, GtkGestureDrag *gesture)
{
  double x;
  double y;
  double time;

  gtk_gesture_drag_get_start_point (gesture, &x, &y);
  time = x_to_time (self, x + dx) + self->grip;
  switch (self->dragged)
    {
    case PART_START:
      set_edges (self, MIN (time, self->start + self->length - MIN_SPAN), self->start + self->length);
      seek (self, self->start);
      break;
    case PART_END:
      set_edges (self, self->start, time);
      seek (self, self->start + self->length);
      break;
    case PART_SPAN:
      move_span (self, time);
      seek (self, self->start);
      break;
    case PART_PLAYHEAD:
      seek (self, time);
      break;
    case PART_NONE:
    default:
      break;
    }
}

static void
drag_end_cb (MageTrimmer *self)
{
  self->dragged = PART_NONE;
  choose (self);
}

static void
pointer_cb (MageTrimmer *self, double x, double y)
{
  Part part = find_part (self, x);

  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), part == PART_START || part == PART_END ? "ew-resize" : "default");
}

/* One frame of the clip, in seconds. */
static double
get_frame_time (MageTrimmer *self)
{
  return self->clip != NULL ? self->duration / mage_clip_paintable_get_n_frames (self->clip) : 0.1;
}

static gboolean
key_pressed_cb (MageTrimmer *self, guint key, guint code, GdkModifierType modifiers)
{
  double step = get_frame_time (self) * (modifiers & GDK_CONTROL_MASK ? 5 : 1);
  double forward = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL ? -step : step;
  gboolean shift = (modifiers & GDK_SHIFT_MASK) != 0;

  if (self->clip == NULL)
    return GDK_EVENT_PROPAGATE;
  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_Right:
      forward = key == GDK_KEY_Left ? -forward : forward;
      if (shift)
        move_span (self, self->start + forward);
      else
        seek (self, self->position + forward);
      break;
    case GDK_KEY_i:
    case GDK_KEY_I:
      set_edges (self, MIN (self->position, self->start + self->length - MIN_SPAN), self->start + self->length);
      break;
    case GDK_KEY_o:
    case GDK_KEY_O:
      set_edges (self, self->start, MAX (self->position, self->start + MIN_SPAN));
      break;
    case GDK_KEY_Home:
      seek (self, shift ? 0 : self->start);
      break;
    case GDK_KEY_End:
      seek (self, shift ? self->duration : self->start + self->length);
      break;
    default:
      return GDK_EVENT_PROPAGATE;
    }
  choose (self);
  return GDK_EVENT_STOP;
}

/* --- the object --- */

static void
mage_trimmer_dispose (GObject *object)
{
  g_clear_object (&MAGE_TRIMMER (object)->clip);
  G_OBJECT_CLASS (mage_trimmer_parent_class)->dispose (object);
}

static void
mage_trimmer_class_init (MageTrimmerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_trimmer_dispose;
  widget_class->snapshot = mage_trimmer_snapshot;
  widget_class->measure = mage_trimmer_measure;

  /** MageTrimmer::span-changed: while a handle moves. */
  signals[SPAN_CHANGED] = g_signal_new ("span-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /** MageTrimmer::span-chosen: a handle was let go, or a key pressed. */
  signals[SPAN_CHOSEN] = g_signal_new ("span-chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /** MageTrimmer::seeked: the user moved the playhead, to seconds. */
  signals[SEEKED] = g_signal_new ("seeked", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
  gtk_widget_class_set_css_name (widget_class, "trimmer");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SLIDER);
}

static void
mage_trimmer_init (MageTrimmer *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *pointer = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), _("Drag a handle, or press I and O at the playhead; Shift+arrows move the part"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Part of the clip that is learned"),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0, -1);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  g_signal_connect_swapped (pointer, "motion", G_CALLBACK (pointer_cb), self);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), pointer);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
mage_trimmer_new (void)
{
  return g_object_new (MAGE_TYPE_TRIMMER, NULL);
}

/** mage_trimmer_set_clip: @clip: (nullable): the film; @duration: in seconds. */
void
mage_trimmer_set_clip (MageTrimmer *self, MageClipPaintable *clip, double duration)
{
  g_set_object (&self->clip, clip);
  self->duration = MAX (duration, MIN_SPAN);
  gtk_widget_set_sensitive (GTK_WIDGET (self), clip != NULL);
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_trimmer_set_span: shows a part, in seconds, without telling of it. */
void
mage_trimmer_set_span (MageTrimmer *self, double start, double length)
{
  self->start = CLAMP (start, 0, self->duration);
  self->length = CLAMP (length, 0, self->duration - self->start);
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
mage_trimmer_get_span (MageTrimmer *self, double *start, double *length)
{
  *start = self->start;
  *length = self->length;
}

/** mage_trimmer_set_position: shows the playhead at @position seconds, without telling of it. */
void
mage_trimmer_set_position (MageTrimmer *self, double position)
{
  if (self->position == position)
    return;
  self->position = position;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

double
mage_trimmer_get_position (MageTrimmer *self)
{
  return self->position;
}
