/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli-evaluation.h"
#include "app/cli.h"
#include "world/world-witness.h"

G_BEGIN_DECLS

/* The parts of the command evaluate. */
WorldJudge *cli_evaluate_load_judge (Cli *cli, GError **error);
WorldWitness *cli_evaluate_load_witness (Cli *cli, GError **error);
void cli_evaluate_check_judge (WorldJudge *judge, gboolean degrade, CliTally *tally);
JsonObject *cli_evaluate_check_witness (WorldWitness *witness, gboolean degrade);
gboolean cli_evaluate_make_judge (Cli *cli, GError **error);
gboolean cli_evaluate_make_witness (Cli *cli, GError **error);
gboolean cli_evaluate_mini (Cli *cli, GError **error);

G_END_DECLS
