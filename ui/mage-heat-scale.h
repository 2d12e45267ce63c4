/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_HEAT_SCALE (mage_heat_scale_get_type ())
G_DECLARE_FINAL_TYPE (MageHeatScale, mage_heat_scale, MAGE, HEAT_SCALE, AdwBin)

GtkWidget *mage_heat_scale_new (void);
void mage_heat_scale_set_most (MageHeatScale *self, double most);

G_END_DECLS
