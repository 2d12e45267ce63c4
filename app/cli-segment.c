/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli.h"

#include "app/cli-track.h"
#include "jobs/mage-segment-job.h"
#include "media/mask.h"

#include <math.h>
#include <string.h>

/* segment: finds the subject of pictures, by itself or where one says that it is, and writes masks. */

static const CliOption options[] = {
  { "auto", CLI_OPTION_FLAG, NULL, "what stands out in each picture; the same as without --box and --point" },
  { "box", CLI_OPTION_VALUE, "X0,Y0,X1,Y1", "a box around the subject, in pixels; its corners in any order" },
  { "point", CLI_OPTION_VALUE, "X,Y[,out]", "a place in the subject, or with “out” one beside it; again for each" },
  { "time", CLI_OPTION_VALUE, "S", "the files are clips: find the subject in the frame at this second" },
  { "track", CLI_OPTION_FLAG, NULL, "the file is a clip: follow the subject through it, from --time (0) on and back; writes mask-00000.png, …" },
  { "frames", CLI_OPTION_VALUE, "N", "for --track: how many frames are taken, evenly by time (16)" },
  { "start", CLI_OPTION_VALUE, "S", "for --track: where they begin, in seconds (0)" },
  { "length", CLI_OPTION_VALUE, "S", "for --track: how long that is, in seconds; without it to the end" },
  { "mark", CLI_OPTION_VALUE, "N=MASK.png", "for --track: where the subject is in frame N, counted from 0; again for each" },
  { "candidate", CLI_OPTION_VALUE, "N", "which answer to write; 1, the default, is the most likely" },
  { "all", CLI_OPTION_FLAG, NULL, "write all answers, NAME-mask-1.png, …" },
  { "out", CLI_OPTION_VALUE, "DIR", "where NAME-mask.png is written; made if it is not there (the current folder)" },
  { "sam", CLI_OPTION_VALUE, "FILE", "another file with MobileSAM's weights" },
  { NULL }
};

static gboolean
usage_error (GError **error, const char *sentence)
{
  g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, sentence);
  return FALSE;
}

/* Numbers with commas between; FALSE where there are more or less. */
static gboolean
parse_numbers (char **words, guint n, double *numbers)
{
  for (guint i = 0; i < n; i++)
    {
      char *end = NULL;

      numbers[i] = words[i] != NULL ? g_ascii_strtod (words[i], &end) : 0;
      if (words[i] == NULL || end == words[i] || *end != '\0' || !isfinite (numbers[i]))
        return FALSE;
    }
  return words[n] == NULL;
}

static gboolean
parse_point (const char *text, MageSegmentPoint *point)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  guint n = g_strv_length (words);
  double at[2];

  point->inside = TRUE;
  if (n == 3 && (g_str_equal (words[2], "out") || g_str_equal (words[2], "in")))
    {
      point->inside = g_str_equal (words[2], "in");
      g_clear_pointer (&words[2], g_free);
    }
  if (!parse_numbers (words, 2, at))
    return FALSE;
  point->x = at[0];
  point->y = at[1];
  return TRUE;
}

/* @points: gets what the hint borrows */
static gboolean
parse_hint (Cli *cli, MageSegmentHint *hint, GArray *points, GError **error)
{
  GPtrArray *given = cli_args_get_all (cli->args, "point");
  const char *box = cli_args_get (cli->args, "box");

  for (guint i = 0; i < given->len; i++)
    {
      MageSegmentPoint point;

      if (!parse_point (g_ptr_array_index (given, i), &point))
        return usage_error (error, "--point is X,Y or X,Y,out, in pixels of the picture");
      g_array_append_val (points, point);
    }
  if (box != NULL)
    {
      g_auto (GStrv) words = g_strsplit (box, ",", -1);
      double at[4];

      if (!parse_numbers (words, 4, at))
        return usage_error (error, "--box is X0,Y0,X1,Y1, in pixels of the picture");
      *hint = (MageSegmentHint){ TRUE, at[0], at[1], at[2], at[3] };
    }
  hint->points = (const MageSegmentPoint *) points->data;
  hint->n_points = points->len;
  if (cli_args_get (cli->args, "auto") != NULL && (box != NULL || points->len > 0))
    return usage_error (error, "--auto goes with neither --box nor --point");
  return TRUE;
}

static char *
without_ending (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  char *dot = strrchr (base, '.');

  return dot != NULL && dot != base ? g_strndup (base, (gsize) (dot - base)) : g_steal_pointer (&base);
}

/* The picture's name without its ending; where others have the same, with its folder's name and its ending. */
static char *
short_name (Cli *cli, const char *picture)
{
  g_autofree char *name = without_ending (picture);
  gboolean alone = TRUE;

  for (guint i = 0; i < cli->args->places->len && alone; i++)
    {
      const char *path = cli_args_get_place (cli->args, i);
      g_autofree char *other = without_ending (path);

      alone = g_str_equal (path, picture) || !g_str_equal (other, name);
    }
  if (!alone)
    {
      g_autofree char *full = g_canonicalize_filename (picture, NULL);
      g_autofree char *base = g_path_get_basename (full), *dir = g_path_get_dirname (full);
      g_autofree char *folder = g_path_get_basename (dir);

      return g_strconcat (folder, "-", base, NULL);
    }
  return g_steal_pointer (&name);
}

/* DIR/PICTURE.png, with what stands before its ending. */
static char *
mask_path (Cli *cli, const char *picture, const char *suffix)
{
  const char *out = cli_args_get (cli->args, "out");
  g_autofree char *base = short_name (cli, picture);
  g_autofree char *name = NULL;

  name = g_strconcat (base, suffix, ".png", NULL);
  return out != NULL ? g_build_filename (out, name, NULL) : g_steal_pointer (&name);
}

static gboolean
write_mask (Cli *cli, MageSegmentJob *job, const char *picture, guint i, gboolean all, GError **error)
{
  guint width, height;
  GBytes *bytes = mage_segment_job_get_mask (job, i, &width, &height);
  g_autofree char *suffix = all ? g_strdup_printf ("-mask-%u", i + 1) : g_strdup ("-mask");
  g_autofree char *path = mask_path (cli, picture, suffix);
  g_autoptr (Mask) mask = mask_new (width, height, bytes);
  g_autoptr (JsonObject) object = json_object_new ();
  cairo_rectangle_int_t box = { 0 };
  double score = mage_segment_job_get_score (job, i);

  if (!mask_save_png (mask, path, error))
    return FALSE;
  mask_get_box (mask, &box);
  json_object_set_string_member (object, "event", "mask");
  json_object_set_string_member (object, "file", picture);
  json_object_set_string_member (object, "mask", path);
  json_object_set_int_member (object, "candidate", i + 1);
  json_object_set_int_member (object, "candidates", mage_segment_job_get_n_candidates (job));
  json_object_set_double_member (object, "score", score);
  json_object_set_int_member (object, "width", width);
  json_object_set_int_member (object, "height", height);
  json_object_set_int_member (object, "x", box.x);
  json_object_set_int_member (object, "y", box.y);
  json_object_set_int_member (object, "w", box.width);
  json_object_set_int_member (object, "h", box.height);
  cli_say (cli, object, "%s: %d × %d pixels at %d, %d; score %.2f", path, box.width, box.height, box.x, box.y, score);
  return TRUE;
}

static gboolean
write_masks (Cli *cli, MageSegmentJob *job, const char *picture, GError **error)
{
  guint n = mage_segment_job_get_n_candidates (job);
  gboolean all = cli_args_get (cli->args, "all") != NULL;
  double number = 1;

  if (cli_args_get (cli->args, "candidate") != NULL
      && !cli_args_get_whole (cli->args, "candidate", 1, G_MAXUINT, &number, error))
    return FALSE;
  if (number > n)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "There is no answer %.0f, only %u", number, n);
      return FALSE;
    }
  for (guint i = all ? 0 : (guint) number - 1; i < (all ? n : (guint) number); i++)
    if (!write_mask (cli, job, picture, i, all, error))
      return FALSE;
  return TRUE;
}

/** cli_seen_folder: (transfer full) (nullable): where what was seen of pictures is kept for the next time. */
char *
cli_seen_folder (void)
{
  g_autofree char *path = g_build_filename (g_get_user_cache_dir (), "videomage", "seen", NULL);

  return g_mkdir_with_parents (path, 0700) == 0 ? g_steal_pointer (&path) : NULL;
}

static gboolean
segment (Cli *cli, const char *path, const MageSegmentHint *hint, double time, GError **error)
{
  g_autofree char *cache = cli_seen_folder ();
  g_autoptr (MageSegmentJob) job = NULL;

  job = time >= 0 ? mage_segment_job_new_frame (path, time, hint, cache) : mage_segment_job_new (path, hint, cache);
  mage_segment_job_set_sam (job, cli_args_get (cli->args, "sam"));
  return cli_run_job (cli, MAGE_JOB (job), error) && write_masks (cli, job, path, error);
}

static void
refuse (Cli *cli, const char *path, const GError *error)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_string_member (object, "event", "refused");
  json_object_set_string_member (object, "file", path);
  json_object_set_string_member (object, "message", error->message);
  cli_say (cli, object, "%s", "");
  if (strstr (error->message, base) != NULL)
    cli_note ("%s", error->message);
  else
    cli_note ("“%s”: %s", base, error->message);
}

static gboolean
make_out (Cli *cli, GError **error)
{
  const char *out = cli_args_get (cli->args, "out");

  if (out == NULL || g_mkdir_with_parents (out, 0777) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The folder “%s” cannot be made: choose another with --out", out);
  return FALSE;
}

/* What belongs to --track alone. */
static gboolean
check_usage (Cli *cli, GError **error)
{
  static const char *const of_track[] = { "frames", "start", "length", "mark" };
  gboolean track = cli_args_get (cli->args, "track") != NULL;

  for (guint i = 0; i < G_N_ELEMENTS (of_track) && !track; i++)
    if (cli_args_get (cli->args, of_track[i]) != NULL)
      return usage_error (error, "--frames, --start, --length and --mark belong to --track");
  if (track && cli->args->places->len > 1)
    return usage_error (error, "--track takes one clip");
  return TRUE;
}

static gboolean
run (Cli *cli, GError **error)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (MageSegmentPoint));
  MageSegmentHint hint = { 0 };
  double time = -1;
  guint n_refused = 0;

  if (!check_usage (cli, error) || !parse_hint (cli, &hint, points, error))
    return FALSE;
  if (cli_args_get (cli->args, "time") != NULL
      && !cli_args_get_number (cli->args, "time", 0, 86400, &time, error))
    return FALSE;
  if (!make_out (cli, error))
    return FALSE;
  if (cli_args_get (cli->args, "track") != NULL)
    return cli_track (cli, &hint, MAX (time, 0), error);
  for (guint i = 0; i < cli->args->places->len; i++)
    {
      const char *path = cli_args_get_place (cli->args, i);
      g_autoptr (GError) local = NULL;

      if (segment (cli, path, &hint, time, &local))
        continue;
      if (local->domain == CLI_ERROR || g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      refuse (cli, path, local);
      n_refused++;
    }
  if (n_refused == 0)
    return TRUE;
  g_set_error_literal (error, CLI_ERROR, CLI_ERROR_SAID, "");
  return FALSE;
}

const CliCommand cli_segment_command = {
  "segment", "(PICTURE… | CLIP --track | CLIP… --time S) [options]",
  "Finds the subject of pictures, by itself or where a box and points say, and writes masks. A bad file is refused, the "
  "others are done.",
  { 1, G_MAXUINT }, options, 0, run
};
