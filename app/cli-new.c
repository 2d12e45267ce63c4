/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli.h"

/* new: makes a project. */

static const CliOption options[] = {
  { "model", CLI_OPTION_VALUE, "DIR", "a text-to-video model in diffusers layout; without it the built-in one" },
  { "prior", CLI_OPTION_VALUE, "DIR", "a folder of captioned clips for L_reg; without it the model's own" },
  { NULL }
};

/* Values that do not fit are found before anything is made. */
static gboolean
check_params (Cli *cli, GError **error)
{
  g_autoptr (MageParams) params = mage_params_new ();

  return cli_apply_params (cli, params, error);
}

static gboolean
run (Cli *cli, GError **error)
{
  g_autofree char *builtin = cli_data_path (CLI_BUILTIN_MODEL);
  const char *folder = cli_args_get_place (cli->args, 0);
  const char *prior = cli_args_get (cli->args, "prior");
  g_autoptr (MageProject) project = NULL;
  g_autoptr (JsonObject) object = json_object_new ();

  if (!check_params (cli, error))
    return FALSE;
  if (prior != NULL && !g_file_test (prior, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no folder “%s”", prior);
      return FALSE;
    }
  project = mage_project_create (folder, cli_args_get (cli->args, "model"), builtin, error);
  if (project == NULL)
    return FALSE;
  mage_project_set_prior_dir (project, prior);
  if (!cli_apply_params (cli, mage_project_get_params (project), error) || !mage_project_save (project, error))
    return FALSE;

  json_object_set_string_member (object, "event", "created");
  json_object_set_string_member (object, "project", mage_project_get_folder (project));
  json_object_set_string_member (object, "model", mage_project_get_model_dir (project));
  cli_say (cli, object, "Made %s with %s", mage_project_get_folder (project),
           mage_project_is_builtin_model (project) ? "the built-in model" : mage_project_get_model_dir (project));
  return TRUE;
}

const CliCommand cli_new_command = {
  "new", "P.mage [--model DIR] [--prior DIR] [parameters]", "Makes a project. Parameters given here are kept in it.",
  { 1, 1 }, options, MAGE_USE_TRAIN | MAGE_USE_SAMPLE, run
};
