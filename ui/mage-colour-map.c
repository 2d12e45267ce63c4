/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-colour-map.h"

/* The two scales of colours that maps have, as points between which colours are mixed. */

static const guint8 heat[][3] = {
  { 0, 0, 4 }, { 28, 16, 68 }, { 79, 18, 123 }, { 129, 37, 129 }, { 181, 54, 122 },
  { 229, 80, 100 }, { 251, 135, 97 }, { 254, 194, 135 }, { 252, 253, 191 },
};

static const guint8 difference[][3] = {
  { 33, 102, 172 }, { 67, 147, 195 }, { 146, 197, 222 }, { 209, 229, 240 }, { 255, 255, 255 },
  { 253, 219, 199 }, { 244, 165, 130 }, { 214, 96, 77 }, { 178, 24, 43 },
};

/** mage_colour_map_get: @at: 0…1 from one end to the other */
void
mage_colour_map_get (MageColourMap self, double at, guint8 *rgb)
{
  const guint8 (*points)[3] = self == MAGE_COLOUR_MAP_HEAT ? heat : difference;
  guint n = self == MAGE_COLOUR_MAP_HEAT ? G_N_ELEMENTS (heat) : G_N_ELEMENTS (difference);
  double place = CLAMP (at, 0, 1) * (n - 1);
  guint low = MIN ((guint) place, n - 2);

  for (guint i = 0; i < 3; i++)
    rgb[i] = (guint8) (points[low][i] + (place - low) * (points[low + 1][i] - points[low][i]) + 0.5);
}
