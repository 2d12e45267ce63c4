/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"
#include "project/mage-params.h"

G_BEGIN_DECLS

#define MAGE_TYPE_REPORT_JOB (mage_report_job_get_type ())
G_DECLARE_FINAL_TYPE (MageReportJob, mage_report_job, MAGE, REPORT_JOB, MageJob)

MageReportJob *mage_report_job_new_bench (GVariant *options);
MageReportJob *mage_report_job_new_describe (const char *model_dir, MageParams *params);
const char *mage_report_job_get_report (MageReportJob *self);

G_END_DECLS
