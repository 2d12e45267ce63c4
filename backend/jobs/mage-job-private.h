/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"

G_BEGIN_DECLS

/* For the kinds of jobs, before the job is queued. */
void mage_job_set_title (MageJob *self, const char *title);

/* For the worker alone. */
void mage_job_set_state (MageJob *self, MageJobState state);
void mage_job_start (MageJob *self);
void mage_job_set_paused (MageJob *self, gboolean paused);
void mage_job_request_cancel (MageJob *self);
void mage_job_request_unload (MageJob *self);
gboolean mage_job_wants_unload (MageJob *self);
gboolean mage_job_run (MageJob *self, MageEngine *engine, GError **error);
void mage_job_end (MageJob *self, GError *error);

G_END_DECLS
