/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-evaluate.h"

#include "app/cli-ablation.h"
#include "app/cli-world-sample.h"
#include "app/cli-world-score.h"
#include "jobs/mage-clip-folder.h"
#include "jobs/mage-sample-project.h"
#include "project/mage-json.h"
#include "world/world-words.h"

/*
 * evaluate mini: the comparison of METHOD §6 and §7 where the truth is known: the sample's subjects do what the sample's clips
 * show, by every variant, and judge and witness say what came of it.
 */

#define SEEDS_MAX 100

/** Combination: two of the sample's subjects, one of its motions and a prompt. What can be rendered is asked for. */
typedef struct
{
  const char *name;
  const char *subjects[3];
  const char *motion;
  const char *prompt;
  const char *plain;
  WorldBackground background;
} Combination;

static const Combination combinations[] = {
  { "robot-walks-bear", { "teal_robot", "pink_bear" }, "person_walking_dog", "a <robot1> is walking a <bear1> in the desert",
    "a robot is walking a bear in the desert", WORLD_DESERT },
  { "robot-rides-bear", { "teal_robot", "pink_bear" }, "person_riding_horse", "a <robot1> is riding a <bear1> on the beach",
    "a robot is riding a bear on the beach", WORLD_BEACH },
  { "dog-chases-cat", { "violet_dog", "orange_cat" }, "cat_chasing_dog", "a <dog1> is chasing a <cat1> in the snow",
    "a dog is chasing a cat in the snow", WORLD_SNOW },
  { "cat-rides-dog", { "orange_cat", "violet_dog" }, "person_riding_horse", "a <cat1> is riding a <dog1> on the grass",
    "a cat is riding a dog on the grass", WORLD_GRASS },
  { "bear-chases-robot", { "pink_bear", "teal_robot" }, "cat_chasing_dog", "a <bear1> is chasing a <robot1> in the city",
    "a bear is chasing a robot in the city", WORLD_CITY },
};

/** Trial: the whole comparison. */
typedef struct
{
  Cli *cli;
  CliWorldScorer *scorer;
  char *folder;
  guint n_seeds;
  CliWorldTable *table;
  const Combination *combination;
} Trial;

static void
trial_clear (Trial *self)
{
  g_clear_pointer (&self->scorer, cli_world_scorer_free);
  g_clear_pointer (&self->table, cli_world_table_free);
  g_free (self->folder);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trial, trial_clear)

/* --- material --- */

/* What the video should show, and what the clip shows. */
static void
stage (const Combination *combination, WorldScene *wanted, WorldScene *clip)
{
  g_return_if_fail (cli_world_find_motion (combination->motion, clip));

  *wanted = *clip;
  wanted->background = combination->background;
  for (guint i = 0; i < wanted->n_characters; i++)
    g_return_if_fail (cli_world_find_subject (combination->subjects[i], &wanted->characters[i]));
}

/* Both combinations of a pair share its project, so that subjects are trained once. */
static MageProject *
open_pair (Trial *self, GError **error)
{
  const char *const *subjects = self->combination->subjects;
  gboolean ordered = g_strcmp0 (subjects[0], subjects[1]) < 0;
  g_autofree char *name = g_strdup_printf ("%s-%s.mage", subjects[ordered ? 0 : 1], subjects[ordered ? 1 : 0]);
  g_autofree char *folder = g_build_filename (self->folder, name, NULL);
  g_autofree char *builtin = cli_data_path (CLI_BUILTIN_MODEL);
  g_autofree char *data = cli_data_path (NULL);
  g_autofree char *given = cli_args_get (self->cli->args, "model") != NULL
                             ? g_canonicalize_filename (cli_args_get (self->cli->args, "model"), NULL) : NULL;
  g_autoptr (MageProject) project = NULL;

  if (g_file_test (folder, G_FILE_TEST_EXISTS))
    project = mage_project_open (folder, builtin, error);
  else
    project = mage_project_create (folder, given, builtin, error);
  if (project == NULL || !mage_project_lock (project, error)
      || !cli_apply_params (self->cli, mage_project_get_params (project), error)
      || !mage_sample_project_add (project, data, subjects, (const char *const[]){ self->combination->motion, NULL }, error))
    return NULL;
  return g_steal_pointer (&project);
}

/* --- videos --- */

static void
measured_cb (gpointer data, const MageVariant *variant, const Frames *frames, JsonObject *row)
{
  Trial *self = data;

  cli_world_scorer_look (self->scorer, frames, row);
  json_object_set_string_member (row, "combination", self->combination->name);
  cli_world_table_add (self->table, variant->name, variant->label, row);
}

/* The base model, asked in plain words: where everything starts from. */
static gboolean
look_at_base (Trial *self, MageProject *project, const char *folder, CliSheet *sheet, GError **error)
{
  gint64 first = mage_params_get_int (mage_project_get_params (project), "seed");

  for (guint i = 0; i < self->n_seeds; i++)
    {
      g_autoptr (MageParams) params = mage_params_copy (mage_project_get_params (project));
      g_autoptr (MageSampleJob) job = NULL;
      g_autoptr (Frames) frames = NULL;
      g_autoptr (JsonObject) row = json_object_new ();

      if (!mage_params_set_int (params, "seed", first + i, error))
        return FALSE;
      job = mage_sample_job_new (project, self->combination->plain, NULL, params, error);
      if (job == NULL)
        return FALSE;
      mage_sample_job_set_results_dir (job, folder);
      if (!cli_run_job (self->cli, MAGE_JOB (job), error))
        return FALSE;
      frames = cli_ablation_read_frames (mage_sample_job_get_result (job), error);
      if (frames == NULL)
        return FALSE;
      cli_world_scorer_look (self->scorer, frames, row);
      json_object_set_string_member (row, "combination", self->combination->name);
      json_object_set_int_member (row, "seed", first + i);
      cli_sheet_add (sheet, "the base model", self->combination->plain, frames);
      cli_world_table_add (self->table, "base", "base model, plain words", row);
    }
  return TRUE;
}

/* The truth itself, seen by the same eyes: nobody can be better. */
static void
look_at_truth (Trial *self, CliSheet *sheet)
{
  g_autoptr (JsonObject) row = json_object_new ();
  g_autoptr (Frames) frames = cli_world_scorer_render (self->scorer);

  cli_world_scorer_look (self->scorer, frames, row);
  json_object_set_string_member (row, "combination", self->combination->name);
  cli_sheet_add (sheet, "as rendered", "the truth", frames);
  cli_world_table_add (self->table, "truth", "as rendered", row);
}

/* Judge and witness look at clips of one shape. */
static gboolean
check_shape (MageProject *project, GError **error)
{
  MageParams *params = mage_project_get_params (project);

  if (mage_params_get_int (params, "width") == WORLD_WITNESS_SIDE && mage_params_get_int (params, "height") == WORLD_WITNESS_SIDE
      && mage_params_get_int (params, "frames") == WORLD_WITNESS_FRAMES)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               "Videos are judged at %d × %d pixels and %d frames: choose a model of the mini world, with --width, --height and --frames",
               WORLD_WITNESS_SIDE, WORLD_WITNESS_SIDE, WORLD_WITNESS_FRAMES);
  return FALSE;
}

static gboolean
compare (Trial *self, GError **error)
{
  const Combination *combination = self->combination;
  g_autoptr (MageProject) project = open_pair (self, error);
  g_auto (CliAblation) ablation = { .cli = self->cli, .project = project, .prompt = combination->prompt,
                                    .n_seeds = self->n_seeds, .measured = measured_cb, .measured_data = self };
  g_autofree char *sheet = NULL;
  WorldScene wanted, clip;
  guint n;
  const MageVariant *variants = mage_variant_table (&n);

  if (project == NULL || !check_shape (project, error))
    return FALSE;
  cli_note ("%s", combination->prompt);
  stage (combination, &wanted, &clip);
  cli_world_scorer_expect (self->scorer, &wanted, &clip);
  ablation.motion = g_strdup (combination->motion);
  ablation.folder = g_build_filename (self->folder, combination->name, NULL);
  sheet = g_build_filename (ablation.folder, "contact-sheet.png", NULL);
  if (!mage_folder_make (ablation.folder, error) || !cli_ablation_prepare (&ablation, error))
    return FALSE;
  look_at_truth (self, ablation.sheet);
  if (!look_at_base (self, project, ablation.folder, ablation.sheet, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!cli_ablation_run (&ablation, &variants[i], error))
      return FALSE;
  return cli_sheet_save (ablation.sheet, sheet, error);
}

/* --- the command --- */

static gboolean
prepare (Trial *self, double *n_combinations, GError **error)
{
  const char *output = cli_args_get (self->cli->args, "output");
  g_autoptr (WorldJudge) judge = NULL;
  g_autoptr (WorldWitness) witness = NULL;
  double n_seeds = 1;

  if (output == NULL)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, "-o DIR is needed: trainings and videos are kept there");
      return FALSE;
    }
  if (!cli_args_get_whole (self->cli->args, "seeds", 1, SEEDS_MAX, &n_seeds, error)
      || !cli_args_get_whole (self->cli->args, "combinations", 1, G_N_ELEMENTS (combinations), n_combinations, error)
      || (judge = cli_evaluate_load_judge (self->cli, error)) == NULL
      || (witness = cli_evaluate_load_witness (self->cli, error)) == NULL)
    return FALSE;
  self->n_seeds = (guint) n_seeds;
  self->folder = g_canonicalize_filename (output, NULL);
  self->scorer = cli_world_scorer_new (g_steal_pointer (&judge), g_steal_pointer (&witness));
  self->table = cli_world_table_new ();
  return mage_folder_make (self->folder, error);
}

/** cli_evaluate_mini: evaluate mini -o DIR */
gboolean
cli_evaluate_mini (Cli *cli, GError **error)
{
  g_auto (Trial) trial = { .cli = cli };
  double n = G_N_ELEMENTS (combinations);
  g_autoptr (JsonObject) object = NULL;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;

  if (!prepare (&trial, &n, error))
    return FALSE;
  cli->quiet = TRUE; /* what is trained meanwhile is no output of this command */
  for (guint i = 0; i < (guint) n; i++)
    {
      trial.combination = &combinations[i];
      if (!compare (&trial, error))
        return FALSE;
    }
  cli->quiet = FALSE;
  object = cli_world_table_to_json (trial.table);
  text = cli_world_table_to_text (trial.table);
  path = g_build_filename (trial.folder, "table.json", NULL);
  if (!mage_json_write_object (path, object, error))
    return FALSE;
  json_object_set_string_member (object, "event", "evaluated");
  json_object_set_string_member (object, "table", path);
  cli_say (cli, object, "%s%s", text, path);
  return TRUE;
}
