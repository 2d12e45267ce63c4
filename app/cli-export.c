/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-media.h"

#include "jobs/mage-export-job.h"

/* export: writes a result as a video, or as pictures. */

/* So that nobody asks for a video that no player takes. */
#define SCALE_MAX 16
#define RATE_MAX 240

static const CliOption options[] = {
  { "output", CLI_OPTION_VALUE, "FILE", "where to; of frames the folder that is made" },
  { "format", CLI_OPTION_VALUE, "mp4|webm|av1|gif|webp|frames|png", "MP4 with H.264, WebM with VP9 or AV1, animated GIF or WebP, all "
                                "frames or one as PNG; without it by the file's ending" },
  { "scale", CLI_OPTION_VALUE, "N", "whole number by which both sides grow (1)" },
  { "rate", CLI_OPTION_VALUE, "X", "frames a second (the video's own)" },
  { "rounds", CLI_OPTION_VALUE, "N", "how often it plays (GIF and WebP: for ever; else once)" },
  { "ping-pong", CLI_OPTION_FLAG, NULL, "there and back" },
  { "quality", CLI_OPTION_VALUE, "N", "1 to 100 (80)" },
  { "frame", CLI_OPTION_VALUE, "N", "png: which frame, from 1 (1)" },
  { NULL }
};

/** cli_choose_format: the format called @name, (nullable) or by the ending of @path. */
gboolean
cli_choose_format (const char *path, const char *name, ClipFormat *format, GError **error)
{
  g_autofree char *names = NULL;

  if (name != NULL ? clip_format_find (name, format) : clip_format_find_for_path (path, format))
    return TRUE;
  names = clip_format_dup_names ();
  if (name != NULL)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--format is one of %s, not “%s”", names, name);
  else
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "“%s” does not end as a video does: end it with .mp4, .webm, .gif, .webp or "
                                                    ".png, or say --format %s",
                 path, names);
  return FALSE;
}

/** cli_export: writes @result to @path. */
gboolean
cli_export (Cli *cli, MageResult *result, const char *path, const ClipWrite *how, GError **error)
{
  g_autoptr (MageExportJob) job = mage_export_job_new (result, path, how);

  return cli_run_job (cli, MAGE_JOB (job), error);
}

static gboolean
read_options (Cli *cli, const char *output, ClipWrite *how, GError **error)
{
  double scale = 1, rate = 0, rounds = 0, quality = 0, frame = 1;

  if (!cli_choose_format (output, cli_args_get (cli->args, "format"), &how->format, error)
      || !cli_args_get_whole (cli->args, "scale", 1, SCALE_MAX, &scale, error)
      || !cli_args_get_number (cli->args, "rate", 0.1, RATE_MAX, &rate, error)
      || !cli_args_get_whole (cli->args, "rounds", 1, CLIP_MAX_ROUNDS, &rounds, error)
      || !cli_args_get_whole (cli->args, "quality", 1, 100, &quality, error)
      || !cli_args_get_whole (cli->args, "frame", 1, G_MAXINT, &frame, error))
    return FALSE;
  how->scale = CLIP_SCALE_SMOOTH;
  how->factor = (guint) scale;
  how->rate = rate;
  how->rounds = (guint) rounds;
  how->quality = (guint) quality;
  how->frame = (guint) frame - 1;
  how->ping_pong = cli_args_get (cli->args, "ping-pong") != NULL;
  return TRUE;
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
  ClipWrite how = { 0 };

  if (output == NULL)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, "-o FILE is missing");
      return FALSE;
    }
  if (!read_options (cli, output, &how, error))
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
  if (!cli_export (cli, result, output, &how, error))
    return FALSE;
  full = g_canonicalize_filename (output, NULL);
  json_object_set_string_member (object, "event", "exported");
  json_object_set_string_member (object, "result", mage_result_get_id (result));
  json_object_set_string_member (object, "video", full);
  cli_say (cli, object, "%s", full);
  return TRUE;
}

const CliCommand cli_export_command = {
  "export", "P.mage [RESULT] -o FILE [--format FORMAT] [options]",
  "Writes a result as a video or as pictures; without RESULT the newest. What made it is written into the file; inspect shows it.",
  { 1, 2 }, options, 0, run
};
