/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-colour-map.h"

/* The two scales of colours that maps have, as points between which colours are mixed. */

/* Of the frame under heat. */
#define GROUND 0.35
/* Heat shows its ground where it is low, and hides it where it is high. */
#define LEAST_COVER 0.25
#define COVER_RANGE 0.65
/* Under a difference the frame is only a shadow. */
#define DIFFERENCE_COVER 0.9

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

/**
 * mage_colour_map_lay_over:
 * @pixel: what lies under the value, seen in grey
 * @at: heat 0…1, or a difference −1…1
 * @to: where the mixture goes
 */
void
mage_colour_map_lay_over (MageColourMap self, const guint8 *pixel, double at, guint8 *to)
{
  double grey = 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
  gboolean is_heat = self == MAGE_COLOUR_MAP_HEAT;
  double cover = is_heat ? LEAST_COVER + COVER_RANGE * CLAMP (at, 0, 1) : DIFFERENCE_COVER;
  double ground = is_heat ? GROUND * grey : grey;
  guint8 colour[3];

  mage_colour_map_get (self, is_heat ? at : (at + 1) / 2, colour);
  for (guint i = 0; i < 3; i++)
    to[i] = (guint8) (ground * (1 - cover) + colour[i] * cover + 0.5);
}
