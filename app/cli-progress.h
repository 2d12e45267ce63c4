/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-job.h"

G_BEGIN_DECLS

/**
 * CliProgress: how a job's progress is shown: a bar on a terminal, a line now and then elsewhere, or
 * JSON. All zero but @json is the beginning.
 */
typedef struct
{
  gboolean json;
  gboolean drawn;     /* a bar stands on the terminal's line */
  gint64 shown;       /* when it was shown last */
  char phase[64];     /* the phase that was shown last */
  MageAilment ailment; /* that was told last */
  guint n_told;       /* how many entries of the series were told as JSON */
} CliProgress;

void cli_progress_show (CliProgress *self, MageJob *job, gboolean last);
char *cli_progress_describe (MageJob *job, guint columns);
void cli_progress_break (CliProgress *self);

G_END_DECLS
