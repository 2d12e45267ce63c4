/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_JOB_BAR (mage_job_bar_get_type ())
G_DECLARE_FINAL_TYPE (MageJobBar, mage_job_bar, MAGE, JOB_BAR, AdwBin)

const char *mage_job_bar_get_refusal (MageJobBar *self);
void mage_job_bar_set_session (MageJobBar *self, MageSession *session);

G_END_DECLS
