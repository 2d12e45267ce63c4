/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-media.h"

#include "app/cli-evaluate.h"
#include "app/cli-sheet.h"
#include "jobs/mage-clip-folder.h"
#include "jobs/mage-prompts-job.h"
#include "project/mage-json.h"
#include "world/world-exam.h"
#include "world/world-words.h"

/* evaluate: measures a model of the mini world: a fixed list of prompts, sampled and judged by what the words mean. */

/* Enough for a verdict on a model, and less than half the time of a fine video. */
#define STEPS 20

static const CliOption options[] = {
  { "model", CLI_OPTION_VALUE, "DIR", "the model folder; without it the built-in one" },
  { "output", CLI_OPTION_VALUE, "DIR", "where to: evaluation.json and contact-sheet.png" },
  { "prompts", CLI_OPTION_VALUE, "N", "model: only the first N prompts of the list" },
  { "held-out", CLI_OPTION_FLAG, NULL, "model: combinations that no training has seen instead" },
  { "combinations", CLI_OPTION_VALUE, "N", "mini: only the first N of five combinations of subjects and motions" },
  { "seeds", CLI_OPTION_VALUE, "N", "mini: how many seeds, from --seed on (1)" },
  { "judge", CLI_OPTION_VALUE, "FILE", "another judge than the program's" },
  { "witness", CLI_OPTION_VALUE, "FILE", "mini: another witness than the program's" },
  { NULL }
};

/** Evaluation: one run of it. */
typedef struct
{
  Cli *cli;
  WorldJudge *judge;
  MageParams *params;
  MagePromptsJob *job;
  CliSheet *sheet;
  JsonArray *rows;
  CliTally all;
  CliTally of_action[WORLD_N_ACTIONS];
  CliTally of_kind[WORLD_N_KINDS];
  CliTally of_colour[WORLD_N_COLOURS];
  CliTally of_background[WORLD_N_BACKGROUNDS];
  char *model;
  guint n;
  gboolean held_out;
} Evaluation;

static void
evaluation_clear (Evaluation *self)
{
  g_clear_pointer (&self->judge, world_judge_free);
  g_clear_object (&self->params);
  g_clear_object (&self->job);
  g_clear_pointer (&self->sheet, cli_sheet_free);
  g_clear_pointer (&self->rows, json_array_unref);
  g_free (self->model);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Evaluation, evaluation_clear)

/* --- the model --------------------------------------------------------------------------------- */

static gboolean
read_params (Evaluation *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->model, "videomage.json", NULL);
  g_autoptr (JsonNode) node = NULL;

  self->params = mage_params_new ();
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      node = mage_json_read (path, error);
      if (node == NULL)
        return FALSE;
    }
  return mage_params_set_model_defaults (self->params, node != NULL ? json_node_get_object (node) : NULL, error)
         && mage_params_set_int (self->params, "steps", STEPS, error)
         && cli_apply_params (self->cli, self->params, error);
}

static gboolean
prepare (Evaluation *self, GError **error)
{
  const char *model = cli_args_get (self->cli->args, "model");
  double n = WORLD_EXAM_LENGTH;

  self->model = model != NULL ? g_strdup (model) : cli_data_path (CLI_BUILTIN_MODEL);
  if (!cli_args_get_whole (self->cli->args, "prompts", 1, WORLD_EXAM_LENGTH, &n, error) || !read_params (self, error)
      || (self->judge = cli_evaluate_load_judge (self->cli, error)) == NULL)
    return FALSE;
  self->n = (guint) n;
  self->held_out = cli_args_get (self->cli->args, "held-out") != NULL;
  self->sheet = cli_sheet_new (self->held_out ? "Prompts that no training has seen" : "A fixed list of prompts");
  self->rows = json_array_new ();
  if (mage_params_get_int (self->params, "width") == WORLD_JUDGE_SIDE
      && mage_params_get_int (self->params, "height") == WORLD_JUDGE_SIDE)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               "The judge looks at videos of %d × %d pixels: choose a model of the mini world, with --width and --height",
               WORLD_JUDGE_SIDE, WORLD_JUDGE_SIDE);
  return FALSE;
}

static gboolean
sample (Evaluation *self, GError **error)
{
  self->job = mage_prompts_job_new (self->model, self->params);
  for (guint i = 0; i < self->n; i++)
    {
      g_autofree char *prompt = NULL;
      WorldScene scene;

      world_exam_scene (i, self->held_out, &scene);
      prompt = world_scene_dup_caption (&scene);
      mage_prompts_job_add (self->job, prompt, world_exam_seed (i));
    }
  return cli_run_job (self->cli, MAGE_JOB (self->job), error);
}

static void
count (Evaluation *self, const WorldScene *scene, const WorldVerdict *verdict)
{
  cli_tally_add (&self->all, scene, verdict);
  cli_tally_add (&self->of_action[scene->action], scene, verdict);
  cli_tally_add (&self->of_kind[scene->characters[0].kind], scene, verdict);
  cli_tally_add (&self->of_colour[scene->characters[0].colour], scene, verdict);
  cli_tally_add (&self->of_background[scene->background], scene, verdict);
}

static void
judge_clip (Evaluation *self, guint i)
{
  const EngineClip *clip = mage_prompts_job_get_clip (self->job, i);
  double rate = mage_params_get_double (self->params, "rate");
  g_autoptr (Frames) frames = frames_new (clip->n_frames, clip->width, clip->height, rate, clip->rgb);
  JsonObject *row = json_object_new ();
  g_autofree char *prompt = NULL;
  g_autofree char *seen = NULL;
  WorldVerdict verdict;
  WorldScore score;
  WorldScene scene;

  world_exam_scene (i, self->held_out, &scene);
  prompt = world_scene_dup_caption (&scene);
  world_judge_clip (self->judge, g_bytes_get_data (clip->rgb, NULL), clip->n_frames, &verdict);
  world_verdict_score (&verdict, &scene, &score);
  count (self, &scene, &verdict);
  seen = cli_verdict_to_text (&verdict);
  cli_sheet_add (self->sheet, prompt, seen, frames);
  json_object_set_string_member (row, "prompt", prompt);
  json_object_set_int_member (row, "seed", (gint64) world_exam_seed (i));
  json_object_set_object_member (row, "seen", cli_verdict_to_json (&verdict));
  json_object_set_object_member (row, "right", cli_score_to_json (&score));
  json_array_add_object_element (self->rows, row);
}

static void
add_tallies (JsonObject *object, const char *name, const CliTally *tallies, const char *const *words, guint n)
{
  JsonObject *part = json_object_new ();

  for (guint i = 0; i < n; i++)
    if (tallies[i].n > 0)
      json_object_set_object_member (part, words != NULL ? words[i] : world_deeds[i].name, cli_tally_to_json (&tallies[i]));
  json_object_set_object_member (object, name, part);
}

static JsonObject *
report (Evaluation *self)
{
  JsonObject *object = json_object_new ();
  CliTally own = { 0 };

  cli_evaluate_check_judge (self->judge, TRUE, &own);
  json_object_set_string_member (object, "model", self->model);
  json_object_set_int_member (object, "steps", mage_params_get_int (self->params, "steps"));
  json_object_set_double_member (object, "guidance", mage_params_get_double (self->params, "guidance"));
  json_object_set_boolean_member (object, "held_out", self->held_out);
  json_object_set_object_member (object, "shares", cli_tally_to_json (&self->all));
  /* What nobody can be better than: the judge on true scenes, spoiled. */
  json_object_set_object_member (object, "judge", cli_tally_to_json (&own));
  add_tallies (object, "by_action", self->of_action, NULL, WORLD_N_ACTIONS);
  add_tallies (object, "by_kind", self->of_kind, world_kind_words, WORLD_N_KINDS);
  add_tallies (object, "by_colour", self->of_colour, world_colour_words, WORLD_N_COLOURS);
  add_tallies (object, "by_background", self->of_background, world_background_words, WORLD_N_BACKGROUNDS);
  json_object_set_array_member (object, "rows", json_array_ref (self->rows));
  return object;
}

static gboolean
deliver (Evaluation *self, GError **error)
{
  const char *output = cli_args_get (self->cli->args, "output");
  g_autoptr (JsonObject) whole = report (self);
  g_autoptr (JsonObject) line = json_object_new ();
  g_autofree char *text = cli_tally_to_text (&self->all);

  if (output != NULL)
    {
      g_autofree char *sheet = g_build_filename (output, "contact-sheet.png", NULL);
      g_autofree char *path = g_build_filename (output, "evaluation.json", NULL);

      if (!mage_folder_make (output, error) || !cli_sheet_save (self->sheet, sheet, error)
          || !mage_json_write_object (path, whole, error))
        return FALSE;
      json_object_set_string_member (line, "evaluation", path);
    }
  json_object_set_string_member (line, "event", "evaluated");
  json_object_set_object_member (line, "shares", cli_tally_to_json (&self->all));
  cli_say (self->cli, line, "%u prompts: %s", self->n, text);
  return TRUE;
}

/* Nothing is trained for a model's list of prompts. */
static gboolean
check_params (Cli *cli, GError **error)
{
  for (guint i = 0; i + 1 < cli->args->params->len; i += 2)
    {
      const char *key = g_ptr_array_index (cli->args->params, i);

      if (mage_param_table_find (key)->use & MAGE_USE_SAMPLE)
        continue;
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "“%s” is for trainings; evaluate model trains nothing", key);
      return FALSE;
    }
  return TRUE;
}

static gboolean
run (Cli *cli, GError **error)
{
  const char *what = cli_args_get_place (cli->args, 0);
  g_auto (Evaluation) evaluation = { .cli = cli };

  if (g_str_equal (what, "judge"))
    return cli_evaluate_make_judge (cli, error);
  if (g_str_equal (what, "witness"))
    return cli_evaluate_make_witness (cli, error);
  if (g_str_equal (what, "mini") && cli->args->places->len == 1)
    return cli_evaluate_mini (cli, error);
  if (!g_str_equal (what, "model") || cli->args->places->len > 1)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "evaluate knows model, mini, judge FILE and witness FILE, not “%s”",
                   cli_args_get_place (cli->args, cli->args->places->len - 1));
      return FALSE;
    }
  if (!check_params (cli, error) || !prepare (&evaluation, error) || !sample (&evaluation, error))
    return FALSE;
  for (guint i = 0; i < evaluation.n; i++)
    judge_clip (&evaluation, i);
  return deliver (&evaluation, error);
}

const CliCommand cli_evaluate_command = {
  "evaluate", "model|mini|judge FILE|witness FILE [--model DIR] [-o DIR] [parameters]",
  "Measures on the mini world, where the truth is known. “model” samples a fixed list of prompts and says how many videos show the "
  "kinds, the colour, the place and the action that were asked for. “mini” trains the sample's subjects and motions and compares the "
  "whole method with parts of it left out and with two others' styles. “judge” and “witness” make those anew who look at the videos.",
  { 1, 2 }, options, MAGE_USE_TRAIN | MAGE_USE_FUSE | MAGE_USE_SAMPLE, run
};
