/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-clip-paintable.h"

#include <math.h>

/*
 * A clip in memory as a GdkPaintable: the frames are textures over the clip's own bytes. It has no
 * clock: the widget that shows it advances it with the time of its frame clock, so that a clip that
 * nobody sees costs nothing. The loop is exact: after the last frame comes the first, with the same
 * spacing.
 */

/* A clip without a rate is looked through at this many frames a second. */
#define USUAL_RATE 8.0

/* From this magnification on pixels are shown as squares: a small clip stays crisp. */
#define CRISP_SCALE 2.0

struct _MageClipPaintable
{
  GObject parent_instance;

  Frames *frames;
  GdkTexture **textures;  /* made when first seen */
  guint frame;
  guint first;            /* of the span that is looped */
  guint n_span;
  double speed;           /* of looking: 1 is the clip's own */
  gint64 epoch;           /* when the span's first frame was due, in microseconds; 0: it stands */
};

enum
{
  PROP_FRAME = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
mage_clip_paintable_snapshot (GdkPaintable *paintable, GdkSnapshot *snapshot, double width, double height)
{
  MageClipPaintable *self = MAGE_CLIP_PAINTABLE (paintable);
  GdkTexture *texture = mage_clip_paintable_get_texture (self, self->frame);
  gboolean crisp = width >= CRISP_SCALE * self->frames->width;

  gtk_snapshot_append_scaled_texture (GTK_SNAPSHOT (snapshot), texture,
                                      crisp ? GSK_SCALING_FILTER_NEAREST : GSK_SCALING_FILTER_TRILINEAR,
                                      &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
}

static GdkPaintable *
mage_clip_paintable_get_current_image (GdkPaintable *paintable)
{
  MageClipPaintable *self = MAGE_CLIP_PAINTABLE (paintable);

  return GDK_PAINTABLE (g_object_ref (mage_clip_paintable_get_texture (self, self->frame)));
}

static GdkPaintableFlags
mage_clip_paintable_get_flags (GdkPaintable *paintable)
{
  return GDK_PAINTABLE_STATIC_SIZE;
}

static int
mage_clip_paintable_get_intrinsic_width (GdkPaintable *paintable)
{
  return (int) MAGE_CLIP_PAINTABLE (paintable)->frames->width;
}

static int
mage_clip_paintable_get_intrinsic_height (GdkPaintable *paintable)
{
  return (int) MAGE_CLIP_PAINTABLE (paintable)->frames->height;
}

static void
mage_clip_paintable_iface_init (GdkPaintableInterface *iface)
{
  iface->snapshot = mage_clip_paintable_snapshot;
  iface->get_current_image = mage_clip_paintable_get_current_image;
  iface->get_flags = mage_clip_paintable_get_flags;
  iface->get_intrinsic_width = mage_clip_paintable_get_intrinsic_width;
  iface->get_intrinsic_height = mage_clip_paintable_get_intrinsic_height;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MageClipPaintable, mage_clip_paintable, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE, mage_clip_paintable_iface_init))

static void
mage_clip_paintable_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageClipPaintable *self = MAGE_CLIP_PAINTABLE (object);

  switch (id)
    {
    case PROP_FRAME:
      g_value_set_uint (value, self->frame);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_clip_paintable_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_FRAME:
      mage_clip_paintable_set_frame (MAGE_CLIP_PAINTABLE (object), g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_clip_paintable_finalize (GObject *object)
{
  MageClipPaintable *self = MAGE_CLIP_PAINTABLE (object);

  for (guint i = 0; i < self->frames->n_frames; i++)
    g_clear_object (&self->textures[i]);
  g_free (self->textures);
  frames_unref (self->frames);
  G_OBJECT_CLASS (mage_clip_paintable_parent_class)->finalize (object);
}

static void
mage_clip_paintable_class_init (MageClipPaintableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = mage_clip_paintable_get_property;
  object_class->set_property = mage_clip_paintable_set_property;
  object_class->finalize = mage_clip_paintable_finalize;

  /** MageClipPaintable:frame: the frame that is shown, from 0. */
  props[PROP_FRAME] = g_param_spec_uint ("frame", NULL, NULL, 0, G_MAXUINT, 0,
                                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mage_clip_paintable_init (MageClipPaintable *self)
{
}

/** mage_clip_paintable_new: Returns: (transfer full): @frames at their first frame */
MageClipPaintable *
mage_clip_paintable_new (Frames *frames)
{
  MageClipPaintable *self;

  g_return_val_if_fail (frames != NULL && frames->n_frames > 0, NULL);

  self = g_object_new (MAGE_TYPE_CLIP_PAINTABLE, NULL);
  self->frames = frames_ref (frames);
  self->textures = g_new0 (GdkTexture *, frames->n_frames);
  self->n_span = frames->n_frames;
  self->speed = 1;
  return self;
}

/** mage_clip_paintable_get_frames: Returns: (transfer none) */
Frames *
mage_clip_paintable_get_frames (MageClipPaintable *self)
{
  return self->frames;
}

/** mage_clip_paintable_get_texture: Returns: (transfer none): frame @index over the clip's own bytes */
GdkTexture *
mage_clip_paintable_get_texture (MageClipPaintable *self, guint index)
{
  gsize size = frames_get_frame_size (self->frames);

  g_return_val_if_fail (index < self->frames->n_frames, NULL);

  if (self->textures[index] == NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_from_bytes (self->frames->rgb, index * size, size);

      self->textures[index] = gdk_memory_texture_new ((int) self->frames->width, (int) self->frames->height,
                                                      GDK_MEMORY_R8G8B8, bytes, self->frames->width * 3);
    }
  return self->textures[index];
}

guint
mage_clip_paintable_get_n_frames (MageClipPaintable *self)
{
  return self->frames->n_frames;
}

guint
mage_clip_paintable_get_frame (MageClipPaintable *self)
{
  return self->frame;
}

static void
show (MageClipPaintable *self, guint frame)
{
  if (self->frame == frame)
    return;
  self->frame = frame;
  gdk_paintable_invalidate_contents (GDK_PAINTABLE (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FRAME]);
}

/** mage_clip_paintable_set_frame: shows @frame, or the last one; playing goes on from there. */
void
mage_clip_paintable_set_frame (MageClipPaintable *self, guint frame)
{
  g_return_if_fail (MAGE_IS_CLIP_PAINTABLE (self));

  self->epoch = 0;
  show (self, MIN (frame, self->frames->n_frames - 1));
}

/** mage_clip_paintable_set_span: loops over @n_frames frames from @first on. */
void
mage_clip_paintable_set_span (MageClipPaintable *self, guint first, guint n_frames)
{
  self->first = MIN (first, self->frames->n_frames - 1);
  self->n_span = CLAMP (n_frames, 1, self->frames->n_frames - self->first);
  self->epoch = 0;
}

/** mage_clip_paintable_get_rate: frames a second. */
double
mage_clip_paintable_get_rate (MageClipPaintable *self)
{
  return self->frames->rate > 0 ? self->frames->rate : USUAL_RATE;
}

/**
 * mage_clip_paintable_advance:
 * @now: the frame clock's time, in microseconds
 *
 * Plays: shows the frame that is due. The first call goes on from the frame that is shown.
 */
void
mage_clip_paintable_advance (MageClipPaintable *self, gint64 now)
{
  double rate = mage_clip_paintable_get_rate (self) * self->speed;
  double place; /* in frames */
  gint64 due;

  if (self->epoch == 0)
    {
      guint at = self->frame >= self->first && self->frame < self->first + self->n_span ? self->frame - self->first : 0;

      self->epoch = now - (gint64) (at * G_USEC_PER_SEC / rate);
    }
  /* Half a microsecond: a frame is not missed by the rounding of the epoch. */
  place = ((double) (now - self->epoch) + 0.5) * rate / G_USEC_PER_SEC;
  due = (gint64) (rate < 0 ? ceil (place) : floor (place));
  show (self, self->first + (guint) (((due % self->n_span) + self->n_span) % self->n_span));
}

/** mage_clip_paintable_set_speed: @speed: of looking, not 0; 1 is the clip's own, below 0 it plays backwards. It goes on from the frame that is shown. */
void
mage_clip_paintable_set_speed (MageClipPaintable *self, double speed)
{
  g_return_if_fail (speed != 0);

  if (self->speed == speed)
    return;
  self->speed = speed;
  mage_clip_paintable_halt (self);
}

double
mage_clip_paintable_get_speed (MageClipPaintable *self)
{
  return self->speed;
}

/** mage_clip_paintable_halt: stands; the next advance goes on from here. */
void
mage_clip_paintable_halt (MageClipPaintable *self)
{
  self->epoch = 0;
}
