/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/clip-format.h"
#include "media/frames.h"

#include <gio/gio.h>

G_BEGIN_DECLS

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

/** CLIP_MAX_ROUNDS: a file that repeats more often than this was not meant. */
#define CLIP_MAX_ROUNDS 1000

/**
 * ClipWrite:
 * @format: container and codec
 * @quality: 1…100; 0 for the default, which looks like the original
 * @factor: whole number by which both sides grow; 0 or 1 leaves them
 * @scale: how they grow
 * @rate: frames a second; 0 for the clip's own
 * @rounds: how often it plays; 0 for the format's usual: GIF and WebP repeat for ever, all others hold it once
 * @ping_pong: whether each round also goes back to its beginning
 * @frame: of a single frame: which one, from 0
 * @title: (nullable): the title tag
 * @comment: (nullable): the comment tag; clip_read_comment() finds it again
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
  double rate;
  guint rounds;
  gboolean ping_pong;
  guint frame;
  const char *title;
  const char *comment;
  ClipProgress progress;
  gpointer progress_data;
} ClipWrite;

gboolean clip_write (const Frames *frames, const char *path, const ClipWrite *how,
                     GCancellable *cancellable, GError **error);

G_END_DECLS
