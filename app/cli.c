/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli.h"

#include "project/mage-json.h"

#include <stdarg.h>
#include <stdio.h>

/* The command line: finds the command, gives it its arguments, and turns its end into a status. */

#define PROGRAM "videomage-cli"

static const CliCommand *const commands[] = {
  &cli_new_command,
#ifdef HAVE_MEDIA
  &cli_segment_command,
  &cli_import_command,
  &cli_train_command,
  &cli_fuse_command,
  &cli_sample_command,
  &cli_sweep_command,
  &cli_ablate_command,
  &cli_export_command,
#endif
  &cli_inspect_command,
  &cli_bench_command,
#ifdef HAVE_WORLD
  &cli_pretrain_command,
#endif
#ifdef HAVE_MEDIA
  &cli_world_command,
  &cli_evaluate_command,
  &cli_demo_command,
#endif
};

/* GLib would turn what the locale's character set lacks into question marks; JSON and paths must stay whole. */
static void
print_cb (const char *text)
{
  fputs (text, stdout);
}

static void
printerr_cb (const char *text)
{
  fputs (text, stderr);
}

static void
print_overview (void)
{
  g_print ("Usage: " PROGRAM " COMMAND …\n\n"
           "Turns pictures of subjects, a clip of a motion and a prompt into a video.\n\nCommands\n");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %s %s\n        %s\n", commands[i]->name, commands[i]->usage, commands[i]->summary);
  g_print ("\n" PROGRAM " COMMAND --help tells a command's options.\n"
           "Exit status: 0 done, 1 refused or failed, 2 wrong usage.\n");
}

static void
print_help (const CliCommand *command)
{
  g_print ("Usage: " PROGRAM " %s %s\n\n%s\n\nOptions\n", command->name, command->usage, command->summary);
  for (const CliOption *option = command->options; option != NULL && option->name != NULL; option++)
    g_print ("  --%s%s%s%s%s\n        %s\n", option->name, option->value != NULL ? " " : "",
             option->value != NULL ? option->value : "", option->kind == CLI_OPTION_LIST ? "…" : "",
             g_str_equal (option->name, "output") ? ", -o FILE" : "", option->help);
  g_print ("  --json\n        one JSON object a line on standard output\n");
  cli_args_print_params (command->params);
}

static int
fail_usage (const CliCommand *command, const char *sentence)
{
  if (command != NULL)
    g_printerr (PROGRAM ": %s\nUsage: " PROGRAM " %s %s\nTry: " PROGRAM " %s --help\n",
                sentence, command->name, command->usage, command->name);
  else
    g_printerr (PROGRAM ": %s\nUsage: " PROGRAM " COMMAND …\nTry: " PROGRAM " --help\n", sentence);
  return CLI_USAGE;
}

static const CliCommand *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i]->name, name))
      return commands[i];
  return NULL;
}

/* A program's errors reach people as one line, whatever was inside. */
static char *
to_sentence (const char *message)
{
  return g_strdelimit (g_strdup (message), "\n\r", ' ');
}

static int
fail (Cli *self, const GError *error)
{
  g_autofree char *sentence = to_sentence (error->message);

  if (g_error_matches (error, CLI_ERROR, CLI_ERROR_USAGE))
    return fail_usage (self->command, sentence);
  if (g_error_matches (error, CLI_ERROR, CLI_ERROR_SAID))
    return CLI_FAILED;
  if (self->json)
    {
      g_autoptr (JsonObject) object = json_object_new ();

      json_object_set_string_member (object, "event", "error");
      json_object_set_string_member (object, "message", sentence);
      cli_say (self, object, "%s", "");
    }
  g_printerr (PROGRAM ": %s\n", sentence);
  return CLI_FAILED;
}

static int
run (Cli *self)
{
  g_autoptr (GError) error = NULL;
  guint n = self->args->places->len;

  if (n < self->command->n_places[0])
    return fail_usage (self->command, "something is missing");
  if (n > self->command->n_places[1])
    {
      g_autofree char *sentence = g_strdup_printf ("“%s” is too much", cli_args_get_place (self->args, n - 1));

      return fail_usage (self->command, sentence);
    }
  if (!self->command->run (self, &error))
    return fail (self, error);
  return CLI_DONE;
}

/**
 * cli_main:
 * @table: (nullable): the engine; NULL opens its library when a command first needs it
 *
 * Returns: the exit status
 */
int
cli_main (int argc, char **argv, const EngineTable *table)
{
  Cli self = { .table = table };
  g_autoptr (CliArgs) args = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_set_print_handler (print_cb);
  g_set_printerr_handler (printerr_cb);
  if (argc < 2)
    return fail_usage (NULL, "say what to do");
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h") || g_str_equal (argv[1], "help"))
    {
      print_overview ();
      return CLI_DONE;
    }
  if (g_str_equal (argv[1], "--version"))
    {
      g_print ("VideoMage " MAGE_VERSION "\n");
      return CLI_DONE;
    }
  self.command = find_command (argv[1]);
  if (self.command == NULL)
    {
      g_autofree char *sentence = g_strdup_printf ("there is no command “%s”", argv[1]);

      return fail_usage (NULL, sentence);
    }
  args = cli_args_parse (self.command->name, self.command->options, self.command->params, argv + 2, &error);
  if (args == NULL)
    return fail_usage (self.command, error->message);
  if (cli_args_get (args, "help") != NULL)
    {
      print_help (self.command);
      return CLI_DONE;
    }
  self.args = args;
  self.json = cli_args_get (args, "json") != NULL;
  status = run (&self);
  g_clear_object (&self.worker);
  return status;
}

/**
 * cli_say:
 * @object: (nullable): what --json prints; without it nothing
 * @format: what people read on standard output otherwise; "" for nothing
 */
void
cli_say (Cli *self, JsonObject *object, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  if (self->json)
    {
      g_clear_pointer (&text, g_free);
      text = object != NULL ? mage_json_to_line (object) : g_strdup ("");
    }
  if (*text == '\0' || (self->quiet && !self->json))
    return;
  g_print ("%s\n", text);
  fflush (stdout);
}

/** cli_note: a line for people on standard error. */
void
cli_note (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr (PROGRAM ": %s\n", text);
}

/** cli_apply_params: sets the parameters that were given; a value that does not fit is wrong usage. */
gboolean
cli_apply_params (Cli *self, MageParams *params, GError **error)
{
  GPtrArray *given = self->args->params;

  for (guint i = 0; i + 1 < given->len; i += 2)
    {
      g_autoptr (GError) local = NULL;

      if (!mage_params_set_text (params, g_ptr_array_index (given, i), g_ptr_array_index (given, i + 1), &local))
        {
          g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, local->message);
          return FALSE;
        }
    }
  return TRUE;
}

/** cli_asks_for_other_steps: whether a number of steps was given that the run of @item has not, though it may have more. */
gboolean
cli_asks_for_other_steps (Cli *self, MageProject *project, MageTrainable *item)
{
  const char *key = mage_trainable_get_steps_key (item);
  MageRun *run = mage_trainable_get_run (item);
  GPtrArray *given = self->args->params;

  for (guint i = 0; i + 1 < given->len; i += 2)
    if (g_str_equal (g_ptr_array_index (given, i), key))
      return run != NULL && mage_run_get_n_steps (run) != (guint) mage_params_get_int (mage_project_get_params (project), key);
  return FALSE;
}

/** cli_open_project: the project that is the first argument; @lock: it will be changed. */
MageProject *
cli_open_project (Cli *self, gboolean lock, GError **error)
{
  g_autofree char *model = cli_data_path (CLI_BUILTIN_MODEL);
  g_autoptr (MageProject) project = mage_project_open (cli_args_get_place (self->args, 0), model, error);

  if (project == NULL || (lock && !mage_project_lock (project, error)))
    return NULL;
  return g_steal_pointer (&project);
}
