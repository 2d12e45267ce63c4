/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

Frames *mage_heat_map_new (Frames *picture, Frames *map);
Frames *mage_heat_map_new_mask (Frames *picture, Frames *mask, const GdkRGBA *colour);

G_END_DECLS
