/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

GtkWidget *mage_job_row_new (MageSession *session, MageJob *job);
GtkWidget *mage_job_row_new_held (MageSession *session, MageJob *job);

G_END_DECLS
