/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli-args.h"
#include "engine/engine.h"
#include "jobs/mage-worker.h"
#include "project/mage-project.h"

G_BEGIN_DECLS

/* Exit statuses. */
#define CLI_DONE 0
#define CLI_FAILED 1
#define CLI_USAGE 2

typedef struct _CliCommand CliCommand;

/**
 * Cli: one run of the program.
 * @table: (nullable): the engine; NULL opens its library when a command first needs it
 * @worker: (nullable): made by the first job
 * @json: objects on standard output instead of text
 * @quiet: no text on standard output for now
 */
typedef struct
{
  const CliCommand *command;
  const EngineTable *table;
  MageWorker *worker;
  CliArgs *args;
  gboolean json;
  gboolean quiet;
} Cli;

/**
 * CliCommand: one command.
 * @usage: what follows its name
 * @n_places: how many arguments it takes: at least, at most
 * @params: whose parameters are flags of it
 * @run: does it; an error of the domain CLI_ERROR is wrong usage
 */
struct _CliCommand
{
  const char *name;
  const char *usage;
  const char *summary;
  guint n_places[2];
  const CliOption *options;
  int params;
  gboolean (*run) (Cli *cli, GError **error);
};

extern const CliCommand cli_new_command;
extern const CliCommand cli_inspect_command;
extern const CliCommand cli_bench_command;
#ifdef HAVE_WORLD
extern const CliCommand cli_pretrain_command;
#endif
#ifdef HAVE_MEDIA
extern const CliCommand cli_import_command;
extern const CliCommand cli_segment_command;
extern const CliCommand cli_train_command;
extern const CliCommand cli_fuse_command;
extern const CliCommand cli_sample_command;
extern const CliCommand cli_sweep_command;
extern const CliCommand cli_ablate_command;
extern const CliCommand cli_export_command;
extern const CliCommand cli_demo_command;
extern const CliCommand cli_world_command;
extern const CliCommand cli_evaluate_command;
#endif

int cli_main (int argc, char **argv, const EngineTable *table);

gboolean cli_run_job (Cli *self, MageJob *job, GError **error);
void cli_say (Cli *self, JsonObject *object, const char *format, ...) G_GNUC_PRINTF (3, 4);
void cli_note (const char *format, ...) G_GNUC_PRINTF (1, 2);
gboolean cli_apply_params (Cli *self, MageParams *params, GError **error);
gboolean cli_asks_for_other_steps (Cli *self, MageProject *project, MageTrainable *item);
MageProject *cli_open_project (Cli *self, gboolean lock, GError **error);

char *cli_data_path (const char *name);
#define CLI_BUILTIN_MODEL "mini"

G_END_DECLS
