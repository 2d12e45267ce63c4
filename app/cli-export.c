/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-media.h"

#include "jobs/mage-export-job.h"

#include <string.h>

/* export: writes a result as a video file. */

/* So that nobody asks for a video that no player takes. */
#define SCALE_MAX 16

static const CliOption options[] = {
  { "output", CLI_OPTION_VALUE, "FILE", "where to" },
  { "format", CLI_OPTION_VALUE, "mp4|webm", "MP4 with H.264, or WebM with VP9; without it by the file's ending" },
  { "scale", CLI_OPTION_VALUE, "N", "whole number by which both sides grow (1)" },
  { NULL }
};

/** cli_choose_format: the format called @name, (nullable) or by the ending of @path. */
gboolean
cli_choose_format (const char *path, const char *name, ClipFormat *format, GError **error)
{
  const char *dot = strrchr (path, '.');
  g_autofree char *word = g_ascii_strdown (name != NULL ? name : dot != NULL ? dot + 1 : "", -1);

  if (g_str_equal (word, "mp4"))
    *format = CLIP_MP4_H264;
  else if (g_str_equal (word, "webm"))
    *format = CLIP_WEBM_VP9;
  else
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "a video is .mp4 or .webm, not “%s”", name != NULL ? name : path);
      return FALSE;
    }
  return TRUE;
}

/** cli_export: writes @result to @path. */
gboolean
cli_export (Cli *cli, MageResult *result, const char *path, ClipFormat format, guint factor, GError **error)
{
  g_autoptr (MageExportJob) job = mage_export_job_new (result, path, format, factor);

  return cli_run_job (cli, MAGE_JOB (job), error);
}

static gboolean
run (Cli *cli, GError **error)
{
  const char *output = cli_args_get (cli->args, "output");
  const char *id = cli_args_get_place (cli->args, 1);
  g_autoptr (MageProject) project = NULL;
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *full = NULL;
  MageResult *result;
  ClipFormat format = CLIP_MP4_H264;
  double scale = 1;

  if (output == NULL)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, "-o FILE is missing");
      return FALSE;
    }
  if (!cli_choose_format (output, cli_args_get (cli->args, "format"), &format, error)
      || !cli_args_get_whole (cli->args, "scale", 1, SCALE_MAX, &scale, error))
    return FALSE;
  project = cli_open_project (cli, FALSE, error);
  if (project == NULL)
    return FALSE;
  result = mage_project_find_result (project, id);
  if (result == NULL)
    {
      if (id != NULL)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "The project has no result “%s”; inspect lists them", id);
      else
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "The project has no results yet: sample one first");
      return FALSE;
    }
  if (!cli_export (cli, result, output, format, (guint) scale, error))
    return FALSE;
  full = g_canonicalize_filename (output, NULL);
  json_object_set_string_member (object, "event", "exported");
  json_object_set_string_member (object, "result", mage_result_get_id (result));
  json_object_set_string_member (object, "video", full);
  cli_say (cli, object, "%s", full);
  return TRUE;
}

const CliCommand cli_export_command = {
  "export", "P.mage [RESULT] -o FILE [--format mp4|webm] [--scale N]",
  "Writes a result as a video file; without RESULT the newest.",
  { 1, 2 }, options, 0, run
};
