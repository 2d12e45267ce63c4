/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-clip-view.h"

#include "ui/mage-clip-clock.h"

#include <math.h>

/*
 * Shows a clip as large as it fits, and owns the clock that plays it. Without a clip it shows a poster,
 * the clip's first picture.
 */

#define DEFAULT_SIZE 96

struct _MageClipView
{
  GtkWidget parent_instance;

  MageClipPaintable *clip;
  GdkPaintable *poster;
  gboolean cover;
  int natural_size;
  double aspect;
  MageClipClock clock;
};

G_DEFINE_FINAL_TYPE (MageClipView, mage_clip_view, GTK_TYPE_WIDGET)

enum
{
  PROP_PLAYING = 1,
  PROP_CLIP,
  PROP_COVER,
  PROP_NATURAL_SIZE,
  PROP_ASPECT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static GdkPaintable *
get_shown (MageClipView *self)
{
  return self->clip != NULL ? GDK_PAINTABLE (self->clip) : self->poster;
}

/* A small clip grows by whole numbers, so that its pixels stay squares. */
static double
choose_scale (MageClipView *self, double width, double height, double paintable_width, double paintable_height)
{
  double x = width / paintable_width;
  double y = height / paintable_height;
  double scale = self->cover ? MAX (x, y) : MIN (x, y);

  return scale >= 2 && !self->cover ? floor (scale) : scale;
}

static void
mage_clip_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MageClipView *self = MAGE_CLIP_VIEW (widget);
  GdkPaintable *paintable = get_shown (self);
  graphene_rect_t area;

  if (paintable == NULL)
    return;
  mage_clip_view_get_area (self, &area);
  mage_clip_draw (snapshot, paintable, &area);
}

static void
mage_clip_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                        int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  MageClipView *self = MAGE_CLIP_VIEW (widget);

  *minimum = MIN (DEFAULT_SIZE, self->natural_size);
  *natural = self->natural_size;
  if (self->aspect > 0 && orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = (int) round ((for_size > 0 ? for_size : self->natural_size) / self->aspect);
}

static GtkSizeRequestMode
mage_clip_view_get_request_mode (GtkWidget *widget)
{
  return MAGE_CLIP_VIEW (widget)->aspect > 0 ? GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH : GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
mage_clip_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageClipView *self = MAGE_CLIP_VIEW (object);

  switch (id)
    {
    case PROP_PLAYING:
      g_value_set_boolean (value, self->clock.playing);
      break;
    case PROP_CLIP:
      g_value_set_object (value, self->clip);
      break;
    case PROP_COVER:
      g_value_set_boolean (value, self->cover);
      break;
    case PROP_NATURAL_SIZE:
      g_value_set_int (value, self->natural_size);
      break;
    case PROP_ASPECT:
      g_value_set_double (value, self->aspect);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_clip_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MageClipView *self = MAGE_CLIP_VIEW (object);

  switch (id)
    {
    case PROP_PLAYING:
      mage_clip_view_set_playing (self, g_value_get_boolean (value));
      break;
    case PROP_CLIP:
      mage_clip_view_set_clip (self, g_value_get_object (value));
      break;
    case PROP_COVER:
      self->cover = g_value_get_boolean (value);
      gtk_widget_queue_draw (GTK_WIDGET (self));
      break;
    case PROP_NATURAL_SIZE:
      self->natural_size = g_value_get_int (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    case PROP_ASPECT:
      self->aspect = g_value_get_double (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_clip_view_dispose (GObject *object)
{
  MageClipView *self = MAGE_CLIP_VIEW (object);

  mage_clip_view_set_clip (self, NULL);
  mage_clip_view_set_poster (self, NULL);
  G_OBJECT_CLASS (mage_clip_view_parent_class)->dispose (object);
}

static void
mage_clip_view_class_init (MageClipViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_clip_view_get_property;
  object_class->set_property = mage_clip_view_set_property;
  object_class->dispose = mage_clip_view_dispose;
  widget_class->snapshot = mage_clip_view_snapshot;
  widget_class->measure = mage_clip_view_measure;
  widget_class->get_request_mode = mage_clip_view_get_request_mode;

  props[PROP_PLAYING] = g_param_spec_boolean ("playing", NULL, NULL, FALSE, flags);
  props[PROP_CLIP] = g_param_spec_object ("clip", NULL, NULL, MAGE_TYPE_CLIP_PAINTABLE, flags);
  /** MageClipView:cover: fills the view and cuts off what does not fit. */
  props[PROP_COVER] = g_param_spec_boolean ("cover", NULL, NULL, FALSE, flags);
  /** MageClipView:natural-size: wished width and height, in pixels. */
  props[PROP_NATURAL_SIZE] = g_param_spec_int ("natural-size", NULL, NULL, 1, G_MAXINT, DEFAULT_SIZE, flags);
  /** MageClipView:aspect: width by height that the view keeps; 0 for none. */
  props[PROP_ASPECT] = g_param_spec_double ("aspect", NULL, NULL, 0, 100, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_css_name (widget_class, "clipview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
mage_clip_view_init (MageClipView *self)
{
  self->natural_size = DEFAULT_SIZE;
  mage_clip_clock_init (&self->clock, GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
mage_clip_view_new (void)
{
  return g_object_new (MAGE_TYPE_CLIP_VIEW, NULL);
}

/** mage_clip_view_set_clip: @clip: (nullable): what is shown and played. */
void
mage_clip_view_set_clip (MageClipView *self, MageClipPaintable *clip)
{
  if (self->clip == clip)
    return;
  if (self->clip != NULL)
    g_signal_handlers_disconnect_by_func (self->clip, gtk_widget_queue_draw, self);
  mage_clip_clock_set_clip (&self->clock, clip);
  g_set_object (&self->clip, clip);
  if (clip != NULL)
    g_signal_connect_swapped (clip, "invalidate-contents", G_CALLBACK (gtk_widget_queue_draw), self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CLIP]);
}

/** mage_clip_view_get_clip: Returns: (transfer none) (nullable) */
MageClipPaintable *
mage_clip_view_get_clip (MageClipView *self)
{
  return self->clip;
}

/** mage_clip_view_set_poster: @poster: (nullable): what is shown while there is no clip. */
void
mage_clip_view_set_poster (MageClipView *self, GdkPaintable *poster)
{
  if (g_set_object (&self->poster, poster))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_clip_view_set_playing: plays while the view is on the screen. */
void
mage_clip_view_set_playing (MageClipView *self, gboolean playing)
{
  if (mage_clip_clock_set_playing (&self->clock, playing))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PLAYING]);
}

gboolean
mage_clip_view_get_playing (MageClipView *self)
{
  return self->clock.playing;
}

/** mage_clip_view_get_area: @area: (out): where the clip's frame is, in points of the widget; of no size without a clip */
void
mage_clip_view_get_area (MageClipView *self, graphene_rect_t *area)
{
  GdkPaintable *paintable = get_shown (self);
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double height = gtk_widget_get_height (GTK_WIDGET (self));
  double w = paintable != NULL ? MAX (gdk_paintable_get_intrinsic_width (paintable), 1) : 0;
  double h = paintable != NULL ? MAX (gdk_paintable_get_intrinsic_height (paintable), 1) : 0;
  double scale = paintable != NULL ? choose_scale (self, width, height, w, h) : 0;

  graphene_rect_init (area, (float) round ((width - w * scale) / 2), (float) round ((height - h * scale) / 2),
                      (float) (w * scale), (float) (h * scale));
}
