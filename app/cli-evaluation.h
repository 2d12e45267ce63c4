/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/world-judge.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * CliTally: how much of what was asked for is there.
 * @n: clips; the rest are how many of them are right
 * @all: those with everything right; @n_pairs: those where two were asked for
 * @colour_steady, @kind_steady: sums of the verdicts' shares
 */
typedef struct
{
  guint n;
  guint n_pairs;
  guint kind;
  guint cast;
  guint colour;
  guint second_colour;
  guint background;
  guint action;
  guint all;
  double colour_steady;
  double kind_steady;
} CliTally;

void cli_tally_add (CliTally *self, const WorldScene *scene, const WorldVerdict *verdict);
JsonObject *cli_tally_to_json (const CliTally *self);
char *cli_tally_to_text (const CliTally *self);

JsonObject *cli_verdict_to_json (const WorldVerdict *verdict);
char *cli_verdict_to_text (const WorldVerdict *verdict);
JsonObject *cli_score_to_json (const WorldScore *score);

G_END_DECLS
