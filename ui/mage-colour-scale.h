/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-colour-map.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MAGE_TYPE_COLOUR_SCALE (mage_colour_scale_get_type ())
G_DECLARE_FINAL_TYPE (MageColourScale, mage_colour_scale, MAGE, COLOUR_SCALE, GtkWidget)

void mage_colour_scale_set_map (MageColourScale *self, MageColourMap map);
void mage_colour_scale_set_words (MageColourScale *self, const char *low, const char *middle, const char *high);

G_END_DECLS
