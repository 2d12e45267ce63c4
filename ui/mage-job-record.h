/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"

G_BEGIN_DECLS

#define MAGE_TYPE_JOB_RECORD (mage_job_record_get_type ())
G_DECLARE_FINAL_TYPE (MageJobRecord, mage_job_record, MAGE, JOB_RECORD, GObject)

MageJobRecord *mage_job_record_new (MageJob *job, GObject *object);
const char *mage_job_record_get_title (MageJobRecord *self);
const char *mage_job_record_get_words (MageJobRecord *self);
const char *mage_job_record_get_log (MageJobRecord *self);
GObject *mage_job_record_get_object (MageJobRecord *self);

G_END_DECLS
