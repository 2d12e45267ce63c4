/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "media"

#include "media/clip-writer.h"

#include "media/clip-source.h"
#include "media/media-error.h"
#include "media/resample.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <gst/app/gstappsrc.h>
#include <string.h>
#include <unistd.h>

/* appsrc ! videoconvert ! I420 ! encoder ! muxer ! filesink. The calling thread pushes frames and
 * reads the bus. I420 must be asked for: x264enc fed from RGB makes 4:4:4, which few players take.
 * The file is written beside its place and renamed when it is complete. */

#define DEFAULT_QUALITY 80
/* How long the encoder may stand still; a slow one on a busy machine takes seconds a frame. */
#define STALL_US (60 * G_USEC_PER_SEC)
#define STEP_NS (20 * GST_MSECOND)
/* Frames waiting in front of the encoder. */
#define MAX_QUEUED 4
/* What the muxers and decoders agree on. */
#define MAX_SIDE 16384

typedef struct
{
  const Frames *frames;
  const ClipWrite *how;
  const char *name;
  char *part;  /* the file beside, nullable */
  char *index; /* the muxer's own file beside, nullable */
  GstElement *pipeline;
  GstElement *source;
  GstBus *bus;
  GstVideoInfo info;
  guint width;  /* of the frames after growing; info may be one more, to be even */
  guint height;
} Writer;

static void
writer_clear (Writer *self)
{
  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_clear_object (&self->bus);
  gst_clear_object (&self->pipeline);
  if (self->part != NULL)
    g_unlink (self->part);
  if (self->index != NULL)
    g_unlink (self->index);
  g_clear_pointer (&self->part, g_free);
  g_clear_pointer (&self->index, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Writer, writer_clear)

static gboolean
set_write_error (const char *name, const char *cause, GError **error)
{
  g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_WRITE,
               _ ("“%s” cannot be written: %s. Check the folder and the free space."), name, cause);
  return FALSE;
}

/* --- the file beside -------------------------------------------------------------------------- */

static gboolean
open_part (Writer *self, const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *hidden = g_strdup_printf (".%s.XXXXXX", base);
  g_autofree char *part = g_build_filename (folder, hidden, NULL);
  int fd = g_mkstemp_full (part, O_RDWR | O_CLOEXEC, 0666);

  if (fd < 0)
    return set_write_error (self->name, g_strerror (errno), error);
  close (fd);
  self->part = g_steal_pointer (&part);
  self->index = g_strconcat (self->part, ".index", NULL);
  return TRUE;
}

static gboolean
commit_part (Writer *self, const char *path, GError **error)
{
  int fd = g_open (self->part, O_RDONLY | O_CLOEXEC, 0);
  gboolean safe = fd >= 0 && fsync (fd) == 0;
  int code = errno;

  if (fd >= 0)
    close (fd);
  if (!safe)
    return set_write_error (self->name, g_strerror (code), error);
  if (g_rename (self->part, path) != 0)
    return set_write_error (self->name, g_strerror (errno), error);
  g_clear_pointer (&self->part, g_free);
  return TRUE;
}

/* --- pipeline --------------------------------------------------------------------------------- */

static GstElement *
make_h264 (guint quality, guint rate, gint64 pixels_a_second)
{
  GstElement *encoder = gst_element_factory_make ("x264enc", NULL);

  if (encoder != NULL)
    {
      /* 80 gives a rate factor of 18, said to look like the original; 1 gives 40, 100 gives 12. */
      gst_util_set_object_arg (G_OBJECT (encoder), "pass", "qual");
      gst_util_set_object_arg (G_OBJECT (encoder), "speed-preset", "medium");
      g_object_set (encoder, "quantizer", 40 - quality * 28 / 100, "key-int-max", 2 * rate, NULL);
      return encoder;
    }
  encoder = gst_element_factory_make ("openh264enc", NULL);
  if (encoder != NULL)
    {
      /* It knows no constant quality; 80 means a third of a bit a pixel. */
      guint bits = (guint) CLAMP (pixels_a_second * quality / 240, 100000, 100000000);

      gst_util_set_object_arg (G_OBJECT (encoder), "rate-control", "bitrate");
      g_object_set (encoder, "bitrate", bits, "gop-size", 2 * rate, NULL);
    }
  return encoder;
}

static GstElement *
make_vp9 (guint quality, guint rate)
{
  GstElement *encoder = gst_element_factory_make ("vp9enc", NULL);

  if (encoder == NULL)
    return NULL;
  gst_util_set_object_arg (G_OBJECT (encoder), "end-usage", "cq");
  /* “Good”, two steps faster than the slowest: the default of real time looks poor. */
  g_object_set (encoder, "cq-level", (int) (60 - quality * 50 / 100), "deadline",
                G_GINT64_CONSTANT (1000000), "cpu-used", 2, "row-mt", TRUE, "threads",
                (int) MIN (g_get_num_processors (), 8), "keyframe-max-dist", 2 * (int) rate, NULL);
  return encoder;
}

static GstElement *
make_encoder (const Writer *self)
{
  guint quality = self->how->quality > 0 ? MIN (self->how->quality, 100) : DEFAULT_QUALITY;
  guint rate = (guint) CLAMP (self->frames->rate + 0.5, 1, 120);

  if (self->how->format == CLIP_WEBM_VP9)
    return make_vp9 (quality, rate);
  return make_h264 (quality, rate, (gint64) self->info.width * self->info.height * rate);
}

static GstElement *
make_muxer (const Writer *self)
{
  GstElement *muxer;

  if (self->how->format == CLIP_WEBM_VP9)
    return gst_element_factory_make ("webmmux", NULL);
  muxer = gst_element_factory_make ("mp4mux", NULL);
  if (muxer != NULL)
    g_object_set (muxer, "faststart", TRUE, "faststart-file", self->index, NULL);
  return muxer;
}

static void
set_tags (const Writer *self, GstElement *muxer)
{
  if (self->how->title != NULL)
    gst_tag_setter_add_tags (GST_TAG_SETTER (muxer), GST_TAG_MERGE_REPLACE, GST_TAG_TITLE,
                             self->how->title, NULL);
  if (self->how->comment != NULL)
    gst_tag_setter_add_tags (GST_TAG_SETTER (muxer), GST_TAG_MERGE_REPLACE, GST_TAG_COMMENT,
                             self->how->comment, NULL);
}

static void
set_source_format (Writer *self)
{
  g_autoptr (GstCaps) caps = NULL;
  int num = 0, den = 1;
  guint factor = MAX (self->how->factor, 1);

  self->width = self->frames->width * factor;
  self->height = self->frames->height * factor;
  gst_util_double_to_fraction (self->frames->rate, &num, &den);
  gst_video_info_set_format (&self->info, GST_VIDEO_FORMAT_RGB, self->width + self->width % 2,
                             self->height + self->height % 2);
  self->info.fps_n = num;
  self->info.fps_d = den;
  caps = gst_video_info_to_caps (&self->info);
  g_object_set (self->source, "caps", caps, "format", GST_FORMAT_TIME, "block", FALSE, "max-bytes",
                (guint64) 0, "max-buffers", (guint64) 0, NULL);
}

static gboolean
build_pipeline (Writer *self, GError **error)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (
      "video/x-raw, format=(string)I420, colorimetry=(string)bt709, "
      "pixel-aspect-ratio=(fraction)1/1");
  GstElement *elements[6];
  gboolean complete = TRUE;

  self->source = gst_element_factory_make ("appsrc", NULL);
  if (self->source != NULL)
    set_source_format (self);
  elements[0] = self->source;
  elements[1] = gst_element_factory_make ("videoconvert", NULL);
  elements[2] = gst_element_factory_make ("capsfilter", NULL);
  elements[3] = make_encoder (self);
  elements[4] = make_muxer (self);
  elements[5] = gst_element_factory_make ("filesink", NULL);
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  self->bus = gst_element_get_bus (self->pipeline);
  for (gsize i = 0; i < G_N_ELEMENTS (elements); i++)
    {
      if (elements[i] != NULL)
        gst_bin_add (GST_BIN (self->pipeline), elements[i]);
      complete = complete && elements[i] != NULL;
    }
  if (!complete)
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_NO_ENCODER,
                   _ ("“%s” cannot be written: GStreamer's plug-ins for %s are missing. Install "
                      "them or choose another format."),
                   self->name, self->how->format == CLIP_WEBM_VP9 ? "WebM (VP9)" : "MP4 (H.264)");
      return FALSE;
    }
  g_object_set (elements[2], "caps", caps, NULL);
  g_object_set (elements[5], "location", self->part, NULL);
  set_tags (self, elements[4]);
  complete = TRUE;
  for (gsize i = 0; i + 1 < G_N_ELEMENTS (elements); i++)
    complete = gst_element_link (elements[i], elements[i + 1]) && complete;
  g_assert (complete);
  return TRUE;
}

/* --- frames ----------------------------------------------------------------------------------- */

static void
grow_nearest (const Frames *frames, guint index, guint factor, guint8 *out)
{
  const guint8 *in = frames_get_frame (frames, index);
  guint width = frames->width * factor;

  for (guint y = 0; y < frames->height * factor; y++)
    for (guint x = 0; x < width; x++)
      memcpy (out + ((gsize) y * width + x) * 3,
              in + ((gsize) (y / factor) * frames->width + x / factor) * 3, 3);
}

static GstClockTime
frame_time (const Writer *self, guint index)
{
  return gst_util_uint64_scale (index, GST_SECOND * (guint64) self->info.fps_d,
                                (guint64) self->info.fps_n);
}

/* One frame at the file's size. An odd side gains a copy of its last row or column. */
static GstBuffer *
make_buffer (const Writer *self, guint index)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, self->info.size, NULL);
  guint factor = MAX (self->how->factor, 1);
  g_autofree guint8 *grown = NULL;
  const guint8 *pixels = frames_get_frame (self->frames, index);
  GstMapInfo map;

  if (factor > 1)
    {
      CropBox whole = { 0, 0, self->frames->width, self->frames->height };

      grown = g_malloc ((gsize) self->width * self->height * 3);
      if (self->how->scale == CLIP_SCALE_NEAREST)
        grow_nearest (self->frames, index, factor, grown);
      else
        resample (pixels, (gsize) self->frames->width * 3, self->frames->width,
                  self->frames->height, 3, &whole, grown, self->width, self->height);
      pixels = grown;
    }
  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  for (guint y = 0; y < (guint) self->info.height; y++)
    {
      guint8 *row = map.data + (gsize) y * (gsize) self->info.stride[0];

      memcpy (row, pixels + (gsize) MIN (y, self->height - 1) * self->width * 3,
              (gsize) self->width * 3);
      if ((guint) self->info.width > self->width)
        memcpy (row + (gsize) self->width * 3, row + (gsize) (self->width - 1) * 3, 3);
    }
  gst_buffer_unmap (buffer, &map);
  GST_BUFFER_PTS (buffer) = frame_time (self, index);
  GST_BUFFER_DURATION (buffer) = frame_time (self, index + 1) - GST_BUFFER_PTS (buffer);
  return buffer;
}

static gboolean
set_bus_error (Writer *self, GstMessage *message, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *detail = NULL;

  gst_message_parse_error (message, &cause, &detail);
  g_debug ("%s: %s (%s)", self->name, cause->message, detail);
  if (g_error_matches (cause, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT))
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_WRITE,
                   _ ("“%s” cannot be written: no space is left. Free some and try again."),
                   self->name);
      return FALSE;
    }
  if (cause->domain == GST_RESOURCE_ERROR)
    return set_write_error (self->name, _ ("the disk refuses it"), error);
  return set_write_error (self->name, _ ("the encoder failed"), error);
}

/* Looks at the bus for a moment. @done is set at the end of the stream. */
static gboolean
step (Writer *self, GstClockTime wait, GCancellable *cancellable, gboolean *done, GError **error)
{
  g_autoptr (GstMessage) message = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  message = gst_bus_timed_pop_filtered (self->bus, wait, GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
  if (message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    return set_bus_error (self, message, error);
  *done = message != NULL;
  return TRUE;
}

/* Waits until fewer than @limit frames are queued, or with a limit of 0 for the end. */
static gboolean
wait_for_encoder (Writer *self, guint64 limit, GCancellable *cancellable, GError **error)
{
  gint64 since = g_get_monotonic_time ();
  guint64 last = G_MAXUINT64;

  while (TRUE)
    {
      guint64 level = gst_app_src_get_current_level_buffers (GST_APP_SRC (self->source));
      gboolean room = limit > 0 && level < limit;
      gboolean done = FALSE;

      if (!step (self, room ? 0 : STEP_NS, cancellable, &done, error))
        return FALSE;
      if (room || done)
        return TRUE;
      if (level != last)
        since = g_get_monotonic_time ();
      last = level;
      if (g_get_monotonic_time () - since > STALL_US)
        {
          g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_STALLED,
                       _ ("“%s” cannot be written: the encoder stands still. Choose another "
                          "format."),
                       self->name);
          return FALSE;
        }
    }
}

static void
report (const Writer *self, double fraction)
{
  if (self->how->progress != NULL)
    self->how->progress (fraction, self->how->progress_data);
}

static gboolean
push_frames (Writer *self, GCancellable *cancellable, GError **error)
{
  guint n = self->frames->n_frames;

  if (gst_element_set_state (self->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    {
      gboolean done = FALSE;

      return step (self, GST_SECOND, cancellable, &done, error)
             && set_write_error (self->name, _ ("the encoder would not start"), error);
    }
  for (guint i = 0; i < n; i++)
    {
      if (!wait_for_encoder (self, MAX_QUEUED, cancellable, error))
        return FALSE;
      gst_app_src_push_buffer (GST_APP_SRC (self->source), make_buffer (self, i));
      report (self, (double) i / n);
    }
  gst_app_src_end_of_stream (GST_APP_SRC (self->source));
  return wait_for_encoder (self, 0, cancellable, error);
}

/**
 * clip_write:
 * @frames: a clip with a rate above 0
 * @path: the file to make or replace
 * @how: format, quality, size and tags
 * @cancellable: (nullable): to give up
 *
 * Encodes a clip: every frame once, at its rate. An odd width or height gains a copy of its last
 * column or row. The file is written beside and renamed; on an error or cancel nothing is left.
 *
 * Returns: whether the file is there; a #MediaError or %G_IO_ERROR_CANCELLED if not
 */
gboolean
clip_write (const Frames *frames, const char *path, const ClipWrite *how, GCancellable *cancellable,
            GError **error)
{
  g_auto (Writer) writer = { 0 };
  g_autofree char *name = NULL;
  guint factor;

  g_return_val_if_fail (frames != NULL && path != NULL && how != NULL, FALSE);
  g_return_val_if_fail (frames->rate > 0, FALSE);

  name = g_filename_display_basename (path);
  factor = MAX (how->factor, 1);
  if (frames->width > MAX_SIDE / factor || frames->height > MAX_SIDE / factor)
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_TOO_LARGE,
                   _ ("“%s” cannot be written at %u times its size: a side would have more than %d "
                      "pixels."),
                   name, factor, MAX_SIDE);
      return FALSE;
    }
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  clip_init ();
  writer.frames = frames;
  writer.how = how;
  writer.name = name;
  if (!open_part (&writer, path, error) || !build_pipeline (&writer, error)
      || !push_frames (&writer, cancellable, error))
    return FALSE;
  /* The muxer closes its file before it is renamed. */
  gst_element_set_state (writer.pipeline, GST_STATE_NULL);
  if (!commit_part (&writer, path, error))
    return FALSE;
  report (&writer, 1.0);
  return TRUE;
}
