/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-thumbnail.h"

#include "ui/mage-media-loader.h"

#include "project/mage-project.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/*
 * A small picture that fills its place: a subject's first picture, a frame of a motion's clip or of
 * a result. It is decoration beside words, so screen readers pass over it.
 */

/* Pictures are loaded for screens of up to this scale. */
#define MAX_SCALE 2

struct _MageThumbnail
{
  GtkWidget parent_instance;

  int width;
  int height;
  double radius;
  GdkTexture *texture;
  GObject *object;
  GListModel *pictures; /* of the object, or of its first subject, which may go before it */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (MageThumbnail, mage_thumbnail, GTK_TYPE_WIDGET)

enum
{
  PROP_WIDTH = 1,
  PROP_HEIGHT,
  PROP_RADIUS,
  PROP_OBJECT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* --- loading --- */

static void
show_texture (MageThumbnail *self, GdkTexture *texture)
{
  g_set_object (&self->texture, texture);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
picture_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageThumbnail) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = mage_load_texture_finish (result, &error);

  if (texture != NULL)
    show_texture (self, texture);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_info ("No thumbnail: %s", error->message);
}

static void
frames_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MageThumbnail) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) frames = mage_load_frames_finish (result, &error);
  g_autoptr (GdkTexture) texture = NULL;

  if (frames == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_info ("No thumbnail: %s", error->message);
      return;
    }
  texture = gdk_memory_texture_new ((int) frames->width, (int) frames->height, GDK_MEMORY_R8G8B8, frames->rgb,
                                    (gsize) frames->width * 3);
  show_texture (self, texture);
}

static GCancellable *
restart (MageThumbnail *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  return self->cancellable;
}

static void
load_picture (MageThumbnail *self, const char *path)
{
  GCancellable *cancellable = restart (self);

  if (path == NULL)
    show_texture (self, NULL);
  else
    mage_load_texture_async (path, (guint) (MAX (self->width, self->height) * MAX_SCALE * 3 / 2), cancellable,
                             picture_loaded_cb, g_object_ref (self));
}

static void
load_clip (MageThumbnail *self, MageMotion *motion)
{
  g_autofree char *path = mage_media_dup_path (mage_motion_get_clip (motion));
  guint side = (guint) MAX (self->width, self->height) * MAX_SCALE;
  const MageCrop *crop = mage_motion_get_crop (motion);
  ClipRead want = { .start_s = mage_motion_get_start (motion), .length_s = 0, .n_frames = 1, .rate = 8,
                    .width = side, .height = side,
                    .crop = { crop->x, crop->y, crop->width, crop->height } };

  mage_load_span_async (path, &want, restart (self), frames_loaded_cb, g_object_ref (self));
}

static void
load_subject (MageThumbnail *self)
{
  g_autoptr (MageMedia) first = g_list_model_get_item (self->pictures, 0);
  g_autofree char *path = first != NULL ? mage_media_dup_path (first) : NULL;

  load_picture (self, path);
}

/* (nullable): whose pictures stand for the object */
static MageSubject *
get_subject (MageThumbnail *self)
{
  GListModel *subjects = NULL;
  g_autoptr (MageSubject) first = NULL;

  if (MAGE_IS_SUBJECT (self->object))
    return MAGE_SUBJECT (self->object);
  if (MAGE_IS_FUSION (self->object))
    subjects = mage_fusion_get_subjects (MAGE_FUSION (self->object));
  else if (MAGE_IS_PROJECT (self->object))
    subjects = G_LIST_MODEL (mage_project_get_subjects (MAGE_PROJECT (self->object)));
  if (subjects != NULL)
    first = g_list_model_get_item (subjects, 0);
  return first;
}

static void
load_object (MageThumbnail *self)
{
  MageSubject *subject = get_subject (self);

  if (subject != NULL)
    {
      self->pictures = g_object_ref (G_LIST_MODEL (mage_subject_get_pictures (subject)));
      g_signal_connect_object (self->pictures, "items-changed", G_CALLBACK (load_subject), self, G_CONNECT_SWAPPED);
      load_subject (self);
    }
  else if (MAGE_IS_MOTION (self->object))
    load_clip (self, MAGE_MOTION (self->object));
  else if (MAGE_IS_RESULT (self->object))
    {
      g_autofree char *path = mage_result_dup_path (MAGE_RESULT (self->object), MAGE_RESULT_FRAMES "/0001.png");

      load_picture (self, path);
    }
  else
    load_picture (self, NULL);
}

/* --- drawing --- */

static void
mage_thumbnail_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                        int *minimum_baseline, int *natural_baseline)
{
  MageThumbnail *self = MAGE_THUMBNAIL (widget);

  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? self->width : self->height;
}

/* The picture covers the place, its middle shown. */
static graphene_rect_t
cover (MageThumbnail *self, double width, double height)
{
  double w = gdk_texture_get_width (self->texture);
  double h = gdk_texture_get_height (self->texture);
  double scale = MAX (width / w, height / h);

  return GRAPHENE_RECT_INIT ((float) ((width - w * scale) / 2), (float) ((height - h * scale) / 2),
                             (float) (w * scale), (float) (h * scale));
}

static void
mage_thumbnail_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MageThumbnail *self = MAGE_THUMBNAIL (widget);
  float width = (float) gtk_widget_get_width (widget);
  float height = (float) gtk_widget_get_height (widget);
  GskRoundedRect outline;
  GdkRGBA colour;

  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT (0, 0, width, height), (float) self->radius);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  if (self->texture != NULL)
    {
      graphene_rect_t place = cover (self, width, height);

      gtk_snapshot_append_scaled_texture (snapshot, self->texture, GSK_SCALING_FILTER_TRILINEAR, &place);
    }
  else
    {
      gtk_widget_get_color (widget, &colour);
      colour.alpha *= 0.1f;
      gtk_snapshot_append_color (snapshot, &colour, &GRAPHENE_RECT_INIT (0, 0, width, height));
    }
  gtk_snapshot_pop (snapshot);
}

/* --- the object --- */

static void
mage_thumbnail_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageThumbnail *self = MAGE_THUMBNAIL (object);

  switch (id)
    {
    case PROP_WIDTH:
      g_value_set_int (value, self->width);
      break;
    case PROP_HEIGHT:
      g_value_set_int (value, self->height);
      break;
    case PROP_RADIUS:
      g_value_set_double (value, self->radius);
      break;
    case PROP_OBJECT:
      g_value_set_object (value, self->object);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_thumbnail_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MageThumbnail *self = MAGE_THUMBNAIL (object);

  switch (id)
    {
    case PROP_WIDTH:
      self->width = g_value_get_int (value);
      break;
    case PROP_HEIGHT:
      self->height = g_value_get_int (value);
      break;
    case PROP_RADIUS:
      self->radius = g_value_get_double (value);
      break;
    case PROP_OBJECT:
      mage_thumbnail_set_object (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_thumbnail_dispose (GObject *object)
{
  MageThumbnail *self = MAGE_THUMBNAIL (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->texture);
  g_clear_object (&self->pictures);
  g_clear_object (&self->object);
  G_OBJECT_CLASS (mage_thumbnail_parent_class)->dispose (object);
}

static void
mage_thumbnail_class_init (MageThumbnailClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_thumbnail_get_property;
  object_class->set_property = mage_thumbnail_set_property;
  object_class->dispose = mage_thumbnail_dispose;
  widget_class->measure = mage_thumbnail_measure;
  widget_class->snapshot = mage_thumbnail_snapshot;

  /** MageThumbnail:width: in pixels. */
  props[PROP_WIDTH] = g_param_spec_int ("width", NULL, NULL, 1, 4096, 34, flags);
  props[PROP_HEIGHT] = g_param_spec_int ("height", NULL, NULL, 1, 4096, 34, flags);
  /** MageThumbnail:radius: of the corners, in pixels. */
  props[PROP_RADIUS] = g_param_spec_double ("radius", NULL, NULL, 0, 100, 8, flags);
  /** MageThumbnail:object: (nullable): see mage_thumbnail_set_object(). */
  props[PROP_OBJECT] = g_param_spec_object ("object", NULL, NULL, G_TYPE_OBJECT,
                                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
  gtk_widget_class_set_css_name (widget_class, "thumbnail");
}

static void
mage_thumbnail_init (MageThumbnail *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

/** mage_thumbnail_new: @width, @height: in pixels. */
GtkWidget *
mage_thumbnail_new (int width, int height)
{
  return g_object_new (MAGE_TYPE_THUMBNAIL, "width", width, "height", height, NULL);
}

/** mage_thumbnail_set_texture: @texture: (nullable): stands until something else is set. */
void
mage_thumbnail_set_texture (MageThumbnail *self, GdkTexture *texture)
{
  restart (self);
  show_texture (self, texture);
}

/** mage_thumbnail_set_object: @object: (nullable): a MageSubject, MageMotion or MageResult; of a MageProject and a MageFusion the first subject. */
void
mage_thumbnail_set_object (MageThumbnail *self, GObject *object)
{
  if (self->object == object)
    return;
  if (self->pictures != NULL)
    g_signal_handlers_disconnect_by_func (self->pictures, load_subject, self);
  g_clear_object (&self->pictures);
  g_set_object (&self->object, object);
  load_object (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_OBJECT]);
}

/** mage_thumbnail_set_picture: @path: (nullable): a picture file. */
void
mage_thumbnail_set_picture (MageThumbnail *self, const char *path)
{
  mage_thumbnail_set_object (self, NULL);
  load_picture (self, path);
}
