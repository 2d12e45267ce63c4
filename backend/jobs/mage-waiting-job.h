/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"
#include "project/mage-param-layer.h"

G_BEGIN_DECLS

#define MAGE_TYPE_WAITING_JOB (mage_waiting_job_get_type ())
G_DECLARE_FINAL_TYPE (MageWaitingJob, mage_waiting_job, MAGE, WAITING_JOB, MageJob)

/**
 * MageMakeJobFunc: makes the job when its turn comes, from what is so then.
 *
 * Returns: (transfer full) (nullable): NULL without an error when there is nothing left to do
 */
typedef MageJob *(*MageMakeJobFunc) (gpointer data, GError **error);

/** MageWaitingState: whether all that it needs is done, comes, or has ended otherwise. */
typedef enum
{
  MAGE_WAITING_READY,
  MAGE_WAITING_COMES,
  MAGE_WAITING_BLOCKED
} MageWaitingState;

MageWaitingJob *mage_waiting_job_new (const char *title, MageMakeJobFunc make, gpointer data, GDestroyNotify destroy);
MageWaitingJob *mage_waiting_job_new_again (MageWaitingJob *self);
void mage_waiting_job_add_need (MageWaitingJob *self, MageWaitingJob *need);
GPtrArray *mage_waiting_job_get_needs (MageWaitingJob *self);
gboolean mage_waiting_job_needs (MageWaitingJob *self, MageJob *job);
void mage_waiting_job_set_layer (MageWaitingJob *self, MageParamLayer *layer);
MageParamLayer *mage_waiting_job_get_layer (MageWaitingJob *self);
gpointer mage_waiting_job_get_data (MageWaitingJob *self, MageMakeJobFunc make);
MageWaitingState mage_waiting_job_check (MageWaitingJob *self, MageJob **cause);
char *mage_waiting_job_dup_words (MageWaitingJob *self);
MageJob *mage_waiting_job_get_job (MageWaitingJob *self);

/* For the worker alone. */
gboolean mage_waiting_job_begin (MageWaitingJob *self, MageJob **job, GError **error);
void mage_waiting_job_hold (MageWaitingJob *self);

G_END_DECLS
