/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/world-scene.h"

G_BEGIN_DECLS

/* What a witness looks at. */
#define WORLD_WITNESS_SIDE 64
#define WORLD_WITNESS_FRAMES 8

/**
 * WorldWitness: says where the characters of a clip are and how their legs stand, by a small network that learned from
 * rendered pairs alone.
 */
typedef struct _WorldWitness WorldWitness;

/**
 * WorldTestimony: what is seen of both characters of a clip.
 * @places: their middles in pixels of a frame, y downwards
 * @strides: how their legs stand, radians: twice the phase of the near fore leg, since a leg and its neighbour half a
 *   turn later look alike
 * @moving: whether their legs move at all; of a rendered scene, or set by who asks
 */
typedef struct
{
  double places[WORLD_WITNESS_FRAMES][WORLD_MAX_CHARACTERS][2];
  double strides[WORLD_WITNESS_FRAMES][WORLD_MAX_CHARACTERS];
  gboolean moving[WORLD_MAX_CHARACTERS];
} WorldTestimony;

/** WorldWitnessProgress: told now and then how much is learned, 0…1; FALSE stops the fit. */
typedef gboolean (*WorldWitnessProgress) (double fraction, gpointer data);

WorldWitness *world_witness_new (void);
void world_witness_free (WorldWitness *self);
gboolean world_witness_fit (WorldWitness *self, guint n_clips, guint64 seed, WorldWitnessProgress progress, gpointer data);
GBytes *world_witness_save (const WorldWitness *self);
gboolean world_witness_load (WorldWitness *self, GBytes *bytes);
void world_witness_clip (WorldWitness *self, const guint8 *rgb, WorldTestimony *testimony);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WorldWitness, world_witness_free)

void world_testimony_of_scene (const WorldScene *scene, guint8 *rgb, WorldTestimony *testimony);
double world_testimony_distance (const WorldTestimony *a, const WorldTestimony *b, guint character);
double world_testimony_gait (const WorldTestimony *a, const WorldTestimony *b, guint character);

G_END_DECLS
