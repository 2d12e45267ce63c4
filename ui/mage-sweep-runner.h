/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-sweep.h"
#include "ui/mage-session.h"

G_BEGIN_DECLS

/**
 * MageCellState: how it stands with a video of a sweep.
 * @MAGE_CELL_EMPTY: nobody makes it now
 * @MAGE_CELL_WAITING: its turn comes
 * @MAGE_CELL_RUNNING: it is made, or what it lacks is trained
 * @MAGE_CELL_FAILED: it can be tried again
 */
typedef enum
{
  MAGE_CELL_EMPTY,
  MAGE_CELL_WAITING,
  MAGE_CELL_RUNNING,
  MAGE_CELL_DONE,
  MAGE_CELL_FAILED
} MageCellState;

#define MAGE_TYPE_SWEEP_RUNNER (mage_sweep_runner_get_type ())
G_DECLARE_FINAL_TYPE (MageSweepRunner, mage_sweep_runner, MAGE, SWEEP_RUNNER, GObject)

MageSweepRunner *mage_sweep_runner_get (MageSession *session, MageSweep *sweep);
MageSweep *mage_sweep_runner_get_sweep (MageSweepRunner *self);
MageCellState mage_sweep_runner_get_state (MageSweepRunner *self, guint cell);
MageResult *mage_sweep_runner_get_result (MageSweepRunner *self, guint cell);
guint mage_sweep_runner_count (MageSweepRunner *self, MageCellState state);
MageJob *mage_sweep_runner_find_before (MageSweepRunner *self);
gboolean mage_sweep_runner_is_running (MageSweepRunner *self);
void mage_sweep_runner_start (MageSweepRunner *self);
void mage_sweep_runner_stop (MageSweepRunner *self);
void mage_sweep_runner_retry (MageSweepRunner *self, guint cell);

G_END_DECLS
