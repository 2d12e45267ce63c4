/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-loss-painter.h"

G_BEGIN_DECLS

/** MAGE_LOSS_CURSOR_REACH: how far from its line the cursor paints at most. */
#define MAGE_LOSS_CURSOR_REACH 196

void mage_loss_cursor_paint (const MageLossPlot *plot, const MageLossScene *scene, guint at);
char *mage_loss_cursor_dup_words (const MageLossScene *scene, guint at);

G_END_DECLS
