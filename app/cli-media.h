/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli.h"
#include "jobs/mage-sample-job.h"
#include "media/clip-writer.h"

G_BEGIN_DECLS

/* What the commands that need media share. */
gboolean cli_train_item (Cli *cli, MageProject *project, MageTrainable *item, GError **error);
gboolean cli_fuse (Cli *cli, MageProject *project, GError **error);
gboolean cli_train_needed (Cli *cli, MageProject *trial, const char *prompt, const char *motion, GError **error);
gboolean cli_train_all (Cli *cli, MageProject *project, GError **error);
MageResult *cli_sample (Cli *cli, MageProject *project, const char *prompt, MageMotion *motion,
                        MageParams *params, GError **error);
gboolean cli_choose_motion (Cli *cli, MageProject *project, MageMotion **motion, GError **error);
gboolean cli_choose_format (const char *path, const char *name, ClipFormat *format, GError **error);
gboolean cli_export (Cli *cli, MageResult *result, const char *path, const ClipWrite *how, GError **error);

G_END_DECLS
