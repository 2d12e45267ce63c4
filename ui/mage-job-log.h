/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"

#include <adwaita.h>

G_BEGIN_DECLS

/** MAGE_JOB_LOG_FILE: in the folder of a run: the lines of all jobs that worked on it. */
#define MAGE_JOB_LOG_FILE "log.txt"

void mage_job_log_attach (MageJob *job);
char *mage_job_log_dup_text (MageJob *job);
gboolean mage_job_log_append_to_file (MageJob *job, const char *path, GError **error);
void mage_job_log_show (MageJob *job, GtkWidget *parent);
void mage_job_log_show_text (const char *title, const char *lines, GtkWidget *parent);

G_END_DECLS
