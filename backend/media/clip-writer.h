/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ClipFormat:
 * @CLIP_MP4_H264: H.264, 4:2:0, in MP4 with its index in front; every player takes it
 * @CLIP_WEBM_VP9: VP9 in WebM; free of patents
 */
typedef enum
{
  CLIP_MP4_H264,
  CLIP_WEBM_VP9,
} ClipFormat;

/**
 * ClipScale:
 * @CLIP_SCALE_NEAREST: every pixel becomes a square: for looking at single pixels
 * @CLIP_SCALE_SMOOTH: bicubic: for watching
 */
typedef enum
{
  CLIP_SCALE_NEAREST,
  CLIP_SCALE_SMOOTH,
} ClipScale;

/**
 * ClipProgress:
 * @fraction: 0…1
 *
 * Called now and then in the thread of clip_write().
 */
typedef void (*ClipProgress) (double fraction, gpointer user_data);

/**
 * ClipWrite:
 * @format: container and codec
 * @quality: 1…100; 0 for the default, which looks like the original
 * @factor: whole number by which both sides grow; 0 or 1 leaves them
 * @scale: how they grow
 * @title: (nullable): the title tag
 * @comment: (nullable): the comment tag
 * @progress: (nullable): told how far it is
 * @progress_data: for @progress
 *
 * How to write a clip. All zero is an MP4 of good quality.
 */
typedef struct
{
  ClipFormat format;
  guint quality;
  guint factor;
  ClipScale scale;
  const char *title;
  const char *comment;
  ClipProgress progress;
  gpointer progress_data;
} ClipWrite;

gboolean clip_write (const Frames *frames, const char *path, const ClipWrite *how,
                     GCancellable *cancellable, GError **error);

G_END_DECLS
