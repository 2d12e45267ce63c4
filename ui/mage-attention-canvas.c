/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-attention-canvas.h"

#include <glib/gi18n.h>

/* A picture as large as there is room for, with a cell of its map marked; a click chooses another place. */

#define RADIUS 12
#define LARGEST 560
#define SMALLEST 200
/* A cell that is smaller than this on the screen could not be seen. */
#define LEAST_CELL 8.0f

struct _MageAttentionCanvas
{
  GtkWidget parent_instance;

  GdkTexture *picture;
  graphene_rect_t cell;   /* in parts of the picture */
  gboolean has_cell;
};

G_DEFINE_FINAL_TYPE (MageAttentionCanvas, mage_attention_canvas, GTK_TYPE_WIDGET)

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static double
get_ratio (MageAttentionCanvas *self)
{
  return self->picture != NULL ? (double) gdk_texture_get_height (self->picture) / gdk_texture_get_width (self->picture) : 1;
}

static void
get_area (MageAttentionCanvas *self, graphene_rect_t *area)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self)), height = gtk_widget_get_height (GTK_WIDGET (self));
  double ratio = get_ratio (self), fit = MIN (width, height / ratio);

  graphene_rect_init (area, (float) ((width - fit) / 2), 0, (float) fit, (float) (fit * ratio));
}

static void
draw_cell (MageAttentionCanvas *self, GtkSnapshot *snapshot, const graphene_rect_t *area)
{
  static const GdkRGBA white = { 1, 1, 1, 1 }, dark = { 0, 0, 0, 0.8f };
  float width = MAX (self->cell.size.width * area->size.width, LEAST_CELL);
  float height = MAX (self->cell.size.height * area->size.height, LEAST_CELL);
  float x = area->origin.x + (self->cell.origin.x + self->cell.size.width / 2) * area->size.width - width / 2;
  float y = area->origin.y + (self->cell.origin.y + self->cell.size.height / 2) * area->size.height - height / 2;
  GskRoundedRect inner, outer;

  gsk_rounded_rect_init_from_rect (&outer, &GRAPHENE_RECT_INIT (x - 1, y - 1, width + 2, height + 2), 2);
  gsk_rounded_rect_init_from_rect (&inner, &GRAPHENE_RECT_INIT (x, y, width, height), 1);
  gtk_snapshot_append_border (snapshot, &outer, (const float[]){ 4, 4, 4, 4 }, (const GdkRGBA[]){ dark, dark, dark, dark });
  gtk_snapshot_append_border (snapshot, &inner, (const float[]){ 2, 2, 2, 2 }, (const GdkRGBA[]){ white, white, white, white });
}

static void
mage_attention_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MageAttentionCanvas *self = MAGE_ATTENTION_CANVAS (widget);
  graphene_rect_t area;
  GskRoundedRect clip;

  if (self->picture == NULL)
    return;
  get_area (self, &area);
  gsk_rounded_rect_init_from_rect (&clip, &area, RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &clip);
  gtk_snapshot_append_scaled_texture (snapshot, self->picture, GSK_SCALING_FILTER_LINEAR, &area);
  if (self->has_cell)
    draw_cell (self, snapshot, &area);
  gtk_snapshot_pop (snapshot);
}

static GtkSizeRequestMode
mage_attention_canvas_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
mage_attention_canvas_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                               int *minimum_baseline, int *natural_baseline)
{
  double ratio = get_ratio (MAGE_ATTENTION_CANVAS (widget));

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = SMALLEST;
      *natural = LARGEST;
    }
  else if (for_size > 0)
    *minimum = *natural = (int) (MIN (for_size, LARGEST) * ratio);
  else
    {
      *minimum = (int) (SMALLEST * ratio);
      *natural = (int) (LARGEST * ratio);
    }
}

static void
pressed_cb (MageAttentionCanvas *self, int n_press, double x, double y)
{
  graphene_rect_t area;

  get_area (self, &area);
  if (self->picture == NULL || !graphene_rect_contains_point (&area, &GRAPHENE_POINT_INIT ((float) x, (float) y)))
    return;
  gtk_widget_grab_focus (GTK_WIDGET (self));
  g_signal_emit (self, signals[CHOSEN], 0, (x - area.origin.x) / area.size.width, (y - area.origin.y) / area.size.height);
}

static void
dragged_cb (MageAttentionCanvas *self, double dx, double dy, GtkGestureDrag *drag)
{
  double x, y;

  gtk_gesture_drag_get_start_point (drag, &x, &y);
  pressed_cb (self, 1, x + dx, y + dy);
}

static void
mage_attention_canvas_dispose (GObject *object)
{
  g_clear_object (&MAGE_ATTENTION_CANVAS (object)->picture);
  G_OBJECT_CLASS (mage_attention_canvas_parent_class)->dispose (object);
}

static void
mage_attention_canvas_class_init (MageAttentionCanvasClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mage_attention_canvas_dispose;
  widget_class->snapshot = mage_attention_canvas_snapshot;
  widget_class->measure = mage_attention_canvas_measure;
  widget_class->get_request_mode = mage_attention_canvas_get_request_mode;
  gtk_widget_class_set_css_name (widget_class, "attentioncanvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  /** MageAttentionCanvas::chosen: a place, in parts of the picture. */
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                  G_TYPE_DOUBLE, G_TYPE_DOUBLE);
}

static void
mage_attention_canvas_init (MageAttentionCanvas *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (dragged_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}

/** mage_attention_canvas_set_picture: @picture: (nullable) */
void
mage_attention_canvas_set_picture (MageAttentionCanvas *self, GdkTexture *picture)
{
  double before = get_ratio (self);

  if (!g_set_object (&self->picture, picture))
    return;
  if (get_ratio (self) != before)
    gtk_widget_queue_resize (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_attention_canvas_set_cell: @cell: (nullable): in parts of the picture */
void
mage_attention_canvas_set_cell (MageAttentionCanvas *self, const graphene_rect_t *cell)
{
  self->has_cell = cell != NULL;
  if (cell != NULL)
    self->cell = *cell;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
