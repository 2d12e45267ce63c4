/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-sample-job.h"

G_BEGIN_DECLS

MageSampleJob *mage_reproduction_new (MageProject *project, MageResult *result, GError **error);

G_END_DECLS
