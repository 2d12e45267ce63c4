/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"
#include "media/resample.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ClipInfo:
 * @duration: seconds
 * @width: pixels a row, upright and with square pixels
 * @height: rows
 * @rate: frames a second on average; 0 where the file does not say
 * @codec: (nullable): what the video is coded with, such as "H.264 (High Profile)"
 *
 * What a video file says of itself. Clear with clip_info_clear().
 */
typedef struct
{
  double duration;
  guint width;
  guint height;
  double rate;
  char *codec;
} ClipInfo;

/* As a span's length: the whole clip. */
#define CLIP_WHOLE G_MAXDOUBLE

/**
 * ClipRead:
 * @start_s: where the span begins, in seconds from the beginning
 * @length_s: how long it is; 0 for the default, n_frames/rate seconds; %CLIP_WHOLE for all. Cut at
 *   the end of the clip, so a shorter clip is taken as a whole
 * @n_frames: how many frames to take, evenly by time
 * @rate: frames a second that the result is said to have
 * @width: wanted width in pixels
 * @height: wanted height in pixels
 * @crop: the part of the upright video to take, in its pixels; a width of 0 takes all. Its middle is
 *   cropped further where its shape is not width : height
 *
 * What to take from a video file.
 */
typedef struct
{
  double start_s;
  double length_s;
  guint n_frames;
  double rate;
  guint width;
  guint height;
  CropBox crop;
} ClipRead;

gboolean clip_probe (const char *path, ClipInfo *info, GCancellable *cancellable, GError **error);
void clip_info_clear (ClipInfo *info);
Frames *clip_read (const char *path, const ClipRead *want, GCancellable *cancellable,
                   GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ClipInfo, clip_info_clear)

G_END_DECLS
