/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"
#include "media/clip-writer.h"
#include "project/mage-result.h"

G_BEGIN_DECLS

#define MAGE_TYPE_EXPORT_JOB (mage_export_job_get_type ())
G_DECLARE_FINAL_TYPE (MageExportJob, mage_export_job, MAGE, EXPORT_JOB, MageJob)

MageExportJob *mage_export_job_new (MageResult *result, const char *path, const ClipWrite *how);

G_END_DECLS
