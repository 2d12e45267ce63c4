/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-loss-painter.h"

#include "project/mage-run.h"

G_BEGIN_DECLS

/** MageLossMarks: what the diamonds on the axis stand for, and the picture of the one under the pointer. */
typedef struct _MageLossMarks MageLossMarks;

MageLossMarks *mage_loss_marks_new (GtkWidget *widget);
void mage_loss_marks_free (MageLossMarks *self);
void mage_loss_marks_list (MageLossMarks *self, MageRun *run, guint last_step, guint checkpoint_every, GArray *marks);
gboolean mage_loss_marks_hover (MageLossMarks *self, const MageLossPlot *plot, const MageLossScene *scene, double x, double y);
void mage_loss_marks_snapshot (MageLossMarks *self, GtkSnapshot *snapshot, const MageLossPlot *plot);
guint mage_loss_marks_get_hovered (MageLossMarks *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MageLossMarks, mage_loss_marks_free)

G_END_DECLS
