/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-engine.h"
#include "media/frames.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

/** MageLocate: the search for the subjects that a prompt names, as part of a job. */
typedef struct _MageLocate MageLocate;

MageLocate *mage_locate_new (MageProject *project, const char *prompt);
void mage_locate_free (MageLocate *self);
gboolean mage_locate_run (MageLocate *self, MageJob *job, MageEngine *engine, Frames *frames, gboolean beside, GError **error);
GBytes *mage_locate_get_masks (MageLocate *self, const char *token);

#define MAGE_TYPE_LOCATE_JOB (mage_locate_job_get_type ())
G_DECLARE_FINAL_TYPE (MageLocateJob, mage_locate_job, MAGE, LOCATE_JOB, MageJob)

MageLocateJob *mage_locate_job_new (MageProject *project, Frames *frames, const char *prompt);
GBytes *mage_locate_job_get_masks (MageLocateJob *self, const char *token);

G_END_DECLS
