/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ClipJoin: how two clips become one.
 * @CLIP_JOIN_WIPE: the first left of a line, the other right of it
 * @CLIP_JOIN_DIFFERENCE: clip_difference_paint()
 * @CLIP_JOIN_ONION: the other shines through the first
 */
typedef enum
{
  CLIP_JOIN_WIPE,
  CLIP_JOIN_DIFFERENCE,
  CLIP_JOIN_ONION
} ClipJoin;

Frames *clip_fit_time (Frames *frames, guint n_frames, double rate);
Frames *clip_join (Frames *a, Frames *b, ClipJoin how, double mix, GError **error);

G_END_DECLS
