/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** WorldRandom: a generator of its own, so that a seed means the same scene everywhere and for ever. */
typedef struct
{
  guint64 state;
} WorldRandom;

void world_random_init (WorldRandom *self, guint64 seed);
guint64 world_random_next (WorldRandom *self);
double world_random_unit (WorldRandom *self);
double world_random_between (WorldRandom *self, double low, double high);
guint world_random_below (WorldRandom *self, guint n);
gboolean world_random_chance (WorldRandom *self, double share);

G_END_DECLS
