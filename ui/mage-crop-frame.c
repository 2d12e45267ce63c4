/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-crop-frame.h"

#include <glib/gi18n.h>
#include <math.h>

/*
 * Lies over a clip and shows which part of its frames is learned. By mouse: drag the part, or a corner for its size; it keeps
 * the model's shape; a double click takes the middle again. By keyboard: arrows, + and −, and Delete for the middle.
 */

/* How near to a corner it is taken hold of. */
#define REACH 16.0
/* A corner's mark: how long its arms are, and how thick. */
#define ARM 14.0f
#define THICK 3.0f
/* Less of a clip says nothing: this share of the largest part, or so many pixels. */
#define LEAST_SHARE 0.1
#define LEAST_PIXELS 32.0
/* By key, as a share of the clip's width. */
#define STEP 0.01
#define LARGE_STEP 0.05
#define SIZE_STEP 1.05

typedef enum
{
  HOLD_NOTHING,
  HOLD_ALL,
  HOLD_CORNER
} Hold;

struct _MageCropFrame
{
  GtkWidget parent_instance;

  MageClipView *view;
  double width;   /* the clip's, in pixels; 0 while nobody knows */
  double height;
  double aspect;
  MageCrop crop;  /* what is shown, in pixels of the clip */

  Hold hold;
  MageCrop before;
  double grip_x, grip_y;      /* where the pointer took hold */
  double anchor_x, anchor_y;  /* the corner that stays */
  gboolean pointed;
};

G_DEFINE_FINAL_TYPE (MageCropFrame, mage_crop_frame, GTK_TYPE_WIDGET)

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- geometry --- */

static double
get_most (MageCropFrame *self)
{
  return MIN (self->width, self->height * self->aspect);
}

static MageCrop
get_middle (MageCropFrame *self)
{
  double width = get_most (self);
  double height = width / self->aspect;

  return (MageCrop) { (self->width - width) / 2, (self->height - height) / 2, width, height };
}

/* Inside the clip, and of the model's shape. */
static void
set_crop (MageCropFrame *self, double x, double y, double width)
{
  double most = get_most (self);
  double height;

  width = CLAMP (width, MIN (most, MAX (LEAST_PIXELS, most * LEAST_SHARE)), most);
  height = width / self->aspect;
  self->crop = (MageCrop) { CLAMP (x, 0, self->width - width), CLAMP (y, 0, self->height - height), width, height };
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
is_ready (MageCropFrame *self)
{
  return self->width > 0 && self->height > 0 && self->aspect > 0 && self->view != NULL;
}

/* Where the clip's frame is, and how many points a pixel has. */
static double
get_origin (MageCropFrame *self, double *x, double *y)
{
  graphene_rect_t area;
  graphene_point_t origin;

  mage_clip_view_get_area (self->view, &area);
  if (!gtk_widget_compute_point (GTK_WIDGET (self->view), GTK_WIDGET (self), &area.origin, &origin))
    origin = area.origin;
  *x = origin.x;
  *y = origin.y;
  return area.size.width / self->width;
}

/** mage_crop_frame_get_area: @area: (out): where the part is, in points of the widget */
void
mage_crop_frame_get_area (MageCropFrame *self, graphene_rect_t *area)
{
  double x, y;
  double scale = is_ready (self) ? get_origin (self, &x, &y) : 0;

  graphene_rect_init (area, 0, 0, 0, 0);
  if (scale > 0)
    graphene_rect_init (area, (float) (x + self->crop.x * scale), (float) (y + self->crop.y * scale),
                        (float) (self->crop.width * scale), (float) (self->crop.height * scale));
}

/* --- drawing --- */

static void
draw_corner (GtkSnapshot *snapshot, float x, float y, float right, float down)
{
  GdkRGBA white = { 1, 1, 1, 1 };
  float left = right > 0 ? x : x - ARM;
  float top = down > 0 ? y : y - ARM;

  gtk_snapshot_append_color (snapshot, &white, &GRAPHENE_RECT_INIT (left, down > 0 ? y : y - THICK, ARM, THICK));
  gtk_snapshot_append_color (snapshot, &white, &GRAPHENE_RECT_INIT (right > 0 ? x : x - THICK, top, THICK, ARM));
}

static void
draw_veil (GtkSnapshot *snapshot, const graphene_rect_t *whole, const graphene_rect_t *part)
{
  GdkRGBA veil = { 0, 0, 0, 0.5f };
  float right = whole->origin.x + whole->size.width, bottom = whole->origin.y + whole->size.height;
  float part_right = part->origin.x + part->size.width, part_bottom = part->origin.y + part->size.height;

  gtk_snapshot_append_color (snapshot, &veil, &GRAPHENE_RECT_INIT (whole->origin.x, whole->origin.y, whole->size.width,
                                                                   MAX (part->origin.y - whole->origin.y, 0)));
  gtk_snapshot_append_color (snapshot, &veil, &GRAPHENE_RECT_INIT (whole->origin.x, part_bottom, whole->size.width,
                                                                   MAX (bottom - part_bottom, 0)));
  gtk_snapshot_append_color (snapshot, &veil, &GRAPHENE_RECT_INIT (whole->origin.x, part->origin.y,
                                                                   MAX (part->origin.x - whole->origin.x, 0), part->size.height));
  gtk_snapshot_append_color (snapshot, &veil, &GRAPHENE_RECT_INIT (part_right, part->origin.y,
                                                                   MAX (right - part_right, 0), part->size.height));
}

static void
mage_crop_frame_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MageCropFrame *self = MAGE_CROP_FRAME (widget);
  GdkRGBA edge = { 1, 1, 1, 0.9f };
  GskRoundedRect outline;
  graphene_rect_t whole, part;
  double x, y, scale;
  float right, bottom;

  if (!is_ready (self))
    return;
  scale = get_origin (self, &x, &y);
  graphene_rect_init (&whole, (float) x, (float) y, (float) (self->width * scale), (float) (self->height * scale));
  mage_crop_frame_get_area (self, &part);
  /* On pixels, or the veil's pieces would overlap in a visible line. */
  right = roundf (part.origin.x + part.size.width);
  bottom = roundf (part.origin.y + part.size.height);
  part.origin.x = roundf (part.origin.x);
  part.origin.y = roundf (part.origin.y);
  part.size.width = right - part.origin.x;
  part.size.height = bottom - part.origin.y;
  draw_veil (snapshot, &whole, &part);
  /* All of it is learned: nothing to show until somebody reaches for it. */
  if (self->crop.width * self->crop.height > 0.999 * self->width * self->height && !self->pointed
      && !gtk_widget_has_visible_focus (widget))
    return;
  gsk_rounded_rect_init_from_rect (&outline, &part, 0);
  gtk_snapshot_append_border (snapshot, &outline, (float[]) { 1.5f, 1.5f, 1.5f, 1.5f }, (GdkRGBA[]) { edge, edge, edge, edge });
  draw_corner (snapshot, part.origin.x, part.origin.y, 1, 1);
  draw_corner (snapshot, right, part.origin.y, -1, 1);
  draw_corner (snapshot, part.origin.x, bottom, 1, -1);
  draw_corner (snapshot, right, bottom, -1, -1);
}

/* --- changes --- */

static void
describe (MageCropFrame *self)
{
  g_autofree char *text = g_strdup_printf (_("%.0f by %.0f pixels from %.0f, %.0f on"), self->crop.width, self->crop.height,
                                           self->crop.x, self->crop.y);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
choose (MageCropFrame *self)
{
  describe (self);
  g_signal_emit (self, signals[CHOSEN], 0);
}

static Hold
find_hold (MageCropFrame *self, double x, double y, gboolean *left, gboolean *top)
{
  graphene_rect_t part;
  double right, bottom;

  mage_crop_frame_get_area (self, &part);
  right = part.origin.x + part.size.width;
  bottom = part.origin.y + part.size.height;
  *left = fabs (x - part.origin.x) < fabs (x - right);
  *top = fabs (y - part.origin.y) < fabs (y - bottom);
  if (fabs (x - (*left ? part.origin.x : right)) < REACH && fabs (y - (*top ? part.origin.y : bottom)) < REACH)
    return HOLD_CORNER;
  return graphene_rect_contains_point (&part, &GRAPHENE_POINT_INIT ((float) x, (float) y)) ? HOLD_ALL : HOLD_NOTHING;
}

/** mage_crop_frame_begin: Returns: FALSE where there is nothing to take hold of */
gboolean
mage_crop_frame_begin (MageCropFrame *self, double x, double y)
{
  gboolean left, top;

  self->hold = is_ready (self) ? find_hold (self, x, y, &left, &top) : HOLD_NOTHING;
  if (self->hold == HOLD_NOTHING)
    return FALSE;
  self->before = self->crop;
  self->grip_x = x;
  self->grip_y = y;
  self->anchor_x = self->crop.x + (left ? self->crop.width : 0);
  self->anchor_y = self->crop.y + (top ? self->crop.height : 0);
  return TRUE;
}

/* The corner follows the pointer as far as the shape and the clip's edges let it, from the corner that stays. */
static void
pull_corner (MageCropFrame *self, double dx, double dy)
{
  gboolean left = self->anchor_x > self->before.x + self->before.width / 2;
  gboolean top = self->anchor_y > self->before.y + self->before.height / 2;
  double room_x = left ? self->anchor_x : self->width - self->anchor_x;
  double room_y = top ? self->anchor_y : self->height - self->anchor_y;
  double by_x = self->before.width + (left ? -dx : dx);
  double by_y = (self->before.height + (top ? -dy : dy)) * self->aspect;
  double most = MIN (room_x, room_y * self->aspect);
  double least = MIN (most, MAX (LEAST_PIXELS, get_most (self) * LEAST_SHARE));
  double width = CLAMP ((by_x + by_y) / 2, least, most);

  set_crop (self, left ? self->anchor_x - width : self->anchor_x, top ? self->anchor_y - width / self->aspect : self->anchor_y, width);
}

void
mage_crop_frame_move (MageCropFrame *self, double x, double y)
{
  double origin_x, origin_y;
  double scale;

  if (self->hold == HOLD_NOTHING)
    return;
  scale = get_origin (self, &origin_x, &origin_y);
  if (scale <= 0)
    return;
  x = (x - self->grip_x) / scale;
  y = (y - self->grip_y) / scale;
  if (self->hold == HOLD_ALL)
    set_crop (self, self->before.x + x, self->before.y + y, self->before.width);
  else
    pull_corner (self, x, y);
}

void
mage_crop_frame_end (MageCropFrame *self)
{
  gboolean changed = self->hold != HOLD_NOTHING && !mage_crop_equal (&self->before, &self->crop);

  self->hold = HOLD_NOTHING;
  if (changed)
    choose (self);
}

static void
reset (MageCropFrame *self)
{
  MageCrop middle = get_middle (self);

  set_crop (self, middle.x, middle.y, middle.width);
  choose (self);
}

/* --- input --- */

static void
drag_begin_cb (MageCropFrame *self, double x, double y, GtkGesture *gesture)
{
  if (!mage_crop_frame_begin (self, x, y))
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_DENIED);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
drag_update_cb (MageCropFrame *self, double dx, double dy, GtkGestureDrag *gesture)
{
  double x, y;

  gtk_gesture_drag_get_start_point (gesture, &x, &y);
  mage_crop_frame_move (self, x + dx, y + dy);
}

static void
drag_cancel_cb (MageCropFrame *self)
{
  if (self->hold == HOLD_NOTHING)
    return;
  self->hold = HOLD_NOTHING;
  set_crop (self, self->before.x, self->before.y, self->before.width);
}

static void
pressed_cb (MageCropFrame *self, int n)
{
  if (n == 2 && is_ready (self))
    {
      self->hold = HOLD_NOTHING;
      reset (self);
    }
}

static void
pointer_cb (MageCropFrame *self, double x, double y)
{
  gboolean left, top;
  Hold hold = is_ready (self) ? find_hold (self, x, y, &left, &top) : HOLD_NOTHING;

  if (hold == HOLD_CORNER)
    gtk_widget_set_cursor_from_name (GTK_WIDGET (self), left == top ? "nwse-resize" : "nesw-resize");
  else
    gtk_widget_set_cursor_from_name (GTK_WIDGET (self), hold == HOLD_ALL ? "move" : "default");
  if (!self->pointed)
    gtk_widget_queue_draw (GTK_WIDGET (self));
  self->pointed = TRUE;
}

static void
left_cb (MageCropFrame *self)
{
  self->pointed = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
key_pressed_cb (MageCropFrame *self, guint key, guint code, GdkModifierType modifiers)
{
  double step = self->width * (modifiers & GDK_SHIFT_MASK ? LARGE_STEP : STEP);
  MageCrop crop = self->crop;
  double size = 1;

  if (!is_ready (self) || (modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK)))
    return GDK_EVENT_PROPAGATE;
  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_Right:
      crop.x += key == GDK_KEY_Left ? -step : step;
      break;
    case GDK_KEY_Up:
    case GDK_KEY_Down:
      crop.y += key == GDK_KEY_Up ? -step : step;
      break;
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      size = SIZE_STEP;
      break;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      size = 1 / SIZE_STEP;
      break;
    case GDK_KEY_Delete:
    case GDK_KEY_BackSpace:
      reset (self);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
  set_crop (self, crop.x - crop.width * (size - 1) / 2, crop.y - crop.height * (size - 1) / 2, crop.width * size);
  choose (self);
  return GDK_EVENT_STOP;
}

/* --- the object --- */

static void
mage_crop_frame_dispose (GObject *object)
{
  g_clear_object (&MAGE_CROP_FRAME (object)->view);
  G_OBJECT_CLASS (mage_crop_frame_parent_class)->dispose (object);
}

static void
mage_crop_frame_class_init (MageCropFrameClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_crop_frame_dispose;
  widget_class->snapshot = mage_crop_frame_snapshot;
  /** MageCropFrame::chosen: the user chose another part. */
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (widget_class, "cropframe");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
mage_crop_frame_init (MageCropFrame *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *pointer = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Part of the frames that is learned"), -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self),
                               _("Drag the part that is learned, or a corner; + and − change its size, a double click takes the middle"));
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (mage_crop_frame_end), self);
  g_signal_connect_swapped (drag, "cancel", G_CALLBACK (drag_cancel_cb), self);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect_swapped (pointer, "motion", G_CALLBACK (pointer_cb), self);
  g_signal_connect_swapped (pointer, "leave", G_CALLBACK (left_cb), self);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_gesture_group (click, drag);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (GTK_WIDGET (self), pointer);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/** mage_crop_frame_set_view: @view: what it lies over */
void
mage_crop_frame_set_view (MageCropFrame *self, MageClipView *view)
{
  g_set_object (&self->view, view);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_crop_frame_set_clip_size: in pixels; before mage_crop_frame_set_crop() */
void
mage_crop_frame_set_clip_size (MageCropFrame *self, double width, double height)
{
  self->width = width;
  self->height = height;
}

/** mage_crop_frame_set_aspect: @aspect: the model's width by its height; before mage_crop_frame_set_crop() */
void
mage_crop_frame_set_aspect (MageCropFrame *self, double aspect)
{
  self->aspect = aspect;
}

/** mage_crop_frame_set_crop: shows a part as the model takes it: the middle of it where it has another shape. */
void
mage_crop_frame_set_crop (MageCropFrame *self, const MageCrop *crop)
{
  double width;

  if (!is_ready (self) || self->hold != HOLD_NOTHING)
    return;
  if (mage_crop_is_set (crop))
    {
      width = MIN (crop->width, crop->height * self->aspect);
      set_crop (self, crop->x + (crop->width - width) / 2, crop->y + (crop->height - width / self->aspect) / 2, width);
    }
  else
    self->crop = get_middle (self);
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_crop_frame_get_crop: @crop: (out): in whole pixels, but for what the shape asks for; none where it is the middle. */
void
mage_crop_frame_get_crop (MageCropFrame *self, MageCrop *crop)
{
  MageCrop middle = get_middle (self);
  double width = floor (self->crop.width + 0.5);

  *crop = (MageCrop) { 0 };
  if (fabs (self->crop.width - middle.width) < 0.5 && fabs (self->crop.x - middle.x) < 0.5 && fabs (self->crop.y - middle.y) < 0.5)
    return;
  *crop = (MageCrop) { round (self->crop.x), round (self->crop.y), width, round (width / self->aspect * 100) / 100 };
}
