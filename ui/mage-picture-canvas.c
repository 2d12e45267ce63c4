/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-picture-canvas.h"

#include "ui/mage-canvas-input.h"
#include "ui/mage-canvas-marks.h"
#include "ui/mage-canvas-picture.h"

#include <glib/gi18n.h>
#include <math.h>

/*
 * A picture with its mask over it, and the tools that correct the mask. A bar may float over the foot; the
 * picture as a whole stays above it. Pointers and keys come from mage-canvas-input.
 */

#define NATURAL_HEIGHT 340
#define MIN_SIDE 200
/* The mask is drawn with at most this many pixels; that takes a few hundredths of a second, and a stroke changes few of them. */
#define MAX_DRAWN 2.2e6
/* So much more than what is seen is drawn on either side, as a share. */
#define PAN_ROOM 0.15f
/* A light goes over the picture in this time, in microseconds. */
#define SHIMMER_TIME 1400000.0
/* A finger that moves less has not moved. */
#define CLICK_REACH 6.0
/* So much of the picture's surroundings stays in sight of the crosshair. */
#define CROSS_MARGIN 24.0
/* Half the width of the line around the subject, in points. */
#define LINE 0.8

struct _MagePictureCanvas
{
  GtkWidget parent_instance;

  MageMedia *media;
  MageMaskEditor *editor;
  MageCanvasPicture *picture;
  MageCanvasView view;
  GCancellable *loading;
  char *problem;
  int foot;

  graphene_rect_t part; /* of the mask that is drawn, in its pixels */
  double part_scale;
  int part_width, part_height;
  GdkRGBA colour;
  double opacity;
  gboolean show_mask;
  gboolean hidden; /* as long as a key is held */
  gboolean looking;
  guint shimmer;
  gint64 shimmer_start;

  MageMaskTool tool;
  double brush_size;
  double softness;

  /* A drag that goes on. */
  gboolean dragging;
  MageMaskTool drag_tool;
  double start_x, start_y;
  double x, y;

  gboolean has_pointer;
  double pointer_x, pointer_y;
  gboolean has_cross;
  double cross_x, cross_y; /* in pixels of the picture */
};

G_DEFINE_FINAL_TYPE (MagePictureCanvas, mage_picture_canvas, GTK_TYPE_WIDGET)

G_DEFINE_ENUM_TYPE (MageMaskTool, mage_mask_tool,
                    G_DEFINE_ENUM_VALUE (MAGE_MASK_TOOL_ADD, "add"),
                    G_DEFINE_ENUM_VALUE (MAGE_MASK_TOOL_TAKE, "take"),
                    G_DEFINE_ENUM_VALUE (MAGE_MASK_TOOL_BOX, "box"),
                    G_DEFINE_ENUM_VALUE (MAGE_MASK_TOOL_BRUSH, "brush"),
                    G_DEFINE_ENUM_VALUE (MAGE_MASK_TOOL_ERASER, "eraser"))

enum
{
  PROP_SHOW_MASK = 1,
  PROP_PROBLEM,
  PROP_FOOT,
  PROP_TOOL,
  PROP_BRUSH_SIZE,
  PROP_SOFTNESS,
  PROP_OPACITY,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* --- drawing --- */

static gboolean
is_brush (MageMaskTool tool)
{
  return tool == MAGE_MASK_TOOL_BRUSH || tool == MAGE_MASK_TOOL_ERASER;
}

static graphene_rect_t
get_bounds (MagePictureCanvas *self)
{
  return GRAPHENE_RECT_INIT ((float) self->view.x, (float) self->view.y, (float) (self->view.picture_width * self->view.scale),
                             (float) (self->view.picture_height * self->view.scale));
}

static gboolean
holds (const graphene_rect_t *part, const graphene_rect_t *seen)
{
  return graphene_rect_contains_rect (part, seen);
}

/* Which part of the mask is drawn, in its pixels: what is seen and some more, so that it need not be drawn again with
 * every step of a pan, as finely as the screen is. */
static void
choose_part (MagePictureCanvas *self, const graphene_rect_t *seen, const MageMaskLayer *layer)
{
  graphene_rect_t whole = GRAPHENE_RECT_INIT (0, 0, (float) mage_mask_layer_get_width (layer), (float) mage_mask_layer_get_height (layer));
  graphene_rect_t part = *seen;
  double density = gtk_widget_get_scale_factor (GTK_WIDGET (self)) * self->view.scale;

  if (self->part_scale == density && holds (&self->part, seen) && holds (&whole, &self->part))
    return;
  graphene_rect_inset (&part, -seen->size.width * PAN_ROOM, -seen->size.height * PAN_ROOM);
  graphene_rect_intersection (&part, &whole, &self->part);
  self->part_scale = density;
  density = MIN (density, sqrt (MAX_DRAWN / (self->part.size.width * self->part.size.height)));
  self->part_width = (int) ceil (self->part.size.width * density);
  self->part_height = (int) ceil (self->part.size.height * density);
}

/* Only what is on the screen is drawn. */
static void
draw_mask (MagePictureCanvas *self, GtkSnapshot *snapshot, const graphene_rect_t *bounds)
{
  MageMaskLayer *layer = mage_mask_editor_get_layer (self->editor);
  graphene_rect_t widget = GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (GTK_WIDGET (self)),
                                               (float) gtk_widget_get_height (GTK_WIDGET (self)));
  graphene_rect_t seen, part;
  float scale;

  if (layer == NULL || !graphene_rect_intersection (bounds, &widget, &seen) || seen.size.width < 1 || seen.size.height < 1)
    return;
  scale = bounds->size.width / (float) mage_mask_layer_get_width (layer);
  part = GRAPHENE_RECT_INIT ((seen.origin.x - bounds->origin.x) / scale, (seen.origin.y - bounds->origin.y) / scale,
                             seen.size.width / scale, seen.size.height / scale);
  choose_part (self, &part, layer);
  part = GRAPHENE_RECT_INIT (bounds->origin.x + self->part.origin.x * scale, bounds->origin.y + self->part.origin.y * scale,
                             self->part.size.width * scale, self->part.size.height * scale);
  gtk_snapshot_append_scaled_texture (snapshot,
                                      mage_mask_layer_draw (layer, &self->part, self->part_width, self->part_height,
                                                            &(MageMaskLook) { self->colour, self->opacity,
                                                                              LINE * MAX (self->part_width / part.size.width, 1) }),
                                      GSK_SCALING_FILTER_LINEAR, &part);
}

static void
draw_points (MagePictureCanvas *self, GtkSnapshot *snapshot)
{
  guint n;
  const MageMaskPoint *points = mage_mask_editor_get_points (self->editor, &n);

  for (guint i = 0; i < n; i++)
    {
      double x, y;

      mage_canvas_view_from_picture (&self->view, points[i].x, points[i].y, &x, &y);
      mage_canvas_draw_point (snapshot, x, y, points[i].inside, &self->colour);
    }
}

static void
draw_cursor (MagePictureCanvas *self, GtkSnapshot *snapshot)
{
  MageMaskTool tool = self->dragging ? self->drag_tool : self->tool;
  double x = self->pointer_x;
  double y = self->pointer_y;

  if (self->has_cross)
    mage_canvas_view_from_picture (&self->view, self->cross_x, self->cross_y, &x, &y);
  else if (!self->has_pointer)
    return;
  if (is_brush (tool))
    mage_canvas_draw_ring (snapshot, x, y, self->brush_size / 2, self->softness);
  if (self->has_cross)
    mage_canvas_draw_cross (snapshot, x, y);
}

static void
draw_shimmer (MagePictureCanvas *self, GtkSnapshot *snapshot, const graphene_rect_t *bounds)
{
  const GdkRGBA calm = { 1, 1, 1, 0.14f };
  gint64 now = g_get_monotonic_time ();

  if (adw_get_enable_animations (GTK_WIDGET (self)))
    mage_canvas_draw_shimmer (snapshot, bounds, fmod ((double) (now - self->shimmer_start) / SHIMMER_TIME, 1));
  else
    gtk_snapshot_append_color (snapshot, &calm, bounds);
}

/* Far away, pixels are averaged; very near, they are seen as squares; at their own size they are as they are. */
static void
draw_picture (MagePictureCanvas *self, GtkSnapshot *snapshot, const graphene_rect_t *bounds)
{
  double density = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  GdkTexture *texture = mage_canvas_picture_choose (self->picture, self->view.scale * density);
  double scale = bounds->size.width * density / gdk_texture_get_width (texture);
  GskScalingFilter filter = GSK_SCALING_FILTER_LINEAR;

  if (scale < 0.8)
    filter = GSK_SCALING_FILTER_TRILINEAR;
  else if (scale > 3 || fabs (scale - 1) < 1e-3)
    filter = GSK_SCALING_FILTER_NEAREST;
  gtk_snapshot_append_scaled_texture (snapshot, texture, filter, bounds);
}

static void
mage_picture_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MagePictureCanvas *self = MAGE_PICTURE_CANVAS (widget);
  graphene_rect_t bounds;

  if (self->picture == NULL)
    return;
  bounds = get_bounds (self);
  draw_picture (self, snapshot, &bounds);
  if (self->editor == NULL)
    return;
  if (self->show_mask && !self->hidden)
    {
      draw_mask (self, snapshot, &bounds);
      draw_points (self, snapshot);
    }
  if (self->shimmer != 0)
    draw_shimmer (self, snapshot, &bounds);
  if (self->dragging && self->drag_tool == MAGE_MASK_TOOL_BOX)
    mage_canvas_draw_box (snapshot, self->start_x, self->start_y, self->x, self->y);
  draw_cursor (self, snapshot);
}

static void
mage_picture_canvas_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                             int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = MIN_SIDE;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? NATURAL_HEIGHT : MIN_SIDE;
  /* No taller than it is wide, but for the bar: a narrow window is not all canvas. */
  if (orientation == GTK_ORIENTATION_VERTICAL && for_size > 0)
    *minimum = *natural = CLAMP (for_size + MAGE_PICTURE_CANVAS (widget)->foot, MIN_SIDE, NATURAL_HEIGHT);
}

static GtkSizeRequestMode
mage_picture_canvas_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
mage_picture_canvas_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  MagePictureCanvas *self = MAGE_PICTURE_CANVAS (widget);

  mage_canvas_view_set_size (&self->view, width, MAX (height - self->foot, 1));
}

/* --- the shimmer --- */

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  gtk_widget_queue_draw (widget);
  return G_SOURCE_CONTINUE;
}

static void
show_shimmer (MagePictureCanvas *self)
{
  gboolean busy = self->looking || (self->editor != NULL && mage_mask_editor_get_working (self->editor));

  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_BUSY, busy, -1);
  if (busy && self->shimmer == 0)
    {
      self->shimmer_start = g_get_monotonic_time ();
      self->shimmer = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
    }
  else if (!busy && self->shimmer != 0)
    {
      gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->shimmer);
      self->shimmer = 0;
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- loading --- */

static void
set_problem (MagePictureCanvas *self, const char *problem)
{
  if (g_set_str (&self->problem, problem))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROBLEM]);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MagePictureCanvas) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MageCanvasPicture) picture = mage_canvas_picture_load_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->loading);
  g_clear_pointer (&self->picture, mage_canvas_picture_free);
  if (error != NULL)
    set_problem (self, error->message);
  if (picture != NULL)
    {
      mage_canvas_view_set_picture (&self->view, picture->width, picture->height);
      if (self->editor != NULL)
        mage_mask_editor_set_size (self->editor, picture->width, picture->height);
    }
  self->picture = g_steal_pointer (&picture);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
load (MagePictureCanvas *self)
{
  g_autofree char *path = self->media != NULL ? mage_media_dup_path (self->media) : NULL;

  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  set_problem (self, NULL);
  if (path == NULL)
    {
      g_clear_pointer (&self->picture, mage_canvas_picture_free);
      gtk_widget_queue_draw (GTK_WIDGET (self));
      return;
    }
  self->loading = g_cancellable_new ();
  mage_canvas_picture_load_async (path, self->loading, loaded_cb, g_object_ref (self));
}

/* --- properties --- */

static void
mage_picture_canvas_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MagePictureCanvas *self = MAGE_PICTURE_CANVAS (object);

  switch (id)
    {
    case PROP_SHOW_MASK:
      g_value_set_boolean (value, self->show_mask);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_FOOT:
      g_value_set_int (value, self->foot);
      break;
    case PROP_TOOL:
      g_value_set_enum (value, (gint) self->tool);
      break;
    case PROP_BRUSH_SIZE:
      g_value_set_double (value, self->brush_size);
      break;
    case PROP_SOFTNESS:
      g_value_set_double (value, self->softness);
      break;
    case PROP_OPACITY:
      g_value_set_double (value, self->opacity);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
set_tool (MagePictureCanvas *self, MageMaskTool tool)
{
  if (self->tool == tool)
    return;
  mage_picture_canvas_cancel (self);
  self->tool = tool;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TOOL]);
  mage_canvas_input_show_cursor (GTK_WIDGET (self), is_brush (tool));
}

static void
set_number (MagePictureCanvas *self, double *number, const GValue *value, GParamSpec *pspec)
{
  if (*number == g_value_get_double (value))
    return;
  *number = g_value_get_double (value);
  g_object_notify_by_pspec (G_OBJECT (self), pspec);
}

static void
mage_picture_canvas_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MagePictureCanvas *self = MAGE_PICTURE_CANVAS (object);

  switch (id)
    {
    case PROP_SHOW_MASK:
      if (self->show_mask != g_value_get_boolean (value))
        {
          self->show_mask = g_value_get_boolean (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    case PROP_FOOT:
      self->foot = g_value_get_int (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    case PROP_TOOL:
      set_tool (self, (MageMaskTool) g_value_get_enum (value));
      break;
    case PROP_BRUSH_SIZE:
      set_number (self, &self->brush_size, value, pspec);
      break;
    case PROP_SOFTNESS:
      set_number (self, &self->softness, value, pspec);
      break;
    case PROP_OPACITY:
      set_number (self, &self->opacity, value, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
mage_picture_canvas_dispose (GObject *object)
{
  MagePictureCanvas *self = MAGE_PICTURE_CANVAS (object);

  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  mage_picture_canvas_set_editor (self, NULL);
  g_clear_object (&self->media);
  g_clear_pointer (&self->picture, mage_canvas_picture_free);
  g_clear_pointer (&self->problem, g_free);
  G_OBJECT_CLASS (mage_picture_canvas_parent_class)->dispose (object);
}

static void
mage_picture_canvas_class_init (MagePictureCanvasClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GParamFlags writable = readable | G_PARAM_WRITABLE;

  object_class->get_property = mage_picture_canvas_get_property;
  object_class->set_property = mage_picture_canvas_set_property;
  object_class->dispose = mage_picture_canvas_dispose;
  widget_class->snapshot = mage_picture_canvas_snapshot;
  widget_class->measure = mage_picture_canvas_measure;
  widget_class->get_request_mode = mage_picture_canvas_get_request_mode;
  widget_class->size_allocate = mage_picture_canvas_size_allocate;

  props[PROP_SHOW_MASK] = g_param_spec_boolean ("show-mask", NULL, NULL, TRUE, writable);
  /** MagePictureCanvas:problem: (nullable): why the picture cannot be shown. */
  props[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, readable);
  /** MagePictureCanvas:foot: height at the foot that stays free, in points. */
  props[PROP_FOOT] = g_param_spec_int ("foot", NULL, NULL, 0, G_MAXINT, 0, writable);
  props[PROP_TOOL] = g_param_spec_enum ("tool", NULL, NULL, MAGE_TYPE_MASK_TOOL, MAGE_MASK_TOOL_ADD, writable);
  /** MagePictureCanvas:brush-size: across, in points: whoever looks closer works finer. */
  props[PROP_BRUSH_SIZE] = g_param_spec_double ("brush-size", NULL, NULL, 2, 400, 36, writable);
  /** MagePictureCanvas:softness: of the brush, 0…1. */
  props[PROP_SOFTNESS] = g_param_spec_double ("softness", NULL, NULL, 0, 1, 0.25, writable);
  /** MagePictureCanvas:mask-opacity: how much of the picture the mask covers up, 0…1. */
  props[PROP_OPACITY] = g_param_spec_double ("mask-opacity", NULL, NULL, 0, 1, 0.48, writable);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_css_name (widget_class, "canvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
mage_picture_canvas_init (MagePictureCanvas *self)
{
  self->show_mask = TRUE;
  self->brush_size = 36;
  self->softness = 0.25;
  self->opacity = 0.48;
  gdk_rgba_parse (&self->colour, "#007f8c");
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Picture"), -1);
  mage_canvas_input_add (self);
}

GtkWidget *
mage_picture_canvas_new (void)
{
  return g_object_new (MAGE_TYPE_PICTURE_CANVAS, NULL);
}

/** mage_picture_canvas_set_editor: @editor: (nullable): of the mask that lies over the picture. */
void
mage_picture_canvas_set_editor (MagePictureCanvas *self, MageMaskEditor *editor)
{
  if (self->editor == editor)
    return;
  if (self->editor != NULL)
    g_signal_handlers_disconnect_by_data (self->editor, self);
  g_set_object (&self->editor, editor);
  if (editor == NULL)
    return;
  g_signal_connect_swapped (editor, "changed", G_CALLBACK (gtk_widget_queue_draw), self);
  g_signal_connect_swapped (editor, "notify::working", G_CALLBACK (show_shimmer), self);
}

/** mage_picture_canvas_get_editor: Returns: (transfer none) (nullable) */
MageMaskEditor *
mage_picture_canvas_get_editor (MagePictureCanvas *self)
{
  return self->editor;
}

/** mage_picture_canvas_set_media: @media: (nullable): the picture that is shown, with its mask. */
void
mage_picture_canvas_set_media (MagePictureCanvas *self, MageMedia *media)
{
  g_autofree char *label = NULL;

  if (self->media == media)
    return;
  mage_picture_canvas_cancel (self);
  self->has_cross = FALSE;
  g_set_object (&self->media, media);
  if (media != NULL)
    label = g_path_get_basename (mage_media_get_file (media));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label != NULL ? label : _("Picture"), -1);
  if (self->editor != NULL)
    mage_mask_editor_set_media (self->editor, media);
  load (self);
}

/** mage_picture_canvas_set_colour: in which the mask is shown. */
void
mage_picture_canvas_set_colour (MagePictureCanvas *self, const GdkRGBA *colour)
{
  self->colour = *colour;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_picture_canvas_set_looking: @looking: the picture's subject is looked for by itself. */
void
mage_picture_canvas_set_looking (MagePictureCanvas *self, gboolean looking)
{
  self->looking = looking;
  show_shimmer (self);
}

/** mage_picture_canvas_set_hidden: @hidden: the picture is seen without its mask for a moment. */
void
mage_picture_canvas_set_hidden (MagePictureCanvas *self, gboolean hidden)
{
  self->hidden = hidden;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
mage_picture_canvas_is_loading (MagePictureCanvas *self)
{
  return self->loading != NULL || (self->editor != NULL && mage_mask_editor_is_loading (self->editor));
}

/* --- tools --- */

MageMaskTool
mage_picture_canvas_get_tool (MagePictureCanvas *self)
{
  return self->tool;
}

static MageMaskTool
get_opposite (MageMaskTool tool)
{
  static const MageMaskTool opposites[] = { MAGE_MASK_TOOL_TAKE, MAGE_MASK_TOOL_ADD, MAGE_MASK_TOOL_BOX,
                                            MAGE_MASK_TOOL_ERASER, MAGE_MASK_TOOL_BRUSH };

  return opposites[tool];
}

static void
to_picture (MagePictureCanvas *self, double x, double y, double *picture_x, double *picture_y)
{
  mage_canvas_view_to_picture (&self->view, x, y, picture_x, picture_y);
}

/** mage_picture_canvas_begin: @opposite: with the secondary button or Alt. Returns: FALSE where nothing can be done */
gboolean
mage_picture_canvas_begin (MagePictureCanvas *self, double x, double y, gboolean opposite)
{
  double picture_x, picture_y;

  if (self->editor == NULL || self->picture == NULL || self->dragging)
    return FALSE;
  self->drag_tool = opposite ? get_opposite (self->tool) : self->tool;
  to_picture (self, x, y, &picture_x, &picture_y);
  if (is_brush (self->drag_tool))
    {
      MaskBrush brush = { .radius = MAX (self->brush_size / 2 / self->view.scale, 0.5), .softness = self->softness,
                          .erase = self->drag_tool == MAGE_MASK_TOOL_ERASER };

      if (!mage_mask_editor_begin_stroke (self->editor, &brush, picture_x, picture_y))
        return FALSE;
    }
  self->dragging = TRUE;
  self->x = self->start_x = x;
  self->y = self->start_y = y;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return TRUE;
}

void
mage_picture_canvas_move (MagePictureCanvas *self, double x, double y)
{
  double picture_x, picture_y;

  if (!self->dragging)
    return;
  self->x = x;
  self->y = y;
  to_picture (self, x, y, &picture_x, &picture_y);
  if (is_brush (self->drag_tool))
    mage_mask_editor_continue_stroke (self->editor, picture_x, picture_y);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_picture_canvas_end: the click, box or stroke takes effect. */
void
mage_picture_canvas_end (MagePictureCanvas *self)
{
  double x0, y0, x1, y1;

  if (!self->dragging)
    return;
  self->dragging = FALSE;
  to_picture (self, self->start_x, self->start_y, &x0, &y0);
  to_picture (self, self->x, self->y, &x1, &y1);
  if (is_brush (self->drag_tool))
    mage_mask_editor_end_stroke (self->editor);
  else if (self->drag_tool == MAGE_MASK_TOOL_BOX)
    mage_mask_editor_mark_box (self->editor, x0, y0, x1, y1);
  else if (hypot (self->x - self->start_x, self->y - self->start_y) <= CLICK_REACH)
    mage_mask_editor_click (self->editor, x0, y0, self->drag_tool == MAGE_MASK_TOOL_ADD);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_picture_canvas_cancel: as if the drag, or the question, had not begun. Returns: whether there was one */
gboolean
mage_picture_canvas_cancel (MagePictureCanvas *self)
{
  gboolean cancels = self->dragging;

  if (self->dragging && is_brush (self->drag_tool))
    mage_mask_editor_cancel_stroke (self->editor);
  else if (!self->dragging && self->editor != NULL && mage_mask_editor_get_working (self->editor))
    {
      mage_mask_editor_cancel (self->editor);
      cancels = TRUE;
    }
  self->dragging = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return cancels;
}

/* --- pointer and crosshair --- */

void
mage_picture_canvas_set_pointer (MagePictureCanvas *self, double x, double y)
{
  if (self->has_pointer && self->pointer_x == x && self->pointer_y == y)
    return;
  self->has_pointer = TRUE;
  self->has_cross = FALSE;
  self->pointer_x = x;
  self->pointer_y = y;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
mage_picture_canvas_unset_pointer (MagePictureCanvas *self)
{
  self->has_pointer = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_picture_canvas_move_cross: @dx: in points; the crosshair appears in the middle of what is seen. */
void
mage_picture_canvas_move_cross (MagePictureCanvas *self, double dx, double dy)
{
  double x, y;

  if (self->picture == NULL)
    return;
  if (!self->has_cross)
    {
      to_picture (self, self->view.width / 2, self->view.height / 2, &self->cross_x, &self->cross_y);
      self->has_cross = TRUE;
    }
  self->cross_x = CLAMP (self->cross_x + dx / self->view.scale, 0, self->view.picture_width - 1);
  self->cross_y = CLAMP (self->cross_y + dy / self->view.scale, 0, self->view.picture_height - 1);
  mage_canvas_view_show (&self->view, self->cross_x, self->cross_y, CROSS_MARGIN);
  mage_canvas_view_from_picture (&self->view, self->cross_x, self->cross_y, &x, &y);
  mage_picture_canvas_move (self, x, y);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_picture_canvas_act: clicks at the crosshair; of a box and of a stroke it is the beginning, and the next time the end. */
void
mage_picture_canvas_act (MagePictureCanvas *self, gboolean opposite)
{
  double x, y;

  if (self->dragging)
    {
      mage_picture_canvas_end (self);
      return;
    }
  if (!self->has_cross)
    mage_picture_canvas_move_cross (self, 0, 0);
  mage_canvas_view_from_picture (&self->view, self->cross_x, self->cross_y, &x, &y);
  if (mage_picture_canvas_begin (self, x, y, opposite)
      && (self->drag_tool == MAGE_MASK_TOOL_ADD || self->drag_tool == MAGE_MASK_TOOL_TAKE))
    mage_picture_canvas_end (self);
}

/* --- zoom --- */

/** mage_picture_canvas_get_view: Returns: (transfer none) */
const MageCanvasView *
mage_picture_canvas_get_view (MagePictureCanvas *self)
{
  return &self->view;
}

void
mage_picture_canvas_fit (MagePictureCanvas *self)
{
  mage_canvas_view_fit (&self->view);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_picture_canvas_zoom: @scale: points a pixel; @x: what stays where it is, in points. */
void
mage_picture_canvas_zoom (MagePictureCanvas *self, double scale, double x, double y)
{
  mage_canvas_view_zoom (&self->view, scale, x, y);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
mage_picture_canvas_pan (MagePictureCanvas *self, double dx, double dy)
{
  mage_canvas_view_pan (&self->view, dx, dy);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
