/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "media"

#include "media/clip-source.h"

#include "media/media-error.h"
#include "media/media-file.h"
#include "media/picture-format.h"
#include "media/stream-watch.h"

#include <glib/gi18n.h>
#include <gst/app/gstappsink.h>
#include <gst/pbutils/pbutils.h>
#include <string.h>

/* filesrc ! decodebin3 ! videoconvert ! videoflip (as the file says) ! appsink, pulled by the
 * calling thread, which also reads the bus: no main loop takes part. Frames stay in the decoder's
 * format; at most a few are alive, so memory does not grow with the clip. */

/* A file that gives nothing for so long is stuck, not slow. */
#define STALL_US (20 * G_USEC_PER_SEC)
/* Nobody waits longer for a clip of a few seconds. */
#define DEADLINE_US (60 * G_USEC_PER_SEC)
/* A demuxer that has stopped reading and told of no stream within that has given up. */
#define IDLE_US (G_USEC_PER_SEC / 2)
/* How often a cancel is looked for. */
#define STEP_NS (50 * GST_MSECOND)
/* A decoder thread holds some nine frames of its own, 440 MB at 8192 × 4320: above 4096 × 2304, or
 * where the file does not say how large it is, one thread keeps the whole below 2 GB. */
#define MAX_DECODER_THREADS 4
#define MAX_THREADED_PIXELS 9437184
/* 8192 × 4320, the largest frame in use; a decoder may hold a dozen of them. */
#define MAX_FRAME_PIXELS 35389440
#define MAX_FRAME_SIDE 16384

struct _ClipSource
{
  char *name;
  GCancellable *cancellable; /* nullable */
  GstElement *pipeline;
  GstElement *sink;
  GstElement *chain; /* what a decoded stream is linked to */
  GstBus *bus;
  gint64 deadline;
  GstSegment segment;
  GstVideoInfo info;
  char *codec; /* nullable */
  double duration;
  gboolean seen_frame;
  char *missing;  /* the decoder that is not installed, nullable */
  GError *damage; /* what stopped decoding after the first frame, nullable */
  GstStreamCollection *streams; /* nullable */
  StreamWatch watch;
  int n_threads;  /* atomic: for the decoder, 0 until the frames' size is known */
};

/**
 * clip_init:
 *
 * Starts GStreamer, once for the process. Every reader and writer of clips calls it.
 */
void
clip_init (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      g_autoptr (GError) cause = NULL;

      /* Without GStreamer each reader fails on its own with “no decoder”. */
      if (!gst_init_check (NULL, NULL, &cause))
        g_message ("GStreamer cannot start: %s", cause->message);
      g_once_init_leave (&once, 1);
    }
}

static gboolean
check_frame_size (const char *name, int width, int height, GError **error)
{
  if (width > 0 && height > 0 && width <= MAX_FRAME_SIDE && height <= MAX_FRAME_SIDE
      && (gint64) width * height <= MAX_FRAME_PIXELS)
    return TRUE;
  g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_TOO_LARGE,
               _ ("The frames of “%s” are too large: %d × %d pixels. Scale the video to at most "
                  "8192 × 4320."),
               name, width, height);
  return FALSE;
}

static gboolean
check_file (const char *path, const char *name, GError **error)
{
  guint8 head[MEDIA_FILE_HEAD];
  gsize n_head = 0;
  guint64 size = 0;
  const char *format;

  if (!media_file_peek (path, head, &n_head, &size, error))
    return FALSE;
  format = picture_format_sniff (head, n_head, NULL);
  if (format != NULL && strcmp (format, "GIF") != 0)
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_NOT_A_VIDEO,
                   _ ("“%s” is a picture (%s). Choose a video or an animated GIF."), name, format);
      return FALSE;
    }
  /* A playlist is no clip, and following it would reach into the network. */
  if (n_head >= 7 && memcmp (head, "#EXTM3U", 7) == 0)
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_NOT_A_VIDEO,
                   _ ("“%s” is a playlist. Choose the video file itself."), name);
      return FALSE;
    }
  return TRUE;
}

/* --- pipeline --------------------------------------------------------------------------------- */

static GstStream *
find_video (GstStreamCollection *streams)
{
  for (guint i = 0; i < gst_stream_collection_get_size (streams); i++)
    {
      GstStream *stream = gst_stream_collection_get_stream (streams, i);

      if (gst_stream_get_stream_type (stream) & GST_STREAM_TYPE_VIDEO)
        return stream;
    }
  return NULL;
}

/* Only the first video stream is decoded. Runs in a streaming thread, before a decoder is made. */
static int
select_stream_cb (GstElement *decoder, GstStreamCollection *streams, GstStream *stream,
                  gpointer data)
{
  ClipSource *self = data;
  g_autoptr (GstCaps) caps = NULL;
  int width = 0, height = 0;

  if (stream != find_video (streams))
    return 0;
  caps = gst_stream_get_caps (stream);
  if (caps != NULL && !gst_caps_is_empty (caps) && !gst_caps_is_any (caps)
      && gst_structure_get_int (gst_caps_get_structure (caps, 0), "width", &width)
      && gst_structure_get_int (gst_caps_get_structure (caps, 0), "height", &height)
      && (gint64) width * height <= MAX_THREADED_PIXELS)
    g_atomic_int_set (&self->n_threads, (int) MIN (g_get_num_processors (), MAX_DECODER_THREADS));
  return 1;
}

static void
pad_added_cb (GstElement *decoder, GstPad *pad, gpointer data)
{
  ClipSource *self = data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  g_autoptr (GstPad) entry = gst_element_get_static_pad (self->chain, "sink");

  if (caps == NULL)
    caps = gst_pad_query_caps (pad, NULL);
  if (!gst_pad_is_linked (entry) && !gst_caps_is_empty (caps)
      && g_str_has_prefix (gst_structure_get_name (gst_caps_get_structure (caps, 0)), "video/"))
    gst_pad_link (pad, entry);
}

static void
element_added_cb (GstBin *bin, GstBin *sub_bin, GstElement *element, gpointer data)
{
  ClipSource *self = data;
  GParamSpec *pspec
      = g_object_class_find_property (G_OBJECT_GET_CLASS (element), "max-threads");

  if (pspec != NULL && G_IS_PARAM_SPEC_INT (pspec))
    g_object_set (element, "max-threads", MAX (g_atomic_int_get (&self->n_threads), 1), NULL);
  stream_watch_element (&self->watch, element);
}

static gboolean
build_pipeline (ClipSource *self, const char *path, GError **error)
{
  GstElement *file = gst_element_factory_make ("filesrc", NULL);
  GstElement *decoder = gst_element_factory_make ("decodebin3", NULL);
  GstElement *flip = gst_element_factory_make ("videoflip", NULL);
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("video/x-raw");

  self->chain = gst_element_factory_make ("videoconvert", NULL);
  self->sink = gst_element_factory_make ("appsink", NULL);
  if (file == NULL || decoder == NULL || flip == NULL || self->chain == NULL || self->sink == NULL)
    {
      GstElement *made[] = { file, decoder, flip, self->chain, self->sink };

      for (gsize i = 0; i < G_N_ELEMENTS (made); i++)
        if (made[i] != NULL)
          gst_object_unref (gst_object_ref_sink (made[i]));
      self->chain = self->sink = NULL;
      g_set_error_literal (error, MEDIA_ERROR, MEDIA_ERROR_NO_DECODER,
                           _ ("Videos cannot be read: GStreamer's base and good plug-ins are "
                              "missing. Install them."));
      return FALSE;
    }
  g_object_set (file, "location", path, NULL);
  gst_util_set_object_arg (G_OBJECT (flip), "video-direction", "auto");
  g_object_set (self->sink, "sync", FALSE, "max-buffers", 2, "enable-last-sample", FALSE, "caps",
                caps, NULL);
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  self->bus = gst_element_get_bus (self->pipeline);
  /* Before the elements are added, for they bring elements of their own. */
  g_signal_connect (self->pipeline, "deep-element-added", G_CALLBACK (element_added_cb), self);
  gst_bin_add_many (GST_BIN (self->pipeline), file, decoder, self->chain, flip, self->sink, NULL);
  g_signal_connect (decoder, "select-stream", G_CALLBACK (select_stream_cb), self);
  g_signal_connect (decoder, "pad-added", G_CALLBACK (pad_added_cb), self);
  gst_element_link (file, decoder);
  gst_element_link_many (self->chain, flip, self->sink, NULL);
  return TRUE;
}

/* --- bus -------------------------------------------------------------------------------------- */

static gboolean
take_streams (ClipSource *self, GstMessage *message, GError **error)
{
  g_autoptr (GstStreamCollection) streams = NULL;
  g_autoptr (GstCaps) caps = NULL;
  GstStream *video;
  int width = 0, height = 0;

  gst_message_parse_stream_collection (message, &streams);
  if (streams == NULL)
    return TRUE;
  video = find_video (streams);
  if (video == NULL)
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_NO_VIDEO,
                   _ ("There is no video in “%s”, only sound or text. Choose a video."),
                   self->name);
      return FALSE;
    }
  caps = gst_stream_get_caps (video);
  if (caps != NULL && gst_caps_is_fixed (caps))
    {
      GstStructure *structure = gst_caps_get_structure (caps, 0);

      g_clear_pointer (&self->codec, g_free);
      self->codec = gst_pb_utils_get_codec_description (caps);
      if (gst_structure_get_int (structure, "width", &width)
          && gst_structure_get_int (structure, "height", &height)
          && !check_frame_size (self->name, width, height, error))
        return FALSE;
    }
  gst_object_replace ((GstObject **) &self->streams, GST_OBJECT (streams));
  return TRUE;
}

static void
set_bus_error (ClipSource *self, const GError *cause, GError **error)
{
  gboolean no_decoder
      = self->missing != NULL
        || g_error_matches (cause, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN)
        || g_error_matches (cause, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND);

  if (self->streams == NULL
      && (g_error_matches (cause, GST_STREAM_ERROR, GST_STREAM_ERROR_TYPE_NOT_FOUND)
          || g_error_matches (cause, GST_STREAM_ERROR, GST_STREAM_ERROR_WRONG_TYPE)
          || (no_decoder && self->missing == NULL)))
    g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_NOT_A_VIDEO,
                 _ ("“%s” is not a video. Choose an MP4, WebM or another video file."), self->name);
  else if (no_decoder)
    g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_NO_DECODER,
                 _ ("“%s” cannot be decoded: %s is missing. Install GStreamer's plug-in for it or "
                    "convert the video to MP4 (H.264)."),
                 self->name,
                 self->missing != NULL       ? self->missing
                 : self->codec != NULL ? self->codec
                                       : _ ("a decoder"));
  else
    g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_DAMAGED,
                 _ ("“%s” is damaged or cut off. Choose another copy of it."), self->name);
}

/* One message of the bus. Errors after the first frame are kept: what came before them counts. */
static gboolean
handle_message (ClipSource *self, GstMessage *message, GError **error)
{
  g_autoptr (GError) cause = NULL;

  switch (GST_MESSAGE_TYPE (message))
    {
    case GST_MESSAGE_STREAM_COLLECTION:
      return take_streams (self, message, error);
    case GST_MESSAGE_ELEMENT:
      if (gst_is_missing_plugin_message (message) && self->missing == NULL)
        self->missing = gst_missing_plugin_message_get_description (message);
      return TRUE;
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &cause, NULL);
      g_debug ("%s: %s", self->name, cause->message);
      if (!self->seen_frame)
        {
          set_bus_error (self, cause, error);
          return FALSE;
        }
      if (self->damage == NULL)
        set_bus_error (self, cause, &self->damage);
      return TRUE;
    default:
      return TRUE;
    }
}

static gboolean
check_time (ClipSource *self, gint64 waiting_since, GError **error)
{
  gint64 now = g_get_monotonic_time ();

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  if (now - waiting_since <= STALL_US && now <= self->deadline)
    return TRUE;
  g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_STALLED,
               now > self->deadline
                   ? _ ("Reading “%s” takes more than a minute. Cut the wanted seconds out of it "
                        "with another program.")
                   : _ ("“%s” cannot be read: its decoder stands still. Convert it to MP4 (H.264)."),
               self->name);
  return FALSE;
}

static gboolean
set_hollow_error (ClipSource *self, GError **error)
{
  g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_DAMAGED,
               _ ("“%s” is damaged or cut off: not one frame can be decoded. Choose another copy of "
                  "it."),
               self->name);
  return FALSE;
}

/* Waits until the pipeline holds a frame or the end. */
static gboolean
wait_prerolled (ClipSource *self, GError **error)
{
  gint64 since = g_get_monotonic_time ();
  gint64 busy = since;

  while (TRUE)
    {
      g_autoptr (GstMessage) message = gst_bus_timed_pop (self->bus, STEP_NS);

      if (message != NULL && !handle_message (self, message, error))
        return FALSE;
      if (message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_ASYNC_DONE)
        return TRUE;
      if (self->damage != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&self->damage));
          return FALSE;
        }
      if (stream_watch_is_hollow (&self->watch))
        return set_hollow_error (self, error);
      if (message != NULL || !stream_watch_is_idle (&self->watch))
        busy = g_get_monotonic_time ();
      if (self->streams == NULL && g_get_monotonic_time () - busy > IDLE_US)
        return set_hollow_error (self, error);
      if (!check_time (self, since, error))
        return FALSE;
    }
}

/* --- frames ----------------------------------------------------------------------------------- */

static gboolean
take_format (ClipSource *self, GstSample *sample, GError **error)
{
  GstCaps *caps = gst_sample_get_caps (sample);

  if (caps == NULL || !gst_video_info_from_caps (&self->info, caps))
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_DAMAGED,
                   _ ("“%s” is damaged: its frames have no known format."), self->name);
      return FALSE;
    }
  self->segment = *gst_sample_get_segment (sample);
  return check_frame_size (self->name, self->info.width, self->info.height, error);
}

static gboolean
preroll (ClipSource *self, GError **error)
{
  g_autoptr (GstSample) sample = NULL;
  gint64 duration = 0;

  if (gst_element_set_state (self->pipeline, GST_STATE_PAUSED) == GST_STATE_CHANGE_FAILURE)
    g_debug ("%s: the pipeline would not start", self->name);
  if (!wait_prerolled (self, error))
    return FALSE;
  sample = gst_app_sink_try_pull_preroll (GST_APP_SINK (self->sink), 0);
  if (sample == NULL)
    return set_hollow_error (self, error);
  self->seen_frame = TRUE;
  if (gst_element_query_duration (self->pipeline, GST_FORMAT_TIME, &duration) && duration > 0)
    self->duration = (double) duration / GST_SECOND;
  return take_format (self, sample, error);
}

/**
 * clip_source_open:
 * @path: a video file
 * @cancellable: (nullable): looked at while this source is used
 *
 * Opens a video and decodes its first frame.
 *
 * Returns: (transfer full): the source, or %NULL with a #MediaError or %G_IO_ERROR_CANCELLED
 */
ClipSource *
clip_source_open (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (ClipSource) self = g_new0 (ClipSource, 1);

  self->name = g_filename_display_basename (path);
  if (g_cancellable_set_error_if_cancelled (cancellable, error)
      || !check_file (path, self->name, error))
    return NULL;
  clip_init ();
  g_set_object (&self->cancellable, cancellable);
  self->deadline = g_get_monotonic_time () + DEADLINE_US;
  gst_segment_init (&self->segment, GST_FORMAT_TIME);
  if (!build_pipeline (self, path, error) || !preroll (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
clip_source_free (ClipSource *self)
{
  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_clear_object (&self->bus);
  gst_clear_object (&self->pipeline);
  gst_clear_object (&self->streams);
  stream_watch_clear (&self->watch);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->damage);
  g_free (self->missing);
  g_free (self->codec);
  g_free (self->name);
  g_free (self);
}

/* The file's name for messages. */
const char *
clip_source_get_name (ClipSource *self)
{
  return self->name;
}

/* What the video is coded with, in words; %NULL when unknown. */
const char *
clip_source_get_codec (ClipSource *self)
{
  return self->codec;
}

/* The frames' format, after turning. */
const GstVideoInfo *
clip_source_get_video_info (ClipSource *self)
{
  return &self->info;
}

/* Seconds, or 0 where the file does not say. */
double
clip_source_get_duration (ClipSource *self)
{
  return self->duration;
}

/* What stopped the decoder before the end, or %NULL. */
const GError *
clip_source_get_damage (ClipSource *self)
{
  return self->damage;
}

/**
 * clip_source_play:
 * @start: seconds; frames come from the key frame at or before it
 *
 * Lets clip_source_next() give frames. A file in which one cannot jump is read from its beginning.
 *
 * Returns: whether it went well
 */
gboolean
clip_source_play (ClipSource *self, double start, GError **error)
{
  if (start > 0
      && gst_element_seek_simple (self->pipeline, GST_FORMAT_TIME,
                                  GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_KEY_UNIT
                                      | GST_SEEK_FLAG_SNAP_BEFORE,
                                  (gint64) (start * GST_SECOND))
      && !wait_prerolled (self, error))
    return FALSE;
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  return TRUE;
}

/* Frames that were queued before an error still come; a moment without one is the end then. */
static gboolean
drain_bus (ClipSource *self, GError **error)
{
  g_autoptr (GstMessage) message = NULL;

  while ((message = gst_bus_pop (self->bus)) != NULL)
    {
      if (!handle_message (self, message, error))
        return FALSE;
      g_clear_pointer (&message, gst_message_unref);
    }
  return TRUE;
}

/**
 * clip_source_next:
 * @sample: (out) (transfer full) (nullable): the next frame, %NULL at the end
 * @time: (out): its time in the clip in seconds
 *
 * Waits for the next frame. At a damaged place the clip ends, and clip_source_get_damage() says so.
 *
 * Returns: %FALSE on an error, on cancel and when nothing comes any more
 */
gboolean
clip_source_next (ClipSource *self, GstSample **sample, double *time, GError **error)
{
  gint64 since = g_get_monotonic_time ();

  *sample = NULL;
  while (check_time (self, since, error) && drain_bus (self, error))
    {
      g_autoptr (GstSample) next
          = gst_app_sink_try_pull_sample (GST_APP_SINK (self->sink), STEP_NS);
      GstClockTime pts;
      guint64 stream_time = 0;
      int sign;

      if (next == NULL)
        {
          if (gst_app_sink_is_eos (GST_APP_SINK (self->sink)) || self->damage != NULL)
            return drain_bus (self, error);
          continue;
        }
      pts = GST_BUFFER_PTS (gst_sample_get_buffer (next));
      if (!GST_CLOCK_TIME_IS_VALID (pts))
        continue;
      if (!take_format (self, next, error))
        return FALSE;
      sign = gst_segment_to_stream_time_full (&self->segment, GST_FORMAT_TIME, pts, &stream_time);
      if (sign == 0)
        continue;
      *time = sign * ((double) stream_time / GST_SECOND);
      *sample = g_steal_pointer (&next);
      return TRUE;
    }
  return FALSE;
}
