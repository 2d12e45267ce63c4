/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-clip-paintable.h"
#include "ui/mage-sweep-runner.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_SWEEP_GRID (mage_sweep_grid_get_type ())
G_DECLARE_FINAL_TYPE (MageSweepGrid, mage_sweep_grid, MAGE, SWEEP_GRID, AdwBin)

void mage_sweep_grid_show (MageSweepGrid *self, MageSession *session, MageSweepRunner *runner);
void mage_sweep_grid_set_playing (MageSweepGrid *self, gboolean playing);
gboolean mage_sweep_grid_get_playing (MageSweepGrid *self);
MageClipPaintable *mage_sweep_grid_get_lead (MageSweepGrid *self);
GtkWidget *mage_sweep_grid_get_cell (MageSweepGrid *self, guint index);
GPtrArray *mage_sweep_grid_dup_frames (MageSweepGrid *self);

G_END_DECLS
