/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-track.h"

#include "jobs/mage-track-job.h"

#include <math.h>

/* segment --track: a mask for every frame of a clip, from one or more that are marked. */

#define MAX_FRAMES 512

static MageTrackMark
find_mark (Cli *cli, const MageSegmentHint *hint, const ClipRead *want, double time, GError **error)
{
  const char *path = cli_args_get_place (cli->args, 0);
  double step = want->length_s / want->n_frames;
  guint frame = (guint) CLAMP (floor ((time - want->start_s) / step + 0.5), 0, want->n_frames - 1);
  g_autofree char *cache = cli_seen_folder ();
  g_autoptr (MageSegmentJob) job = mage_segment_job_new_frame (path, want->start_s + frame * step, hint, cache);
  guint width, height;
  GBytes *mask;

  mage_segment_job_set_sam (job, cli_args_get (cli->args, "sam"));
  if (!cli_run_job (cli, MAGE_JOB (job), error))
    return (MageTrackMark){ 0, NULL };
  mask = mage_segment_job_get_mask (job, 0, &width, &height);
  return (MageTrackMark){ frame, mask_new (width, height, mask) };
}

static gboolean
load_mark (const char *text, MageTrackMark *mark, GError **error)
{
  char *end = NULL;
  guint64 frame = g_ascii_strtoull (text, &end, 10);

  if (end == text || *end != '=' || frame >= MAX_FRAMES)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, "--mark is N=MASK.png, N being a frame counted from 0");
      return FALSE;
    }
  *mark = (MageTrackMark){ (guint) frame, mask_load (end + 1, NULL, error) };
  return mark->mask != NULL;
}

static void
mark_clear (gpointer data)
{
  MageTrackMark *mark = data;

  g_clear_pointer (&mark->mask, mask_unref);
}

/* The marks that are given as files; else where the hint says that the subject is at @time. */
static GArray *
list_marks (Cli *cli, const MageSegmentHint *hint, const ClipRead *want, double time, GError **error)
{
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (MageTrackMark));
  GPtrArray *given = cli_args_get_all (cli->args, "mark");
  MageTrackMark mark;

  g_array_set_clear_func (marks, mark_clear);
  for (guint i = 0; i < given->len; i++)
    {
      if (!load_mark (g_ptr_array_index (given, i), &mark, error))
        return NULL;
      g_array_append_val (marks, mark);
    }
  if (given->len > 0)
    return g_steal_pointer (&marks);
  mark = find_mark (cli, hint, want, time, error);
  if (mark.mask == NULL)
    return NULL;
  g_array_append_val (marks, mark);
  return g_steal_pointer (&marks);
}

static gboolean
parse_want (Cli *cli, ClipRead *want, GError **error)
{
  g_auto (ClipInfo) info = { 0 };
  double n = 16;

  if ((cli_args_get (cli->args, "frames") != NULL
       && !cli_args_get_whole (cli->args, "frames", 1, MAX_FRAMES, &n, error))
      || (cli_args_get (cli->args, "start") != NULL
          && !cli_args_get_number (cli->args, "start", 0, 86400, &want->start_s, error))
      || (cli_args_get (cli->args, "length") != NULL
          && !cli_args_get_number (cli->args, "length", 0, 86400, &want->length_s, error)))
    return FALSE;
  if (!clip_probe (cli_args_get_place (cli->args, 0), &info, NULL, error))
    return FALSE;
  want->n_frames = (guint) n;
  if (want->length_s <= 0 || want->length_s > info.duration - want->start_s)
    want->length_s = info.duration - want->start_s;
  if (want->length_s <= 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "The clip ends after %.2f seconds: choose an earlier --start",
                   info.duration);
      return FALSE;
    }
  want->rate = want->n_frames / want->length_s;
  return TRUE;
}

static gboolean
write_frame (Cli *cli, MageTrackJob *job, guint i, GError **error)
{
  const char *out = cli_args_get (cli->args, "out");
  g_autofree char *name = g_strdup_printf ("mask-%05u.png", i);
  g_autofree char *path = out != NULL ? g_build_filename (out, name, NULL) : g_strdup (name);
  g_autoptr (JsonObject) object = json_object_new ();
  Mask *mask = mage_track_job_get_mask (job, i);
  double doubt = mage_track_job_get_doubt (job, i);
  const char *reason = mage_track_job_get_reason (job, i);

  json_object_set_string_member (object, "event", "mask");
  json_object_set_int_member (object, "frame", i);
  json_object_set_double_member (object, "doubt", doubt);
  json_object_set_string_member (object, "reason", reason);
  if (mask == NULL)
    {
      cli_say (cli, object, "frame %u: no mask: %s", i, reason);
      return TRUE;
    }
  json_object_set_string_member (object, "mask", path);
  if (!mask_save_png (mask, path, error))
    return FALSE;
  cli_say (cli, object, "%s: doubt %.2f%s%s", path, doubt, *reason != '\0' ? ": " : "", reason);
  return TRUE;
}

/**
 * cli_track:
 * @hint: where the subject is in the frame at @time, unless masks are given
 *
 * Follows it through the clip that is the first argument; frames that stay in doubt are named, and are no failure.
 */
gboolean
cli_track (Cli *cli, const MageSegmentHint *hint, double time, GError **error)
{
  ClipRead want = { 0 };
  g_autofree char *cache = cli_seen_folder ();
  g_autoptr (GArray) marks = NULL;
  g_autoptr (MageTrackJob) job = NULL;

  if (!parse_want (cli, &want, error))
    return FALSE;
  marks = list_marks (cli, hint, &want, time, error);
  if (marks == NULL)
    return FALSE;
  job = mage_track_job_new (cli_args_get_place (cli->args, 0), &want, (MageTrackMark *) (gpointer) marks->data, marks->len,
                            cache);
  mage_track_job_set_sam (job, cli_args_get (cli->args, "sam"));
  if (!cli_run_job (cli, MAGE_JOB (job), error))
    return FALSE;
  for (guint i = 0; i < mage_track_job_get_n_frames (job); i++)
    if (!write_frame (cli, job, i, error))
      return FALSE;
  return TRUE;
}
