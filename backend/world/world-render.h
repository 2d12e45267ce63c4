/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/world-scene.h"

G_BEGIN_DECLS

/** WorldRenderer: paints the frames of one scene at one size; its background is painted once. */
typedef struct _WorldRenderer WorldRenderer;

WorldRenderer *world_renderer_new (const WorldScene *scene, guint width, guint height);
void world_renderer_free (WorldRenderer *self);
void world_renderer_paint (WorldRenderer *self, double tau, guint8 *rgb, guint8 **masks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WorldRenderer, world_renderer_free)

double world_frame_tau (const WorldScene *scene, guint i, guint n_frames);

/**
 * WorldTruth: where a character is in a frame, in pixels, and how it goes.
 * @visible: whether any of it is to be seen; the rest means nothing without
 * @box: left, top, right and bottom of what is seen, inclusive
 * @centroid: of its mask
 * @pixels: the mask's area
 * @leg_phase: of the near fore leg, 0…2π
 */
typedef struct
{
  gboolean visible;
  guint box[4];
  double centroid[2];
  double pixels;
  double leg_phase;
} WorldTruth;

void world_truth_measure (const WorldScene *scene, guint character, double tau, const guint8 *mask, guint width,
                          guint height, WorldTruth *truth);

G_END_DECLS
