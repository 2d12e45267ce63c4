/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_JOB_NOTICES (mage_job_notices_get_type ())
G_DECLARE_FINAL_TYPE (MageJobNotices, mage_job_notices, MAGE, JOB_NOTICES, GObject)

MageJobNotices *mage_job_notices_new (MageSession *session, GtkWindow *window);
gboolean mage_job_notices_is_inhibiting (MageJobNotices *self);

G_END_DECLS
