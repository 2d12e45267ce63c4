/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"

G_BEGIN_DECLS

gboolean mage_job_names_phase (MageJob *job);
char *mage_job_dup_progress_words (MageJob *job);
char *mage_job_dup_rate_words (MageJob *job);
char *mage_job_dup_time_words (MageJob *job);
char *mage_duration_to_words (double seconds);

G_END_DECLS
