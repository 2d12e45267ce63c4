/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli.h"
#include "jobs/mage-segment-job.h"

G_BEGIN_DECLS

gboolean cli_track (Cli *cli, const MageSegmentHint *hint, double time, GError **error);
char *cli_seen_folder (void);

G_END_DECLS
