/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/world-scene.h"

G_BEGIN_DECLS

/* The side of the frames that it takes, and of what it makes of them. */
#define WORLD_CUTOUT_FRAME 64
#define WORLD_CUTOUT_SIDE 32
/* Red, green, blue, and how much the pixel is not background. */
#define WORLD_CUTOUT_CHANNELS 4

/** WorldCutout: knows all backgrounds, and cuts out what stands before them. */
typedef struct _WorldCutout WorldCutout;

/** WorldSquare: the square of a frame that was cut out, in pixels; pixel i reaches from i to i + 1. */
typedef struct
{
  double left;
  double top;
  double size;
} WorldSquare;

WorldCutout *world_cutout_new (void);
void world_cutout_free (WorldCutout *self);
WorldBackground world_cutout_make (WorldCutout *self, const guint8 *frame, float *cutout, WorldSquare *square);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WorldCutout, world_cutout_free)

G_END_DECLS
