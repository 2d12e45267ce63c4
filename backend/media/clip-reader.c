/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/clip-reader.h"

#include "media/clip-source.h"
#include "media/media-error.h"

#include <glib/gi18n.h>
#include <string.h>

/* Frames evenly by time: the k-th of F is what the screen shows at start + k·length/F. Each is
 * converted and scaled as it passes, so at no time more than a few full-size frames exist. */

/* Containers round times, Matroska to whole milliseconds; a frame that close is the one meant. */
#define TIME_SLACK 0.001
/* A container's duration may be that of its sound, which seldom ends with the last frame. */
#define END_SLACK 0.5

typedef struct
{
  const ClipRead *want;
  guint8 *rgb; /* [n_frames, height, width, 3] */
  guint n_taken;
  GstVideoInfo info;
  GstVideoInfo full_info;
  GstVideoConverter *converter;
  GstBuffer *full; /* one upright frame, RGB or RGBA */
} Taker;

static void
taker_clear (Taker *self)
{
  g_clear_pointer (&self->converter, gst_video_converter_free);
  gst_clear_buffer (&self->full);
  g_clear_pointer (&self->rgb, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Taker, taker_clear)

static void
display_size (const GstVideoInfo *info, double *width, double *height, double *aspect)
{
  *aspect = info->par_n > 0 && info->par_d > 0 ? (double) info->par_n / info->par_d : 1.0;
  *width = info->width * *aspect;
  *height = info->height;
}

static gboolean
taker_set_format (Taker *self, const GstVideoInfo *info)
{
  GstVideoFormat format
      = GST_VIDEO_INFO_HAS_ALPHA (info) ? GST_VIDEO_FORMAT_RGBA : GST_VIDEO_FORMAT_RGB;

  if (self->converter != NULL && gst_video_info_is_equal (&self->info, info))
    return TRUE;
  g_clear_pointer (&self->converter, gst_video_converter_free);
  gst_clear_buffer (&self->full);
  self->info = *info;
  if (!gst_video_info_set_format (&self->full_info, format, info->width, info->height))
    return FALSE;
  /* Only the pixels change here; a rate or shape that differs is refused by the converter. */
  self->full_info.fps_n = info->fps_n;
  self->full_info.fps_d = info->fps_d;
  self->full_info.par_n = info->par_n;
  self->full_info.par_d = info->par_d;
  self->full_info.interlace_mode = info->interlace_mode;
  self->converter = gst_video_converter_new (&self->info, &self->full_info, NULL);
  self->full = gst_buffer_new_allocate (NULL, self->full_info.size, NULL);
  return self->converter != NULL && self->full != NULL;
}

static void
lay_over_white (guint8 *rgba, gsize n_pixels)
{
  for (gsize i = 0; i < n_pixels; i++, rgba += 4)
    for (guint c = 0; c < 3; c++)
      rgba[c] = (guint8) ((rgba[c] * rgba[3] + 255 * (255 - rgba[3]) + 127) / 255);
}

/* The wanted part in the pixels of the file, which need not be square. */
static CropBox
wanted_box (const Taker *self)
{
  const ClipRead *want = self->want;
  double width, height, aspect;
  CropBox box;

  display_size (&self->info, &width, &height, &aspect);
  box = (CropBox){ 0, 0, width, height };
  if (want->crop.width > 0 && want->crop.height > 0)
    {
      double right = MIN (want->crop.x + want->crop.width, width);
      double bottom = MIN (want->crop.y + want->crop.height, height);

      box.x = CLAMP (want->crop.x, 0, width - 1);
      box.y = CLAMP (want->crop.y, 0, height - 1);
      box.width = MAX (right - box.x, 1);
      box.height = MAX (bottom - box.y, 1);
    }
  box = crop_box_centre (&box, want->width, want->height);
  box.x /= aspect;
  box.width /= aspect;
  return box;
}

static void
scale_full (Taker *self, GstVideoFrame *full, guint8 *out)
{
  const ClipRead *want = self->want;
  guint width = (guint) full->info.width;
  guint height = (guint) full->info.height;
  guint8 *pixels = GST_VIDEO_FRAME_PLANE_DATA (full, 0);
  gsize stride = (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (full, 0);
  CropBox box = wanted_box (self);
  g_autofree guint8 *rgba = NULL;

  if (!GST_VIDEO_INFO_HAS_ALPHA (&full->info))
    {
      resample (pixels, stride, width, height, 3, &box, out, want->width, want->height);
      return;
    }
  for (guint y = 0; y < height; y++)
    lay_over_white (pixels + y * stride, width);
  rgba = g_malloc ((gsize) want->width * want->height * 4);
  resample (pixels, stride, width, height, 4, &box, rgba, want->width, want->height);
  for (gsize i = 0; i < (gsize) want->width * want->height; i++)
    memcpy (out + 3 * i, rgba + 4 * i, 3);
}

/* Converts one sample into the next @n frames of the result. */
static gboolean
taker_take (Taker *self, GstSample *sample, guint n, const char *name, GError **error)
{
  gsize size = (gsize) self->want->width * self->want->height * 3;
  guint8 *out = self->rgb + self->n_taken * size;
  GstVideoInfo info;
  GstVideoFrame in, full;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample))
      || !taker_set_format (self, &info)
      || !gst_video_frame_map (&in, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_DAMAGED,
                   _ ("A frame of “%s” cannot be converted to RGB. Convert the video to MP4 "
                      "(H.264)."),
                   name);
      return FALSE;
    }
  gst_video_frame_map (&full, &self->full_info, self->full, GST_MAP_READWRITE);
  gst_video_converter_frame (self->converter, &in, &full);
  scale_full (self, &full, out);
  gst_video_frame_unmap (&full);
  gst_video_frame_unmap (&in);
  for (guint i = 1; i < n; i++)
    memcpy (out + i * size, out, size);
  self->n_taken += n;
  return TRUE;
}

typedef struct
{
  double start;
  double length; /* > 0 */
  double end;    /* of the clip, 0 while unknown */
} Span;

/* How many of the frames still wanted are due before @time. */
static guint
count_due (const Taker *self, const Span *span, double time)
{
  guint n = 0;

  while (self->n_taken + n < self->want->n_frames
         && span->start + (self->n_taken + n) * span->length / self->want->n_frames + TIME_SLACK
              < time)
    n++;
  return n;
}

/* Until when the last frame of the clip is shown. */
static double
last_frame_end (ClipSource *source, GstSample *sample, double time, double gap)
{
  GstClockTime duration = GST_BUFFER_DURATION (gst_sample_get_buffer (sample));
  double end = time + (GST_CLOCK_TIME_IS_VALID (duration) ? (double) duration / GST_SECOND : gap);
  double said = clip_source_get_duration (source);

  return said > end && said - end < MAX (END_SLACK, 2 * gap) ? said : end;
}

static gboolean
set_uncovered_error (ClipSource *source, double end, GError **error)
{
  g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_DAMAGED,
               _ ("“%s” is damaged or cut off: it can be read only up to %.1f s. Choose a span "
                  "before that, or another copy of the video."),
               clip_source_get_name (source), end);
  return FALSE;
}

static gboolean
set_still_error (ClipSource *source, GError **error)
{
  g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_NOT_A_VIDEO,
               _ ("“%s” has only one frame. Choose a video in which something moves."),
               clip_source_get_name (source));
  return FALSE;
}

/* Runs through the span. Where the clip does not say how long it is and ends early, @span->end is
 * set and fewer frames than wanted are taken. */
static gboolean
take_span (ClipSource *source, Taker *taker, Span *span, GError **error)
{
  g_autoptr (GstSample) shown = NULL;
  const char *name = clip_source_get_name (source);
  double shown_at = 0, time = 0, gap = 0;
  guint n_seen = 0;

  while (taker->n_taken < taker->want->n_frames)
    {
      g_autoptr (GstSample) next = NULL;
      guint n;

      if (!clip_source_next (source, &next, &time, error))
        return FALSE;
      if (next == NULL)
        break;
      n = shown != NULL ? count_due (taker, span, time) : 0;
      if (n > 0 && !taker_take (taker, shown, n, name, error))
        return FALSE;
      if (shown != NULL)
        gap = time - shown_at;
      g_clear_pointer (&shown, gst_sample_unref);
      shown = g_steal_pointer (&next);
      shown_at = time;
      n_seen++;
    }
  if (taker->n_taken == taker->want->n_frames)
    return TRUE;
  if (shown == NULL)
    return set_uncovered_error (source, span->start, error);
  if (n_seen == 1 && span->start <= 0 && taker->want->n_frames > 1)
    return set_still_error (source, error);

  span->end = last_frame_end (source, shown, shown_at, gap);
  if (span->end > span->start)
    {
      guint n = count_due (taker, span, span->end);

      if (n > 0 && !taker_take (taker, shown, n, name, error))
        return FALSE;
    }
  if (taker->n_taken == taker->want->n_frames)
    return TRUE;
  if (clip_source_get_damage (source) != NULL || clip_source_get_duration (source) > 0)
    return set_uncovered_error (source, span->end, error);
  return TRUE;
}

static gboolean
fit_span (ClipSource *source, const ClipRead *want, double end, Span *span, GError **error)
{
  double length = want->length_s > 0 ? want->length_s : want->n_frames / want->rate;

  span->start = MAX (want->start_s, 0);
  span->end = end;
  if (end > 0 && span->start >= end)
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_SPAN,
                   _ ("The span begins at %.1f s, but “%s” lasts only %.1f s. Move its beginning."),
                   span->start, clip_source_get_name (source), end);
      return FALSE;
    }
  /* Without a known end a day is as good as for ever. */
  span->length = MIN (length, end > 0 ? end - span->start : 86400.0);
  return TRUE;
}

/**
 * clip_read:
 * @path: a video or an animated GIF
 * @want: what to take from it
 * @cancellable: (nullable): to give up
 *
 * Takes frames evenly by time from a span of a clip, turned upright, cropped to the wanted shape
 * and scaled. Needs the memory of a few full-size frames and at most a minute, whatever the file.
 *
 * Returns: (transfer full): exactly the wanted number of frames, or %NULL with a #MediaError or
 *   %G_IO_ERROR_CANCELLED
 */
Frames *
clip_read (const char *path, const ClipRead *want, GCancellable *cancellable, GError **error)
{
  g_auto (Taker) taker = { 0 };
  gsize size = 3;
  double end = 0;

  g_return_val_if_fail (path != NULL && want != NULL, NULL);
  g_return_val_if_fail (want->n_frames > 0 && want->rate > 0, NULL);
  g_return_val_if_fail (g_size_checked_mul (&size, size, want->width)
                          && g_size_checked_mul (&size, size, want->height)
                          && g_size_checked_mul (&size, size, want->n_frames) && size > 0,
                        NULL);

  taker.want = want;
  taker.rgb = g_malloc (size);
  /* A clip that does not say how long it is and ends before the span does is read once more. */
  for (guint pass = 0; pass < 2; pass++)
    {
      g_autoptr (ClipSource) source = clip_source_open (path, cancellable, error);
      Span span = { 0 };

      if (source == NULL)
        return NULL;
      if (pass == 0)
        end = clip_source_get_duration (source);
      taker.n_taken = 0;
      if (!fit_span (source, want, end, &span, error)
          || !clip_source_play (source, span.start, error)
          || !take_span (source, &taker, &span, error))
        return NULL;
      if (taker.n_taken == want->n_frames)
        return frames_new_take (want->n_frames, want->width, want->height, want->rate,
                                g_steal_pointer (&taker.rgb));
      end = span.end;
      if (pass == 1)
        set_uncovered_error (source, end, error);
    }
  return NULL;
}

/* Decodes to the end, for clips that do not say how long they are. */
static gboolean
measure_duration (ClipSource *source, double *duration, GError **error)
{
  double shown_at = 0, gap = 0;

  if (!clip_source_play (source, 0, error))
    return FALSE;
  while (TRUE)
    {
      g_autoptr (GstSample) sample = NULL;
      double time = 0;

      if (!clip_source_next (source, &sample, &time, error))
        return FALSE;
      if (sample == NULL)
        return TRUE;
      gap = time > shown_at ? time - shown_at : gap;
      shown_at = time;
      *duration = last_frame_end (source, sample, time, gap);
    }
}

/**
 * clip_probe:
 * @path: a video or an animated GIF
 * @info: (out): what it says of itself; clear with clip_info_clear()
 * @cancellable: (nullable): to give up
 *
 * Opens a clip, decodes its first frame and tells what it is. A clip that does not say how long it
 * is, is decoded to its end.
 *
 * Returns: whether the file is a video that can be used; a #MediaError or %G_IO_ERROR_CANCELLED if not
 */
gboolean
clip_probe (const char *path, ClipInfo *info, GCancellable *cancellable, GError **error)
{
  g_autoptr (ClipSource) source = NULL;
  const GstVideoInfo *video;
  double width, height, aspect;

  g_return_val_if_fail (path != NULL && info != NULL, FALSE);

  memset (info, 0, sizeof *info);
  source = clip_source_open (path, cancellable, error);
  if (source == NULL)
    return FALSE;
  video = clip_source_get_video_info (source);
  display_size (video, &width, &height, &aspect);
  info->width = MAX ((guint) (width + 0.5), 1);
  info->height = (guint) height;
  info->rate = video->fps_n > 0 && video->fps_d > 0 ? (double) video->fps_n / video->fps_d : 0;
  info->codec = g_strdup (clip_source_get_codec (source));
  info->duration = clip_source_get_duration (source);
  if (info->duration <= 0 && !measure_duration (source, &info->duration, error))
    {
      clip_info_clear (info);
      return FALSE;
    }
  return TRUE;
}

/**
 * clip_info_clear:
 *
 * Frees what @info holds.
 */
void
clip_info_clear (ClipInfo *info)
{
  g_clear_pointer (&info->codec, g_free);
}
