/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli.h"

#include "app/cli-media.h"
#include "jobs/mage-train-job.h"
#include "jobs/mage-trial.h"

/* train: trains what is not trained, or only what was named. */

static const CliOption options[] = {
  { "only", CLI_OPTION_VALUE, "NAME", "only the subject or motion of this name or word" },
  { "prior", CLI_OPTION_VALUE, "DIR", "a folder of captioned clips for L_reg, kept in the project" },
  { NULL }
};

static void
say_trained (Cli *cli, MageTrainable *item, gboolean already)
{
  g_autoptr (JsonObject) object = json_object_new ();
  const char *token = mage_trainable_get_token (item);

  json_object_set_string_member (object, "event", already ? "already_trained" : "trained");
  json_object_set_string_member (object, "kind", mage_trainable_get_kind (item));
  json_object_set_string_member (object, "name", mage_trainable_get_name (item));
  json_object_set_string_member (object, "run", mage_run_get_dir (mage_trainable_get_run (item)));
  cli_say (cli, object, already ? "%s is trained already" : "Trained %s",
           token != NULL ? token : mage_trainable_get_name (item));
}

/** cli_train_item: trains @item unless it is trained as the project says. */
gboolean
cli_train_item (Cli *cli, MageProject *project, MageTrainable *item, GError **error)
{
  g_autoptr (MageTrainJob) job = NULL;

  if (!mage_train_job_is_needed (project, item) && !cli_asks_for_other_steps (cli, project, item))
    {
      say_trained (cli, item, TRUE);
      return TRUE;
    }
  job = mage_train_job_new (project, item, error);
  if (job == NULL || !cli_run_job (cli, MAGE_JOB (job), error))
    return FALSE;
  say_trained (cli, item, FALSE);
  return TRUE;
}

static gboolean
train_list (Cli *cli, MageProject *project, GListModel *list, GError **error)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (MageTrainable) item = g_list_model_get_item (list, i);

      if (!cli_train_item (cli, project, item, error))
        return FALSE;
    }
  return TRUE;
}

/** cli_train_needed: trains and fuses what the video of @prompt needs and nobody trained yet. @motion: (nullable): its name */
gboolean
cli_train_needed (Cli *cli, MageProject *trial, const char *prompt, const char *motion, GError **error)
{
  g_autoptr (GPtrArray) items = mage_trial_list_needed (trial, prompt, motion);

  for (guint i = 0; i < items->len; i++)
    {
      MageTrainable *item = g_ptr_array_index (items, i);

      if (MAGE_IS_FUSION (item) ? !cli_fuse (cli, trial, error) : !cli_train_item (cli, trial, item, error))
        return FALSE;
    }
  return TRUE;
}

/** cli_train_all: trains every subject, fuses them where there are several, then trains every motion with its words. */
gboolean
cli_train_all (Cli *cli, MageProject *project, GError **error)
{
  GListModel *subjects = G_LIST_MODEL (mage_project_get_subjects (project));
  GListModel *motions = G_LIST_MODEL (mage_project_get_motions (project));

  if (g_list_model_get_n_items (subjects) + g_list_model_get_n_items (motions) == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "“%s” has no subjects and no motion: import some first", mage_project_get_folder (project));
      return FALSE;
    }
  return train_list (cli, project, subjects, error) && cli_fuse (cli, project, error)
         && train_list (cli, project, motions, error);
}

static gboolean
run (Cli *cli, GError **error)
{
  g_autoptr (MageParams) trial = mage_params_new ();
  const char *only = cli_args_get (cli->args, "only");
  const char *prior = cli_args_get (cli->args, "prior");
  g_autoptr (MageProject) project = NULL;
  MageTrainable *item = NULL;

  if (!cli_apply_params (cli, trial, error))
    return FALSE;
  project = cli_open_project (cli, TRUE, error);
  if (project == NULL)
    return FALSE;
  if (only != NULL)
    {
      item = mage_project_find (project, only);
      if (item == NULL)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "The project has no subject and no motion “%s”", only);
          return FALSE;
        }
    }
  if (prior != NULL)
    mage_project_set_prior_dir (project, prior);
  if (!cli_apply_params (cli, mage_project_get_params (project), error) || !mage_project_save (project, error))
    return FALSE;
  return item != NULL ? cli_train_item (cli, project, item, error) : cli_train_all (cli, project, error);
}

const CliCommand cli_train_command = {
  "train", "P.mage [--only NAME] [parameters]",
  "Trains subjects, fuses them, and trains motions; goes on where it was stopped. Parameters given here are kept in "
  "the project.",
  { 1, 1 }, options, MAGE_USE_TRAIN, run
};
