/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ClipTroubleKind: what makes a clip hard to learn a motion from.
 * @CLIP_TROUBLE_CUT: another shot begins at the time
 * @CLIP_TROUBLE_REPEAT: frames that are shown twice; the first of them at the time
 * @CLIP_TROUBLE_EMPTY: frames that are black, white or one colour
 * @CLIP_TROUBLE_STILL: hardly anything moves
 */
typedef enum
{
  CLIP_TROUBLE_CUT,
  CLIP_TROUBLE_REPEAT,
  CLIP_TROUBLE_EMPTY,
  CLIP_TROUBLE_STILL
} ClipTroubleKind;

/**
 * ClipTrouble:
 * @time: seconds from the clip's beginning
 * @n: how many frames it concerns, of the @of that were looked at
 */
typedef struct
{
  ClipTroubleKind kind;
  double time;
  guint n;
  guint of;
} ClipTrouble;

GArray *clip_check_frames (const Frames *frames, double start, double step);
GArray *clip_check (const char *path, double start, double length, GCancellable *cancellable, GError **error);

G_END_DECLS
