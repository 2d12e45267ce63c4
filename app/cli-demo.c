/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-media.h"

#include "jobs/mage-sample-project.h"

/*
 * demo: renders the sample project: two subjects and a motion that come with the program, trained
 * briefly, then one video. It shows that everything works, in a few minutes on two cores.
 */

static const CliOption options[] = {
  { "output", CLI_OPTION_VALUE, "FILE", "also write the video here (.mp4 or .webm)" },
  { "project", CLI_OPTION_VALUE, "P.mage", "where the project goes; without it into the user's data folder" },
  { NULL }
};

static MageProject *
open_sample (Cli *cli, GError **error)
{
  const char *given = cli_args_get (cli->args, "project");
  g_autofree char *usual = mage_sample_project_dup_folder ();
  const char *folder = given != NULL ? given : usual;
  g_autofree char *model = cli_data_path (CLI_BUILTIN_MODEL);
  g_autofree char *data_dir = cli_data_path (NULL);
  g_autoptr (MageProject) project = NULL;

  if (g_file_test (folder, G_FILE_TEST_EXISTS))
    project = mage_project_open (folder, model, error);
  else
    project = mage_project_create (folder, NULL, model, error);
  if (project == NULL || !mage_project_lock (project, error) || !mage_sample_project_fill (project, data_dir, error))
    return NULL;
  return g_steal_pointer (&project);
}

static gboolean
run (Cli *cli, GError **error)
{
  const char *output = cli_args_get (cli->args, "output");
  g_autoptr (MageProject) project = NULL;
  g_autoptr (MageResult) result = NULL;
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *video = NULL;
  ClipFormat format = CLIP_MP4_H264;
  MageMotion *motion;

  if (output != NULL && !cli_choose_format (output, NULL, &format, error))
    return FALSE;
  cli->quiet = TRUE; /* the only line on standard output is the video's path */
  project = open_sample (cli, error);
  if (project == NULL || !cli_train_all (cli, project, error)
      || !mage_sample_job_choose_motion (project, MAGE_SAMPLE_MOTION, &motion, error))
    return FALSE;
  result = cli_sample (cli, project, MAGE_SAMPLE_PROMPT, motion, mage_project_get_params (project), error);
  if (result == NULL || (output != NULL && !cli_export (cli, result, output, &(ClipWrite){ .format = format, .scale = CLIP_SCALE_SMOOTH }, error)))
    return FALSE;
  video = output != NULL ? g_canonicalize_filename (output, NULL) : mage_result_dup_path (result, MAGE_RESULT_VIDEO);
  json_object_set_string_member (object, "event", "sampled");
  json_object_set_string_member (object, "project", mage_project_get_folder (project));
  json_object_set_string_member (object, "video", video);
  cli->quiet = FALSE;
  cli_say (cli, object, "%s", video);
  return TRUE;
}

const CliCommand cli_demo_command = {
  "demo", "[-o OUT.mp4] [--project P.mage]",
  "Renders the sample project: trains two subjects and a motion briefly, then makes a video; its path is the last line.",
  { 0, 0 }, options, 0, run
};
