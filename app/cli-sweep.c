/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-ablation.h"

#include "jobs/mage-sweep-forecast.h"
#include "jobs/mage-sweep-picture.h"
#include "jobs/mage-trial.h"

#include <math.h>

/*
 * sweep: one video with every value of one or two parameters, as the window's page of that name makes it: what lacks is trained
 * first, every video joins the project's results, and the sweep is there when the window opens the project.
 */

static const CliOption options[] = {
  { "prompt", CLI_OPTION_VALUE, "TEXT", "what the videos show, with the subjects' words in it" },
  { "motion", CLI_OPTION_VALUE, "NAME", "the motion, or “none”; without it the project's only one" },
  { "across", CLI_OPTION_VALUE, "NAME=VALUES", "what varies from left to right: a parameter and its values, divided by commas, or "
                                               "FIRST..LAST/N for N even ones: tau=5,15,30 or beta=0..0.6/3" },
  { "down", CLI_OPTION_VALUE, "NAME=VALUES", "what varies from top to bottom; without it there is one row" },
  { "output", CLI_OPTION_VALUE, "FILE", "the grid as a video (.mp4, .webm, .gif, .webp)" },
  { "picture", CLI_OPTION_VALUE, "FILE.png", "one frame of the grid as a picture" },
  { "frame", CLI_OPTION_VALUE, "N", "which frame --picture shows, from 1 (the middle one)" },
  { NULL }
};

typedef struct
{
  Cli *cli;
  MageProject *project;
  MageSweep *sweep;
  char *folder;   /* where sweeps are kept */
  GPtrArray *frames; /* of Frames, of every cell */
  guint steps;    /* that this run of the program made, and how long they took */
  double seconds;
} Sweeping;

/* --- what varies --- */

/* FIRST..LAST/N, or values divided by commas. */
static GStrv
read_values (const MageParamInfo *info, const char *text, GError **error)
{
  g_autoptr (GRegex) regex = g_regex_new ("^([-+.0-9eE]+?)\\.\\.([-+.0-9eE]+)/([0-9]{1,3})$", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;
  g_autofree char *n = NULL;

  if ((info->type != MAGE_PARAM_INT && info->type != MAGE_PARAM_DOUBLE) || !g_regex_match (regex, text, 0, &match))
    return mage_sweep_parse_values (info, text, error);
  first = g_match_info_fetch (match, 1);
  last = g_match_info_fetch (match, 2);
  n = g_match_info_fetch (match, 3);
  return mage_sweep_spread_values (info, g_ascii_strtod (first, NULL), g_ascii_strtod (last, NULL),
                                   (guint) g_ascii_strtoull (n, NULL, 10));
}

static gboolean
add_axis (MageSweep *sweep, const char *option, const char *text, GError **error)
{
  const char *equals = strchr (text, '=');
  g_autofree char *key = equals != NULL ? g_strdelimit (g_strndup (text, equals - text), "-", '_') : NULL;
  const MageParamInfo *info = key != NULL ? mage_param_table_find (key) : NULL;
  g_autoptr (GError) local = NULL;
  g_auto (GStrv) values = NULL;

  if (equals == NULL)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--%s is NAME=VALUES, for example tau=5,15,30; not “%s”", option, text);
      return FALSE;
    }
  if (info == NULL)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--%s: there is no parameter “%s”; inspect lists them", option, key);
      return FALSE;
    }
  values = read_values (info, equals + 1, &local);
  if (values != NULL && mage_sweep_add_axis (sweep, key, (const char *const *) values, &local))
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--%s: %s", option, local->message);
  return FALSE;
}

/* The one that was begun before with the same values, or a new one. */
static MageSweep *
find_or_make (Cli *cli, MageProject *project, const char *folder, MageMotion *motion, GError **error)
{
  g_autoptr (MageParams) params = mage_params_copy (mage_project_get_params (project));
  const char *down = cli_args_get (cli->args, "down");
  g_autoptr (GPtrArray) kept = mage_sweep_load_all (folder);
  g_autoptr (MageSweep) sweep = NULL;

  if (!cli_apply_params (cli, params, error))
    return NULL;
  sweep = mage_sweep_new (cli_args_get (cli->args, "prompt"),
                          motion != NULL ? mage_trainable_get_name (MAGE_TRAINABLE (motion)) : NULL, params);
  if (!add_axis (sweep, "across", cli_args_get (cli->args, "across"), error)
      || (down != NULL && !add_axis (sweep, "down", down, error)))
    return NULL;
  for (guint i = 0; i < kept->len; i++)
    if (mage_sweep_is_same (g_ptr_array_index (kept, i), sweep))
      return g_object_ref (g_ptr_array_index (kept, i));
  return g_steal_pointer (&sweep);
}

/* --- the plan --- */

static char *
dup_time_words (double seconds)
{
  if (seconds < 90)
    return g_strdup_printf ("about %.0f s", ceil (seconds));
  return g_strdup_printf ("about %.0f min", ceil (seconds / 60));
}

static void
say_plan (Sweeping *self)
{
  guint n = mage_sweep_get_n_cells (self->sweep);
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *time = NULL;
  MageSweepForecast forecast;

  mage_sweep_forecast_init (&forecast, self->project, self->sweep);
  time = forecast.seconds > 0 ? dup_time_words (forecast.seconds) : g_strdup ("how long is known after the first one");
  json_object_set_string_member (object, "event", "sweep_planned");
  json_object_set_string_member (object, "sweep", mage_sweep_get_id (self->sweep));
  json_object_set_int_member (object, "videos", n);
  json_object_set_int_member (object, "made", n - forecast.n_videos);
  json_object_set_int_member (object, "trainings", forecast.n_trainings);
  if (forecast.seconds > 0)
    json_object_set_double_member (object, "seconds", forecast.seconds);
  cli_say (self->cli, object, "%s", "");
  if (self->cli->json)
    return;
  if (forecast.n_videos < n)
    cli_note ("%u of %u videos are made already", n - forecast.n_videos, n);
  if (forecast.n_videos > 0 && forecast.n_trainings > 0)
    cli_note ("%u videos, %s, after %u trainings", forecast.n_videos, time, forecast.n_trainings);
  else if (forecast.n_videos > 0)
    cli_note ("%u videos, %s", forecast.n_videos, time);
}

/* --- one video --- */

static MageResult *
get_result (Sweeping *self, guint cell)
{
  const char *id = mage_sweep_get_result (self->sweep, cell);

  return id != NULL ? mage_project_find_result (self->project, id) : NULL;
}

static gboolean
make (Sweeping *self, guint cell, GError **error)
{
  const char *name = mage_sweep_get_motion (self->sweep);
  g_autoptr (MageParams) params = mage_sweep_dup_params (self->sweep, cell);
  g_autoptr (MageProject) trial = mage_trial_new_for_params (self->project, params, error);
  MageTrainable *motion = trial != NULL && name != NULL ? mage_project_find (trial, name) : NULL;
  g_autoptr (MageResult) result = NULL;
  gint64 begun;

  if (trial == NULL || !cli_train_needed (self->cli, trial, mage_sweep_get_prompt (self->sweep), name, error))
    return FALSE;
  begun = g_get_monotonic_time ();
  result = cli_sample (self->cli, trial, mage_sweep_get_prompt (self->sweep), MAGE_IS_MOTION (motion) ? MAGE_MOTION (motion) : NULL,
                       mage_project_get_params (trial), error);
  if (result == NULL)
    return FALSE;
  self->seconds += (double) (g_get_monotonic_time () - begun) / G_USEC_PER_SEC;
  self->steps += (guint) mage_params_get_int (params, "steps");
  g_list_store_append (mage_project_get_results (self->project), result);
  mage_sweep_set_result (self->sweep, cell, mage_result_get_id (result));
  return mage_sweep_save (self->sweep, self->folder, error);
}

/* By the pace of the videos that were just made, inversion and decoding included. */
static double
get_seconds_left (Sweeping *self)
{
  guint steps = 0;

  for (guint i = 0; i < mage_sweep_get_n_cells (self->sweep); i++)
    if (get_result (self, i) == NULL)
      {
        g_autoptr (MageParams) params = mage_sweep_dup_params (self->sweep, i);

        steps += (guint) mage_params_get_int (params, "steps");
      }
  return self->steps > 0 ? steps * self->seconds / self->steps : 0;
}

static void
say_made (Sweeping *self, guint cell)
{
  guint n = mage_sweep_get_n_cells (self->sweep);
  g_autofree char *title = mage_sweep_dup_cell_title (self->sweep, cell);
  g_autofree char *video = mage_result_dup_path (get_result (self, cell), MAGE_RESULT_VIDEO);
  g_autoptr (JsonObject) object = json_object_new ();
  double left = get_seconds_left (self);

  json_object_set_string_member (object, "event", "sweep_video");
  json_object_set_int_member (object, "cell", cell);
  json_object_set_int_member (object, "videos", n);
  json_object_set_string_member (object, "title", title);
  json_object_set_string_member (object, "result", mage_sweep_get_result (self->sweep, cell));
  json_object_set_string_member (object, "video", video);
  json_object_set_double_member (object, "seconds_left", left);
  cli_say (self->cli, object, "%s", "");
  if (left > 0 && !self->cli->json)
    {
      g_autofree char *time = dup_time_words (left);

      cli_note ("%u of %u: %s; %s left", cell + 1, n, title, time);
    }
  else if (!self->cli->json)
    cli_note ("%u of %u: %s", cell + 1, n, title);
}

static gboolean
make_all (Sweeping *self, GError **error)
{
  guint n = mage_sweep_get_n_cells (self->sweep);

  for (guint i = 0; i < n; i++)
    {
      Frames *frames;

      if (get_result (self, i) == NULL)
        {
          if (!make (self, i, error))
            return FALSE;
          say_made (self, i);
        }
      frames = cli_ablation_read_frames (get_result (self, i), error);
      if (frames == NULL)
        return FALSE;
      g_ptr_array_add (self->frames, frames);
    }
  return TRUE;
}

/* --- what comes of it --- */

static gboolean
deliver (Sweeping *self, double frame, GError **error)
{
  const Frames *first = g_ptr_array_index (self->frames, 0);
  const char *places[] = { cli_args_get (self->cli->args, "output"), cli_args_get (self->cli->args, "picture") };
  static const char *const names[] = { "video", "picture" };
  guint shown = frame > 0 ? (guint) frame - 1 : first->n_frames / 2;
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  JsonArray *results = json_array_new ();

  json_object_set_string_member (object, "event", "swept");
  json_object_set_string_member (object, "sweep", mage_sweep_get_id (self->sweep));
  for (guint i = 0; i < self->frames->len; i++)
    json_array_add_string_element (results, mage_sweep_get_result (self->sweep, i));
  json_object_set_array_member (object, "results", results);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *full = places[i] != NULL ? g_canonicalize_filename (places[i], NULL) : NULL;

      if (full == NULL)
        continue;
      if (!mage_sweep_picture_write (self->sweep, self->frames, full, shown, NULL, error))
        return FALSE;
      json_object_set_string_member (object, names[i], full);
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", full);
    }
  cli_say (self->cli, object, "%s", text->str);
  return TRUE;
}

static gboolean
check_usage (Cli *cli, double *frame, GError **error)
{
  const char *prompt = cli_args_get (cli->args, "prompt");
  const char *output = cli_args_get (cli->args, "output");
  const char *picture = cli_args_get (cli->args, "picture");
  g_autoptr (MageParams) scratch = mage_params_new ();
  ClipFormat format;

  if (prompt == NULL || *prompt == '\0' || cli_args_get (cli->args, "across") == NULL)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, "--prompt TEXT and --across NAME=VALUES are needed");
      return FALSE;
    }
  if (output == NULL && picture == NULL)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, "-o FILE or --picture FILE.png is needed");
      return FALSE;
    }
  if (picture != NULL && (!clip_format_find_for_path (picture, &format) || format != CLIP_PNG_STILL))
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--picture ends with .png, unlike “%s”", picture);
      return FALSE;
    }
  return (output == NULL || cli_choose_format (output, NULL, &format, error))
         && cli_args_get_whole (cli->args, "frame", 1, G_MAXINT, frame, error) && cli_apply_params (cli, scratch, error);
}

static gboolean
run (Cli *cli, GError **error)
{
  g_autoptr (MageProject) project = NULL;
  g_autoptr (MageSweep) sweep = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (GPtrArray) frames = g_ptr_array_new_with_free_func ((GDestroyNotify) frames_unref);
  MageMotion *motion;
  double frame = 0;
  Sweeping sweeping;

  if (!check_usage (cli, &frame, error))
    return FALSE;
  project = cli_open_project (cli, TRUE, error);
  if (project == NULL || !cli_choose_motion (cli, project, &motion, error))
    return FALSE;
  folder = mage_project_dup_path (project, MAGE_SWEEP_FOLDER);
  sweep = find_or_make (cli, project, folder, motion, error);
  if (sweep == NULL || !mage_sweep_save (sweep, folder, error))
    return FALSE;
  sweeping = (Sweeping){ .cli = cli, .project = project, .sweep = sweep, .folder = folder, .frames = frames };
  say_plan (&sweeping);
  cli->quiet = TRUE; /* what is trained meanwhile is no output of this command */
  if (!make_all (&sweeping, error))
    return FALSE;
  cli->quiet = FALSE;
  return deliver (&sweeping, frame, error);
}

const CliCommand cli_sweep_command = {
  "sweep", "P.mage --prompt TEXT --across NAME=VALUES [--down NAME=VALUES] [-o GRID.mp4] [--picture GRID.png] [parameters]",
  "Makes one video with every value of one or two parameters; they join the project's results, and the grid is written as a video "
  "and as a labelled picture. What a value needs is trained first. The same command goes on where it was stopped.",
  { 1, 1 }, options, MAGE_USE_SAMPLE | MAGE_USE_TRAIN | MAGE_USE_FUSE, run
};
