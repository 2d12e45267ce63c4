/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli-media.h"
#include "app/cli-sheet.h"

#include "jobs/mage-variant.h"

G_BEGIN_DECLS

/**
 * CliAblation: one comparison.
 * @project: the project, which stays as it is
 * @motion: (nullable): its name in the project
 * @folder: where the videos go
 * @clip: (nullable): the motion's frames
 * @colours: (element-type MageColours): of the subjects of the prompt
 * @tokens: their words
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
} CliAblation;

gboolean cli_ablation_prepare (CliAblation *self, GError **error);
gboolean cli_ablation_run (CliAblation *self, const MageVariant *variant, GError **error);
void cli_ablation_clear (CliAblation *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliAblation, cli_ablation_clear)

G_END_DECLS
