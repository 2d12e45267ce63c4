/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"

G_BEGIN_DECLS

#define MAGE_TYPE_WORDS_JOB (mage_words_job_get_type ())
G_DECLARE_FINAL_TYPE (MageWordsJob, mage_words_job, MAGE, WORDS_JOB, MageJob)

MageWordsJob *mage_words_job_new (const char *model_dir, const char *const *texts);
guint mage_words_job_get_n_pieces (MageWordsJob *self, guint i);
gboolean mage_words_job_is_named (MageWordsJob *self, guint i);

G_END_DECLS
