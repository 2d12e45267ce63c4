/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"

#include <adwaita.h>

G_BEGIN_DECLS

void mage_job_log_attach (MageJob *job);
char *mage_job_log_dup_text (MageJob *job);
gboolean mage_job_log_append_to_file (MageJob *job, const char *path, GError **error);
void mage_job_log_show (MageJob *job, GtkWidget *parent);

G_END_DECLS
