/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-media.h"

#include "project/mage-alpha-line.h"
#include "project/mage-name.h"

/* sample: makes a video of a prompt. */

static const CliOption options[] = {
  { "prompt", CLI_OPTION_VALUE, "TEXT", "what the video shows, with the subjects' words in it" },
  { "scs", CLI_OPTION_FLAG, NULL, "short for --sampling scs, which is the usual way" },
  { "motion", CLI_OPTION_VALUE, "NAME", "the motion, or “none”; without it the only trained one" },
  { "output", CLI_OPTION_VALUE, "FILE", "also write the video here (.mp4 or .webm)" },
  { NULL }
};

static void
note_if_stale (MageTrainable *item)
{
  const char *token = mage_trainable_get_token (item);

  if (mage_trainable_get_state (item) == MAGE_STALE)
    cli_note ("note: %s was trained with other settings than the project has now; “train” renews it",
              token != NULL ? token : mage_trainable_get_name (item));
}

/* The fusion counts where the prompt names several subjects. */
static void
note_stale (MageProject *project, const char *prompt, MageMotion *motion, MageParams *params)
{
  gboolean fused = g_str_equal (mage_params_get_string (params, "fusion"), "fused");
  g_auto (GStrv) tokens = mage_token_find_all (prompt);

  for (guint i = 0; tokens[i] != NULL; i++)
    {
      MageTrainable *item = mage_project_find (project, tokens[i]);

      if (item != NULL)
        note_if_stale (item);
    }
  if (fused && g_strv_length (tokens) > 1)
    note_if_stale (MAGE_TRAINABLE (mage_project_get_fusion (project)));
  if (motion != NULL)
    note_if_stale (MAGE_TRAINABLE (motion));
}

/* How many steps are guided follows from two numbers; nobody should have to work it out. */
static void
note_guided (MageSampleJob *job, MageParams *params)
{
  guint n_steps = (guint) mage_params_get_int (params, "steps");

  if (mage_sample_job_is_scs (job))
    cli_note ("subject and motion guide each other in the first %u of %u steps", mage_guided_steps (params), n_steps);
  else if (g_str_equal (mage_params_get_string (params, "sampling"), "scs"))
    cli_note ("one branch alone: SCS needs a trained subject in the prompt, and a motion");
}

/** cli_sample: Returns: (transfer full): the video of @prompt, in the project */
MageResult *
cli_sample (Cli *cli, MageProject *project, const char *prompt, MageMotion *motion,
            MageParams *params, GError **error)
{
  g_autoptr (MageSampleJob) job = mage_sample_job_new (project, prompt, motion, params, error);

  if (job == NULL)
    return NULL;
  mage_project_refresh (project);
  note_stale (project, prompt, motion, params);
  if (!cli->json)
    note_guided (job, params);
  if (!cli_run_job (cli, MAGE_JOB (job), error))
    return NULL;
  return g_object_ref (mage_sample_job_get_result (job));
}

/**
 * cli_choose_motion:
 * @motion: (out) (transfer none) (nullable): that of --motion, else the only one of @project; it need not be trained
 */
gboolean
cli_choose_motion (Cli *cli, MageProject *project, MageMotion **motion, GError **error)
{
  GListModel *motions = G_LIST_MODEL (mage_project_get_motions (project));
  const char *given = cli_args_get (cli->args, "motion");
  g_autoptr (MageTrainable) only = g_list_model_get_item (motions, 0);
  MageTrainable *found = given != NULL ? mage_project_find (project, given) : only;

  *motion = NULL;
  if (given != NULL && g_str_equal (given, "none"))
    return TRUE;
  if (given != NULL && !MAGE_IS_MOTION (found))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "The project has no motion “%s”", given);
      return FALSE;
    }
  if (given == NULL && g_list_model_get_n_items (motions) > 1)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           "The project has several motions: say which one (--motion NAME, or --motion none)");
      return FALSE;
    }
  *motion = MAGE_IS_MOTION (found) ? MAGE_MOTION (found) : NULL;
  return TRUE;
}

static void
add_sampling (JsonObject *object, MageResult *result)
{
  guint n_guided = 0;
  const char *way = mage_result_get_sampling (result, &n_guided);

  if (way == NULL)
    return;
  json_object_set_string_member (object, "sampling", way);
  json_object_set_int_member (object, "guided_steps", n_guided);
}

/* Where the video is: the last line on standard output. */
static gboolean
deliver (Cli *cli, MageResult *result, const char *output, ClipFormat format, GError **error)
{
  g_autofree char *own = mage_result_dup_path (result, MAGE_RESULT_VIDEO);
  g_autofree char *video = g_canonicalize_filename (output != NULL ? output : own, NULL);
  g_autoptr (JsonObject) object = json_object_new ();

  if (output != NULL && !cli_export (cli, result, output, &(ClipWrite){ .format = format, .scale = CLIP_SCALE_SMOOTH }, error))
    return FALSE;
  json_object_set_string_member (object, "event", "sampled");
  json_object_set_string_member (object, "result", mage_result_get_id (result));
  json_object_set_int_member (object, "seed", mage_params_get_int (mage_result_get_params (result), "seed"));
  json_object_set_string_member (object, "video", video);
  add_sampling (object, result);
  cli_say (cli, object, "%s", video);
  return TRUE;
}

static gboolean
run (Cli *cli, GError **error)
{
  const char *prompt = cli_args_get (cli->args, "prompt");
  const char *output = cli_args_get (cli->args, "output");
  g_autoptr (MageParams) trial = mage_params_new ();
  g_autoptr (MageProject) project = NULL;
  g_autoptr (MageParams) params = NULL;
  g_autoptr (MageResult) result = NULL;
  ClipFormat format = CLIP_MP4_H264;
  MageMotion *motion;

  if (prompt == NULL || *prompt == '\0')
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, "--prompt TEXT is missing");
      return FALSE;
    }
  if (!cli_apply_params (cli, trial, error) || (output != NULL && !cli_choose_format (output, NULL, &format, error)))
    return FALSE;
  project = cli_open_project (cli, TRUE, error);
  if (project == NULL)
    return FALSE;
  params = mage_params_copy (mage_project_get_params (project));
  if (cli_args_get (cli->args, "scs") != NULL)
    mage_params_set_string (params, "sampling", "scs", NULL);
  if (!cli_apply_params (cli, params, error)
      || !mage_sample_job_choose_motion (project, cli_args_get (cli->args, "motion"), &motion, error))
    return FALSE;
  result = cli_sample (cli, project, prompt, motion, params, error);
  return result != NULL && deliver (cli, result, output, format, error);
}

const CliCommand cli_sample_command = {
  "sample", "P.mage --prompt TEXT [-o OUT.mp4] [--motion NAME] [parameters]",
  "Makes a video with the trained subjects that the prompt names and the motion; its path is the last line. "
  "Parameters given here are for this video alone.",
  { 1, 1 }, options, MAGE_USE_SAMPLE, run
};
