/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-waiting-job.h"
#include "ui/mage-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

char *mage_job_settings_dup_words (MageSession *session, MageWaitingJob *job);
AdwDialog *mage_job_settings_new (MageSession *session, MageWaitingJob *job);
guint mage_job_settings_count_changed (MageSession *session, MageWaitingJob *job);

G_END_DECLS
