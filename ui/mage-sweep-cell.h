/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-clip-paintable.h"
#include "ui/mage-sweep-runner.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_SWEEP_CELL (mage_sweep_cell_get_type ())
G_DECLARE_FINAL_TYPE (MageSweepCell, mage_sweep_cell, MAGE, SWEEP_CELL, GtkButton)

GtkWidget *mage_sweep_cell_new (MageSession *session, MageSweepRunner *runner, guint index);
void mage_sweep_cell_refresh (MageSweepCell *self);
MageClipPaintable *mage_sweep_cell_get_clip (MageSweepCell *self);

G_END_DECLS
