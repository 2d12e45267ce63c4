/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-picture-canvas.h"

#include "ui/mage-media-loader.h"

#include <glib/gi18n.h>
#include <math.h>

/* A picture as large as it fits, with its mask over it. A bar may float over the foot; the picture stays above it. */

#define NATURAL_HEIGHT 340
#define MIN_SIDE 200
/* Sharp on a large screen with two pixels a point. */
#define MAX_LOADED_SIDE 1800

struct _MagePictureCanvas
{
  GtkWidget parent_instance;

  MageMedia *media;
  GdkTexture *texture;
  GdkTexture *mask;
  GCancellable *cancellable;
  GdkRGBA colour;
  double coverage;
  char *problem;
  gboolean show_mask;
  guint n_loading;
  int foot;
};

G_DEFINE_FINAL_TYPE (MagePictureCanvas, mage_picture_canvas, GTK_TYPE_WIDGET)

enum
{
  PROP_SHOW_MASK = 1,
  PROP_COVERAGE,
  PROP_PROBLEM,
  PROP_FOOT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
mage_picture_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MagePictureCanvas *self = MAGE_PICTURE_CANVAS (widget);
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget) - self->foot;
  double w;
  double h;
  double scale;
  graphene_rect_t bounds;

  if (self->texture == NULL)
    return;
  w = gdk_texture_get_width (self->texture);
  h = gdk_texture_get_height (self->texture);
  scale = MIN (width / w, height / h);
  graphene_rect_init (&bounds, (float) round ((width - w * scale) / 2), (float) round ((height - h * scale) / 2),
                      (float) round (w * scale), (float) round (h * scale));
  gtk_snapshot_append_scaled_texture (snapshot, self->texture, GSK_SCALING_FILTER_TRILINEAR, &bounds);
  if (self->mask != NULL && self->show_mask)
    gtk_snapshot_append_scaled_texture (snapshot, self->mask, GSK_SCALING_FILTER_TRILINEAR, &bounds);
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
  g_autoptr (GdkTexture) texture = mage_load_texture_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->n_loading--;
  g_set_object (&self->texture, texture);
  if (error != NULL)
    set_problem (self, error->message);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
mask_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MagePictureCanvas) self = data;
  g_autoptr (GError) error = NULL;
  double coverage = 0;
  g_autoptr (GdkTexture) texture = mage_load_mask_finish (result, &coverage, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->n_loading--;
  g_set_object (&self->mask, texture);
  if (error != NULL)
    set_problem (self, error->message);
  self->coverage = coverage;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COVERAGE]);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
load_mask (MagePictureCanvas *self)
{
  MageMedia *mask = self->media != NULL ? mage_media_get_mask (self->media) : NULL;
  g_autofree char *path = mask != NULL ? mage_media_dup_path (mask) : NULL;

  self->coverage = 0;
  if (path == NULL)
    g_clear_object (&self->mask);
  else
    {
      self->n_loading++;
      mage_load_mask_async (path, &self->colour, self->cancellable, mask_loaded_cb, g_object_ref (self));
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COVERAGE]);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
load (MagePictureCanvas *self)
{
  g_autofree char *path = self->media != NULL ? mage_media_dup_path (self->media) : NULL;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->n_loading = 0;
  set_problem (self, NULL);
  g_clear_object (&self->mask);
  if (path != NULL)
    {
      self->n_loading++;
      mage_load_texture_async (path, MAX_LOADED_SIDE, self->cancellable, loaded_cb, g_object_ref (self));
    }
  else
    g_clear_object (&self->texture);
  load_mask (self);
}

/* --- the object --- */

static void
mage_picture_canvas_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MagePictureCanvas *self = MAGE_PICTURE_CANVAS (object);

  switch (id)
    {
    case PROP_SHOW_MASK:
      g_value_set_boolean (value, self->show_mask);
      break;
    case PROP_COVERAGE:
      g_value_set_double (value, self->coverage);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_FOOT:
      g_value_set_int (value, self->foot);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_picture_canvas_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MagePictureCanvas *self = MAGE_PICTURE_CANVAS (object);

  switch (id)
    {
    case PROP_SHOW_MASK:
      mage_picture_canvas_set_show_mask (self, g_value_get_boolean (value));
      break;
    case PROP_FOOT:
      self->foot = g_value_get_int (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_picture_canvas_dispose (GObject *object)
{
  MagePictureCanvas *self = MAGE_PICTURE_CANVAS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->media != NULL)
    g_signal_handlers_disconnect_by_func (self->media, load_mask, self);
  g_clear_object (&self->media);
  g_clear_object (&self->texture);
  g_clear_object (&self->mask);
  g_clear_pointer (&self->problem, g_free);
  G_OBJECT_CLASS (mage_picture_canvas_parent_class)->dispose (object);
}

static void
mage_picture_canvas_class_init (MagePictureCanvasClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_picture_canvas_get_property;
  object_class->set_property = mage_picture_canvas_set_property;
  object_class->dispose = mage_picture_canvas_dispose;
  widget_class->snapshot = mage_picture_canvas_snapshot;
  widget_class->measure = mage_picture_canvas_measure;
  widget_class->get_request_mode = mage_picture_canvas_get_request_mode;

  props[PROP_SHOW_MASK] = g_param_spec_boolean ("show-mask", NULL, NULL, TRUE, readable | G_PARAM_WRITABLE);
  /** MagePictureCanvas:coverage: how much of the picture the mask covers, 0…1. */
  props[PROP_COVERAGE] = g_param_spec_double ("coverage", NULL, NULL, 0, 1, 0, readable);
  /** MagePictureCanvas:problem: (nullable): why the picture or its mask cannot be shown. */
  props[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, readable);
  /** MagePictureCanvas:foot: height at the foot that stays free, in pixels. */
  props[PROP_FOOT] = g_param_spec_int ("foot", NULL, NULL, 0, G_MAXINT, 0, readable | G_PARAM_WRITABLE);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_css_name (widget_class, "canvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
mage_picture_canvas_init (MagePictureCanvas *self)
{
  self->show_mask = TRUE;
  gdk_rgba_parse (&self->colour, "#007f8c");
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Picture"), -1);
}

GtkWidget *
mage_picture_canvas_new (void)
{
  return g_object_new (MAGE_TYPE_PICTURE_CANVAS, NULL);
}

/** mage_picture_canvas_set_media: @media: (nullable): the picture that is shown, with its mask. */
void
mage_picture_canvas_set_media (MagePictureCanvas *self, MageMedia *media)
{
  g_autofree char *label = NULL;

  if (self->media == media)
    return;
  if (self->media != NULL)
    g_signal_handlers_disconnect_by_func (self->media, load_mask, self);
  g_set_object (&self->media, media);
  if (media != NULL)
    {
      g_signal_connect_swapped (media, "notify::mask", G_CALLBACK (load_mask), self);
      label = g_path_get_basename (mage_media_get_file (media));
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label != NULL ? label : _("Picture"), -1);
  load (self);
}

/** mage_picture_canvas_set_colour: in which the mask is shown. */
void
mage_picture_canvas_set_colour (MagePictureCanvas *self, const GdkRGBA *colour)
{
  if (gdk_rgba_equal (&self->colour, colour))
    return;
  self->colour = *colour;
  load_mask (self);
}

/** mage_picture_canvas_set_show_mask: whether the mask is laid over the picture. */
void
mage_picture_canvas_set_show_mask (MagePictureCanvas *self, gboolean show_mask)
{
  if (self->show_mask == show_mask)
    return;
  self->show_mask = show_mask;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SHOW_MASK]);
}

/** mage_picture_canvas_get_coverage: how much of the picture the mask covers, 0…1. */
double
mage_picture_canvas_get_coverage (MagePictureCanvas *self)
{
  return self->coverage;
}

gboolean
mage_picture_canvas_is_loading (MagePictureCanvas *self)
{
  return self->n_loading > 0;
}
