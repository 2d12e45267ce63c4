/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-engine.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

/** What a run that failed notes: the name of its #MageAilment, and the sentence; "" once it is well again. */
#define MAGE_RUN_AILMENT "ailment"
#define MAGE_RUN_FAILURE "failure"

/** Why a sample on the way could not be made, though the training went on. */
#define MAGE_RUN_REFUSED "refused"

MageRun *mage_run_choose (MageProject *project, MageTrainable *item, MageParams *params, guint n_steps, GError **error);

/**
 * MageRunLog: follows the training of a run into its folder. Worker thread.
 * @job: that trains it; borrowed
 * @losses: the file of its losses
 * @error: the first failure to write them
 */
typedef struct
{
  MageRun *run;
  MageJob *job;
  char *losses;
  guint checkpoint_every;
  GError *error;
} MageRunLog;

void mage_run_log_init (MageRunLog *self, MageRun *run, MageParams *params);
void mage_run_log_clear (MageRunLog *self);
MageEngineCall mage_run_log_call (MageRunLog *self, MageJob *job, const char *label);
gboolean mage_run_log_end (MageRunLog *self, gboolean trained, GError *failure, GError **error);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MageRunLog, mage_run_log_clear)

G_END_DECLS
