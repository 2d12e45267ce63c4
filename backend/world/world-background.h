/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/world-scene.h"

#include <cairo.h>

G_BEGIN_DECLS

/**
 * WorldView: what of the plane is to be seen. The world's square is 0…1 either way; a wide frame
 * shows more at both sides, a tall one more sky.
 */
typedef struct
{
  double left;
  double right;
  double top;
} WorldView;

void world_background_draw (WorldBackground background, guint layout, const WorldView *view, cairo_t *cr);

G_END_DECLS
