/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-media-loader.h"

#include "media/mask.h"
#include "media/picture.h"

#include <math.h>

/*
 * Pictures, clips and curves for the window, read in other threads, so that it never waits
 * for a file. Pictures come no larger than they are shown.
 */

/* A clip is looked at in at most this much memory; a longer one is thinned out evenly. */
#define CLIP_BUDGET (64.0 * 1024 * 1024)
/* Taller than this a clip gains nothing in the page. */
#define CLIP_MAX_SIDE 480.0

typedef struct
{
  char *path;
  char *mask;
  double time;
  guint max_side;
  ClipRead want;
  double rate;
} Order;

typedef struct
{
  GdkTexture *texture;
  Frames *frames;
  double number;  /* a clip's duration in seconds */
  guint width;    /* of the clip in its file */
  guint height;
} Delivery;

static void
order_free (gpointer data)
{
  Order *self = data;

  g_free (self->path);
  g_free (self->mask);
  g_free (self);
}

static void
delivery_free (gpointer data)
{
  Delivery *self = data;

  g_clear_object (&self->texture);
  g_clear_pointer (&self->frames, frames_unref);
  g_free (self);
}

static void
start (Order *order, GTaskThreadFunc run, gpointer tag, GCancellable *cancellable,
       GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_source_tag (task, tag);
  g_task_set_static_name (task, "mage-load");
  g_task_set_task_data (task, order, order_free);
  g_task_run_in_thread (task, run);
}

static void
deliver (GTask *task, Delivery delivery)
{
  g_task_return_pointer (task, g_memdup2 (&delivery, sizeof delivery), delivery_free);
}

/* --- pictures --- */

static GdkTexture *
make_texture (GdkPixbuf *pixbuf)
{
  g_autoptr (GBytes) bytes = gdk_pixbuf_read_pixel_bytes (pixbuf);

  return gdk_memory_texture_new (gdk_pixbuf_get_width (pixbuf), gdk_pixbuf_get_height (pixbuf),
                                 gdk_pixbuf_get_has_alpha (pixbuf) ? GDK_MEMORY_R8G8B8A8 : GDK_MEMORY_R8G8B8,
                                 bytes, (gsize) gdk_pixbuf_get_rowstride (pixbuf));
}

static GdkPixbuf *
shrink (GdkPixbuf *pixbuf, guint max_side)
{
  int width = gdk_pixbuf_get_width (pixbuf);
  int height = gdk_pixbuf_get_height (pixbuf);
  double scale = (double) max_side / MAX (width, height);

  if (max_side == 0 || scale >= 1)
    return g_object_ref (pixbuf);
  return gdk_pixbuf_scale_simple (pixbuf, (int) MAX (1, round (width * scale)), (int) MAX (1, round (height * scale)),
                                  GDK_INTERP_BILINEAR);
}

static void
load_texture (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Order *order = data;
  GError *error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = picture_load_pixbuf (order->path, 1, cancellable, &error);
  g_autoptr (GdkPixbuf) small = pixbuf != NULL ? shrink (pixbuf, order->max_side) : NULL;

  if (small == NULL)
    g_task_return_error (task, error);
  else
    deliver (task, (Delivery) { .texture = make_texture (small) });
}

/**
 * mage_load_texture_async:
 * @max_side: the longest side wanted, in pixels; 0 for the picture's own
 *
 * Loads a picture upright.
 */
void
mage_load_texture_async (const char *path, guint max_side, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer data)
{
  Order *order = g_new0 (Order, 1);

  order->path = g_strdup (path);
  order->max_side = max_side;
  start (order, load_texture, mage_load_texture_async, cancellable, callback, data);
}

/** mage_load_texture_finish: Returns: (transfer full): the picture */
GdkTexture *
mage_load_texture_finish (GAsyncResult *result, GError **error)
{
  Delivery *delivery = g_task_propagate_pointer (G_TASK (result), error);
  GdkTexture *texture;

  if (delivery == NULL)
    return NULL;
  texture = g_steal_pointer (&delivery->texture);
  delivery_free (delivery);
  return texture;
}

/* --- clips --- */

/* The whole clip at the size and number of frames that fit into the budget. */
static ClipRead
plan_clip (const ClipInfo *info)
{
  double scale = MIN (1, CLIP_MAX_SIDE / MAX (info->width, info->height));
  ClipRead want = { .length_s = CLIP_WHOLE };
  double frames;

  want.width = (guint) MAX (1, round (info->width * scale));
  want.height = (guint) MAX (1, round (info->height * scale));
  frames = MIN (info->duration * (info->rate > 0 ? info->rate : 25), CLIP_BUDGET / (3.0 * want.width * want.height));
  want.n_frames = (guint) MAX (1, round (frames));
  want.rate = info->duration > 0 ? want.n_frames / info->duration : 1;
  return want;
}

static void
load_clip (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Order *order = data;
  g_auto (ClipInfo) info = { 0 };
  GError *error = NULL;
  ClipRead want;
  Frames *frames;

  if (!clip_probe (order->path, &info, cancellable, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  want = plan_clip (&info);
  frames = clip_read (order->path, &want, cancellable, &error);
  if (frames == NULL)
    g_task_return_error (task, error);
  else
    deliver (task, (Delivery) { .frames = frames, .number = info.duration, .width = info.width, .height = info.height });
}

/** mage_load_clip_async: loads a whole clip for looking at; a long one with fewer frames. */
void
mage_load_clip_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  Order *order = g_new0 (Order, 1);

  order->path = g_strdup (path);
  start (order, load_clip, mage_load_clip_async, cancellable, callback, data);
}

/** mage_load_clip_finish: @duration: (out) (optional): seconds; @width, @height: (out) (optional): as in the file. Returns: (transfer full) */
Frames *
mage_load_clip_finish (GAsyncResult *result, double *duration, guint *width, guint *height, GError **error)
{
  Delivery *delivery = g_task_propagate_pointer (G_TASK (result), error);
  Frames *frames;

  if (delivery == NULL)
    return NULL;
  if (duration != NULL)
    *duration = delivery->number;
  if (width != NULL)
    *width = delivery->width;
  if (height != NULL)
    *height = delivery->height;
  frames = g_steal_pointer (&delivery->frames);
  delivery_free (delivery);
  return frames;
}

static void
load_span (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Order *order = data;
  GError *error = NULL;
  Frames *frames = clip_read (order->path, &order->want, cancellable, &error);

  if (frames == NULL)
    g_task_return_error (task, error);
  else
    deliver (task, (Delivery) { .frames = frames });
}

/** mage_load_span_async: loads part of a clip, as @want says; see clip_read(). */
void
mage_load_span_async (const char *path, const ClipRead *want, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer data)
{
  Order *order = g_new0 (Order, 1);

  order->path = g_strdup (path);
  order->want = *want;
  start (order, load_span, mage_load_span_async, cancellable, callback, data);
}

/* The frames 0001.png, 0002.png, … up to the first that is not there. */
static Frames *
read_frames (const char *folder, double rate, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) rgb = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  guint width = 0;
  guint height = 0;
  guint n = 0;

  for (;; n++)
    {
      g_autofree char *name = g_strdup_printf ("%04u.png", n + 1);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (Frames) picture = NULL;

      if (n > 0 && !g_file_test (path, G_FILE_TEST_EXISTS))
        break;
      picture = picture_load (path, cancellable, error);
      if (picture == NULL)
        return NULL;
      if (n > 0 && (picture->width != width || picture->height != height))
        break;
      width = picture->width;
      height = picture->height;
      g_byte_array_append (rgb, frames_get_frame (picture, 0), (guint) frames_get_frame_size (picture));
    }
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&rgb));
  return frames_new (n, width, height, rate, bytes);
}

static void
load_result (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Order *order = data;
  GError *error = NULL;
  Frames *frames = read_frames (order->path, order->rate, cancellable, &error);

  if (frames == NULL)
    g_task_return_error (task, error);
  else
    deliver (task, (Delivery) { .frames = frames });
}

/** mage_load_result_async: loads the frames of a result, without loss. */
void
mage_load_result_async (MageResult *video, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  Order *order = g_new0 (Order, 1);

  order->path = mage_result_dup_path (video, MAGE_RESULT_FRAMES);
  order->rate = mage_params_get_double (mage_result_get_params (video), "rate");
  start (order, load_result, mage_load_result_async, cancellable, callback, data);
}

/** mage_load_folder_async: loads a clip that lies in @folder frame by frame; @rate: frames per second. */
void
mage_load_folder_async (const char *folder, double rate, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  Order *order = g_new0 (Order, 1);

  order->path = g_strdup (folder);
  order->rate = rate;
  start (order, load_result, mage_load_folder_async, cancellable, callback, data);
}

/** mage_load_frames_finish: of mage_load_span_async() and mage_load_result_async(). Returns: (transfer full) */
Frames *
mage_load_frames_finish (GAsyncResult *result, GError **error)
{
  return mage_load_clip_finish (result, NULL, NULL, NULL, error);
}

/* --- things --- */

#define THING_SIDE 104

/* The frame at a time, as it is learned from: cut along the mask, or whole. */
static Frames *
cut_thing (Order *order, GCancellable *cancellable, GError **error)
{
  g_auto (ClipInfo) info = { 0 };
  ClipRead want = { .start_s = order->time, .length_s = 0.001, .n_frames = 1, .rate = 1 };
  g_autoptr (Frames) frame = NULL;
  g_autoptr (Mask) mask = NULL;

  if (!clip_probe (order->path, &info, cancellable, error))
    return NULL;
  want.width = order->mask != NULL ? info.width : THING_SIDE;
  want.height = order->mask != NULL ? info.height : THING_SIDE;
  frame = clip_read (order->path, &want, cancellable, error);
  if (frame == NULL || order->mask == NULL)
    return g_steal_pointer (&frame);
  mask = mask_load (order->mask, cancellable, error);
  return mask != NULL ? mask_crop_subject (frame, mask, THING_SIDE, THING_SIDE, error) : NULL;
}

static void
load_thing (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  Frames *frames = cut_thing (data, cancellable, &error);

  if (frames == NULL)
    g_task_return_error (task, error);
  else
    deliver (task, (Delivery) { .frames = frames });
}

/**
 * mage_load_thing_async:
 * @mask: (nullable): NULL for the whole frame
 * @time: in seconds
 *
 * Loads a thing of a clip as it is learned from; ends with mage_load_frames_finish().
 */
void
mage_load_thing_async (const char *clip, const char *mask, double time, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer data)
{
  Order *order = g_new0 (Order, 1);

  order->path = g_strdup (clip);
  order->mask = g_strdup (mask);
  order->time = time;
  start (order, load_thing, mage_load_thing_async, cancellable, callback, data);
}

/* --- curves --- */

static void
load_losses (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Order *order = data;
  GError *error = NULL;
  MageSeries *series = mage_series_load (order->path, &error);

  if (series == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, series, g_object_unref);
}

/** mage_load_losses_async: loads the losses of a run. */
void
mage_load_losses_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  Order *order = g_new0 (Order, 1);

  order->path = g_strdup (path);
  start (order, load_losses, mage_load_losses_async, cancellable, callback, data);
}

/** mage_load_losses_finish: Returns: (transfer full) */
MageSeries *
mage_load_losses_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
