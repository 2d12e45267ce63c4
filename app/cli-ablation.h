/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli-media.h"
#include "app/cli-sheet.h"

#include "jobs/mage-variant.h"

G_BEGIN_DECLS

/** CliMeasured: told of every video: its frames, and the row of the table, where more measures may be put. */
typedef void (*CliMeasured) (gpointer data, const MageVariant *variant, const Frames *frames, JsonObject *row);

/**
 * CliAblation: one comparison.
 * @project: the project, which stays as it is
 * @motion: (nullable): its name in the project
 * @folder: where the videos go
 * @clip: (nullable): the motion's frames
 * @colours: (element-type MageColours): of the subjects of the prompt
 * @tokens: their words
 * @measured: (nullable): see there
 */
typedef struct
{
  Cli *cli;
  MageProject *project;
  const char *prompt;
  char *motion;
  char *folder;
  guint n_seeds;
  Frames *clip;
  GPtrArray *colours;
  GStrv tokens;
  CliSheet *sheet;
  JsonArray *rows;
  CliMeasured measured;
  gpointer measured_data;
} CliAblation;

gboolean cli_ablation_prepare (CliAblation *self, GError **error);
gboolean cli_ablation_run (CliAblation *self, const MageVariant *variant, GError **error);
Frames *cli_ablation_read_frames (MageResult *result, GError **error);
void cli_ablation_clear (CliAblation *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliAblation, cli_ablation_clear)

G_END_DECLS
