/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** CLI_ERROR: wrong usage. */
#define CLI_ERROR (cli_error_quark ())
GQuark cli_error_quark (void);

typedef enum
{
  CLI_ERROR_USAGE,
  CLI_ERROR_SAID   /* failed, and everything is said already */
} CliError;

typedef enum
{
  CLI_OPTION_FLAG,   /* --json */
  CLI_OPTION_VALUE,  /* --model DIR; the last counts unless all are asked for */
  CLI_OPTION_LIST    /* --subject FILE… up to the next option */
} CliOptionKind;

/** CliOption: an option of a command; a table of them ends with a NULL name. */
typedef struct
{
  const char *name;
  CliOptionKind kind;
  const char *value;
  const char *help;
} CliOption;

/** CliArgs: what was given: places (without option), options by name, parameters by key. */
typedef struct
{
  GPtrArray *places;
  GHashTable *options;
  GPtrArray *params;  /* key, text, key, text, … */
} CliArgs;

CliArgs *cli_args_parse (const char *command, const CliOption *options, int use, char **words, GError **error);
void cli_args_free (CliArgs *self);
const char *cli_args_get_place (CliArgs *self, guint i);
const char *cli_args_get (CliArgs *self, const char *option);
GPtrArray *cli_args_get_all (CliArgs *self, const char *option);
gboolean cli_args_get_number (CliArgs *self, const char *option, double minimum, double maximum,
                              double *number, GError **error);
gboolean cli_args_get_whole (CliArgs *self, const char *option, double minimum, double maximum,
                             double *number, GError **error);
void cli_args_print_params (int use);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliArgs, cli_args_free)

G_END_DECLS
