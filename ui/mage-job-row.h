/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-job-record.h"
#include "ui/mage-session.h"

G_BEGIN_DECLS

GtkWidget *mage_job_row_new (MageSession *session, MageJob *job);
GtkWidget *mage_job_row_new_held (MageSession *session, MageJob *job);
GtkWidget *mage_job_row_new_over (MageSession *session, MageJobRecord *record);
gboolean mage_job_row_can (GtkWidget *row, const char *action);
MageJob *mage_job_row_get_job (GtkWidget *row);

G_END_DECLS
