/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/world-scene.h"

G_BEGIN_DECLS

gboolean world_clip (const WorldStyle *style, guint64 seed, guint n_frames, guint width, guint height,
                     guint8 *rgb, guint8 *mask, char **caption);

G_END_DECLS
