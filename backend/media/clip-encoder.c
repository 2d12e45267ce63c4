/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "media"

#include "media/clip-plan.h"

#include "media/clip-source.h"
#include "media/media-error.h"
#include "media/media-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <gst/app/gstappsrc.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Videos: appsrc ! videoconvert ! I420 ! encoder ! muxer ! filesink. The calling thread pushes frames and
 * reads the bus. I420 must be asked for: x264enc fed from RGB makes 4:4:4, which few players take.
 * The file is written beside its place and renamed when it is complete. */

/* How long the encoder may stand still; a slow one on a busy machine takes seconds a frame. */
#define STALL_US (60 * G_USEC_PER_SEC)
#define STEP_NS (20 * GST_MSECOND)
/* A disk with less is full: no piece that is written at once is larger. */
#define LEAST_ROOM (64 << 10)
/* Frames waiting in front of the encoder. */
#define MAX_QUEUED 4
/* Below this a side is too short for SVT-AV1. */
#define SVT_MIN_SIDE 64

typedef struct
{
  const ClipPlan *plan;
  char *part;  /* the file beside, nullable */
  char *index; /* the muxer's own file beside, nullable */
  GstElement *pipeline;
  GstElement *source;
  GstBus *bus;
  GstVideoInfo info; /* its sides may be one more than the plan's, to be even */
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
    return clip_plan_fail (self->plan, g_strerror (errno), error);
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
    return clip_plan_fail (self->plan, g_strerror (code), error);
  if (g_rename (self->part, path) != 0)
    return clip_plan_fail (self->plan, g_strerror (errno), error);
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
make_av1 (guint quality, guint rate, guint width, guint height)
{
  GstElement *encoder = MIN (width, height) >= SVT_MIN_SIDE ? gst_element_factory_make ("svtav1enc", NULL) : NULL;

  if (encoder != NULL)
    {
      /* 80 gives a rate factor of 27, 1 gives 60, 100 gives 18. */
      g_object_set (encoder, "preset", 6, "crf", (int) (60 - quality * 42 / 100), "intra-period-length", 2 * (int) rate, NULL);
      return encoder;
    }
  encoder = gst_element_factory_make ("av1enc", NULL);
  if (encoder != NULL)
    {
      /* It knows no constant quality; 80 means a sixth of a bit a pixel. */
      gst_util_set_object_arg (G_OBJECT (encoder), "end-usage", "vbr");
      g_object_set (encoder, "target-bitrate", (guint) CLAMP ((gint64) width * height * rate * quality / 480000, 100, 100000),
                    "cpu-used", 4, "keyframe-max-dist", 2 * (int) rate, NULL);
    }
  return encoder;
}

static GstElement *
make_encoder (const Writer *self)
{
  guint quality = self->plan->quality;
  guint rate = (guint) CLAMP (self->plan->rate + 0.5, 1, 120);

  switch (self->plan->how->format)
    {
    case CLIP_WEBM_VP9:
      return make_vp9 (quality, rate);
    case CLIP_WEBM_AV1:
      return make_av1 (quality, rate, (guint) self->info.width, (guint) self->info.height);
    case CLIP_MP4_H264:
    case CLIP_GIF:
    case CLIP_WEBP:
    case CLIP_PNG_FRAMES:
    case CLIP_PNG_STILL:
    default:
      return make_h264 (quality, rate, (gint64) self->info.width * self->info.height * rate);
    }
}

static GstElement *
make_muxer (const Writer *self)
{
  GstElement *muxer;

  if (self->plan->how->format != CLIP_MP4_H264)
    return gst_element_factory_make ("webmmux", NULL);
  muxer = gst_element_factory_make ("mp4mux", NULL);
  if (muxer != NULL)
    g_object_set (muxer, "faststart", TRUE, "faststart-file", self->index, NULL);
  return muxer;
}

static void
set_tags (const Writer *self, GstElement *muxer)
{
  if (self->plan->how->title != NULL)
    gst_tag_setter_add_tags (GST_TAG_SETTER (muxer), GST_TAG_MERGE_REPLACE, GST_TAG_TITLE,
                             self->plan->how->title, NULL);
  if (self->plan->how->comment != NULL)
    gst_tag_setter_add_tags (GST_TAG_SETTER (muxer), GST_TAG_MERGE_REPLACE, GST_TAG_COMMENT,
                             self->plan->how->comment, NULL);
}

static void
set_source_format (Writer *self)
{
  g_autoptr (GstCaps) caps = NULL;
  int num = 0, den = 1;

  gst_util_double_to_fraction (self->plan->rate, &num, &den);
  gst_video_info_set_format (&self->info, GST_VIDEO_FORMAT_RGB, self->plan->width + self->plan->width % 2,
                             self->plan->height + self->plan->height % 2);
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
                   _("“%s” cannot be written: GStreamer's plug-ins for %s are missing. Install "
                      "them or choose another format."),
                   self->plan->name, _(clip_format_get_info (self->plan->how->format)->label));
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

static GstClockTime
frame_time (const Writer *self, guint index)
{
  return gst_util_uint64_scale (index, GST_SECOND * (guint64) self->info.fps_d,
                                (guint64) self->info.fps_n);
}

/* One frame at the file's size. An odd side gains a copy of its last row or column. */
static GstBuffer *
make_buffer (const Writer *self, guint index, guint8 **grown)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, self->info.size, NULL);
  const guint8 *pixels = clip_plan_get_frame (self->plan, index, grown);
  guint width = self->plan->width;
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  for (guint y = 0; y < (guint) self->info.height; y++)
    {
      guint8 *row = map.data + (gsize) y * (gsize) self->info.stride[0];

      memcpy (row, pixels + (gsize) MIN (y, self->plan->height - 1) * width * 3, (gsize) width * 3);
      if ((guint) self->info.width > width)
        memcpy (row + (gsize) width * 3, row + (gsize) (width - 1) * 3, 3);
    }
  gst_buffer_unmap (buffer, &map);
  GST_BUFFER_PTS (buffer) = frame_time (self, index);
  GST_BUFFER_DURATION (buffer) = frame_time (self, index + 1) - GST_BUFFER_PTS (buffer);
  return buffer;
}

/* The muxer does not say why its own file beside cannot grow. */
static gboolean
is_full (Writer *self)
{
  g_autofree char *folder = g_path_get_dirname (self->part);
  struct statvfs disk;

  return statvfs (folder, &disk) == 0 && (guint64) disk.f_bavail * disk.f_frsize < LEAST_ROOM;
}

static gboolean
set_bus_error (Writer *self, GstMessage *message, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *detail = NULL;

  gst_message_parse_error (message, &cause, &detail);
  g_debug ("%s: %s (%s)", self->plan->name, cause->message, detail);
  if (g_error_matches (cause, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT)
      || (cause->domain == GST_RESOURCE_ERROR && is_full (self)))
    return media_file_say_full (self->plan->name, error);
  if (cause->domain == GST_RESOURCE_ERROR)
    return clip_plan_fail (self->plan, _("the disk refuses it"), error);
  return clip_plan_fail (self->plan, _("the encoder failed"), error);
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
                       _("“%s” cannot be written: the encoder stands still. Choose another "
                          "format."),
                       self->plan->name);
          return FALSE;
        }
    }
}

static gboolean
push_frames (Writer *self, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *grown = NULL;

  if (gst_element_set_state (self->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    {
      gboolean done = FALSE;

      return step (self, GST_SECOND, cancellable, &done, error)
             && clip_plan_fail (self->plan, _("the encoder would not start"), error);
    }
  for (guint i = 0; i < self->plan->n; i++)
    {
      if (!wait_for_encoder (self, MAX_QUEUED, cancellable, error))
        return FALSE;
      gst_app_src_push_buffer (GST_APP_SRC (self->source), make_buffer (self, i, &grown));
      if (!clip_plan_report (self->plan, i, cancellable, error))
        return FALSE;
    }
  gst_app_src_end_of_stream (GST_APP_SRC (self->source));
  return wait_for_encoder (self, 0, cancellable, error);
}

/**
 * clip_encoder_write:
 *
 * Every frame of @plan once, at its rate. An odd width or height gains a copy of its last column or row. The file is
 * written beside and renamed; on an error or cancel nothing is left.
 */
gboolean
clip_encoder_write (const ClipPlan *plan, const char *path, GCancellable *cancellable, GError **error)
{
  g_auto (Writer) writer = { .plan = plan };

  clip_init ();
  if (!open_part (&writer, path, error) || !build_pipeline (&writer, error)
      || !push_frames (&writer, cancellable, error))
    return FALSE;
  /* The muxer closes its file before it is renamed. */
  gst_element_set_state (writer.pipeline, GST_STATE_NULL);
  return commit_part (&writer, path, error);
}
