/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-loss-bands.h"
#include "ui/mage-loss-data.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** MageLossRun: an earlier run that is laid under the one that is shown; @label: "Run 1". */
typedef struct
{
  char *label;
  MageLossData *data;
} MageLossRun;

MageLossRun *mage_loss_run_new (const char *label, MageSeries *series);
void mage_loss_run_free (MageLossRun *self);

/**
 * MageLossMark: something that lies in the run's folder.
 * @sample: a sample, else a checkpoint
 */
typedef struct
{
  guint step;
  gboolean sample;
} MageLossMark;

/**
 * MageLossScene: all that is drawn; the painter changes nothing of it.
 * @bands: (nullable): instead of the curves
 * @earlier: of MageLossRun
 * @marks: of MageLossMark, rising
 * @from: @to: the steps at the ends of the axis
 */
typedef struct
{
  MageLossData *data;
  MageLossBands *bands;
  GPtrArray *earlier;
  GArray *marks;
  GHashTable *hidden;
  gboolean logarithmic;
  double from;
  double to;
} MageLossScene;

void mage_loss_scene_init (MageLossScene *self);
void mage_loss_scene_clear (MageLossScene *self);
double mage_loss_scene_get_end (const MageLossScene *self, guint n_steps);
MageLossCurve *mage_loss_scene_get_first (const MageLossScene *self);
MageLossCurve *mage_loss_scene_get_other (const MageLossScene *self, const MageLossRun *run);

G_END_DECLS
