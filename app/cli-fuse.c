/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-media.h"

#include "jobs/mage-fuse-job.h"

/* fuse: makes one LoRA of all subjects, so that they can be in one video without mixing. */

static void
say_fused (Cli *cli, MageProject *project, gboolean already)
{
  MageRun *run = mage_trainable_get_run (MAGE_TRAINABLE (mage_project_get_fusion (project)));
  const char *tokens = mage_run_get_text (run, MAGE_RUN_TOKENS);
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_string_member (object, "event", already ? "already_fused" : "fused");
  json_object_set_string_member (object, "tokens", tokens);
  json_object_set_string_member (object, "run", mage_run_get_dir (run));
  cli_say (cli, object, already ? "%s are fused already" : "Fused %s", tokens);
}

/** cli_fuse: fuses the subjects of @project unless they are fused as it says, or there is only one. */
gboolean
cli_fuse (Cli *cli, MageProject *project, GError **error)
{
  g_autoptr (MageFuseJob) job = NULL;

  if (!mage_fusion_is_possible (mage_project_get_fusion (project)))
    return TRUE;
  if (!mage_fuse_job_is_needed (project)
      && !cli_asks_for_other_steps (cli, project, MAGE_TRAINABLE (mage_project_get_fusion (project))))
    {
      say_fused (cli, project, TRUE);
      return TRUE;
    }
  job = mage_fuse_job_new (project, error);
  if (job == NULL || !cli_run_job (cli, MAGE_JOB (job), error))
    return FALSE;
  say_fused (cli, project, FALSE);
  return TRUE;
}

static gboolean
run (Cli *cli, GError **error)
{
  g_autoptr (MageParams) trial = mage_params_new ();
  g_autoptr (MageProject) project = NULL;

  if (!cli_apply_params (cli, trial, error))
    return FALSE;
  project = cli_open_project (cli, TRUE, error);
  if (project == NULL)
    return FALSE;
  if (!mage_fusion_is_possible (mage_project_get_fusion (project)))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           "There are not two subjects to fuse: a single one is used as it is");
      return FALSE;
    }
  return cli_apply_params (cli, mage_project_get_params (project), error) && mage_project_save (project, error)
         && cli_fuse (cli, project, error);
}

const CliCommand cli_fuse_command = {
  "fuse", "P.mage [parameters]",
  "Makes one LoRA of all trained subjects; goes on where it was stopped. Parameters given here are kept in the project.",
  { 1, 1 }, NULL, MAGE_USE_FUSE, run
};
