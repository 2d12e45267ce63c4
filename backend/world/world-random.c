/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-random.h"

/* splitmix64 (Steele, Lea, Flood 2014): 64 bits of state, any seed is as good as any other. */

/** world_random_init: seeds that differ by one give unrelated streams. */
void
world_random_init (WorldRandom *self, guint64 seed)
{
  self->state = seed;
  self->state = world_random_next (self);
}

guint64
world_random_next (WorldRandom *self)
{
  guint64 z = (self->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ z >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ z >> 31;
}

/** world_random_unit: Returns: a number of [0, 1) */
double
world_random_unit (WorldRandom *self)
{
  return (double) (world_random_next (self) >> 11) * 0x1p-53;
}

double
world_random_between (WorldRandom *self, double low, double high)
{
  return low + (high - low) * world_random_unit (self);
}

/** world_random_below: Returns: one of 0 … @n − 1 */
guint
world_random_below (WorldRandom *self, guint n)
{
  return (guint) (world_random_unit (self) * n);
}

/** world_random_chance: TRUE in @share of all calls; always takes one number. */
gboolean
world_random_chance (WorldRandom *self, double share)
{
  return world_random_unit (self) < share;
}
