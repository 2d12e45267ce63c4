/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"
#include "world/world-judge.h"
#include "world/world-witness.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** CliWorldScorer: what a customized video of the mini world is worth, where both what it should show and its clip are known. */
typedef struct _CliWorldScorer CliWorldScorer;

CliWorldScorer *cli_world_scorer_new (WorldJudge *judge, WorldWitness *witness);
void cli_world_scorer_free (CliWorldScorer *self);
void cli_world_scorer_expect (CliWorldScorer *self, const WorldScene *wanted, const WorldScene *clip);
Frames *cli_world_scorer_render (CliWorldScorer *self);
void cli_world_scorer_look (CliWorldScorer *self, const Frames *frames, JsonObject *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliWorldScorer, cli_world_scorer_free)

/** CliWorldTable: rows of scores, and their means by variant. */
typedef struct _CliWorldTable CliWorldTable;

CliWorldTable *cli_world_table_new (void);
void cli_world_table_free (CliWorldTable *self);
void cli_world_table_add (CliWorldTable *self, const char *variant, const char *label, JsonObject *row);
JsonObject *cli_world_table_to_json (CliWorldTable *self);
char *cli_world_table_to_text (CliWorldTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliWorldTable, cli_world_table_free)

G_END_DECLS
