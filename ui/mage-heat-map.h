/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

Frames *mage_heat_map_new (Frames *picture, Frames *map);
Frames *mage_heat_map_new_mask (Frames *picture, Frames *mask, const GdkRGBA *colour);
Frames *mage_heat_map_new_matrix (Frames *map);
void mage_heat_map_get_colour (guint8 value, guint8 *rgb);

G_END_DECLS
