/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MageColourMap: how values become colours; both can be told apart with any kind of colour vision.
 * @MAGE_COLOUR_MAP_HEAT: magma: from 0, which is black, to the most
 * @MAGE_COLOUR_MAP_DIFFERENCE: blue, white in the middle, red
 */
typedef enum
{
  MAGE_COLOUR_MAP_HEAT,
  MAGE_COLOUR_MAP_DIFFERENCE
} MageColourMap;

void mage_colour_map_get (MageColourMap self, double at, guint8 *rgb);
void mage_colour_map_lay_over (MageColourMap self, const guint8 *pixel, double at, guint8 *to);

G_END_DECLS
