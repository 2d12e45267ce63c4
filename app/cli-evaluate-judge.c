/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-evaluate.h"

#include "world/world.h"

#include <math.h>

/* evaluate judge|witness FILE: those who look at videos of the mini world, and what their word is worth. */

/* Where they lie below the program's data. */
#define JUDGE_FILE "world/judge"
#define WITNESS_FILE "world/witness"
/* Their own accuracy is taken on so many scenes that they never saw. */
#define CHECKS 500
/* Scenes that they learn from, and the first one's seed; those they are checked with come before. */
#define LESSONS 40000
#define WITNESS_LESSONS 16000
#define LESSONS_SEED G_GUINT64_CONSTANT (1000000000)
#define CHECKS_SEED G_GUINT64_CONSTANT (900000000)

static GBytes *
load_bytes (Cli *cli, const char *option, const char *usual, char **path, GError **error)
{
  const char *given = cli_args_get (cli->args, option);
  char *data;
  gsize size;

  *path = given != NULL ? g_strdup (given) : cli_data_path (usual);
  if (!g_file_get_contents (*path, &data, &size, error))
    return NULL;
  return g_bytes_new_take (data, size);
}

/** cli_evaluate_load_judge: Returns: (transfer full) (nullable): that of --judge, else the program's */
WorldJudge *
cli_evaluate_load_judge (Cli *cli, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GBytes) bytes = load_bytes (cli, "judge", JUDGE_FILE, &path, error);
  g_autoptr (WorldJudge) judge = NULL;

  if (bytes == NULL)
    return NULL;
  judge = world_judge_new ();
  if (world_judge_load (judge, bytes))
    return g_steal_pointer (&judge);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "“%s” is no judge: make one with “videomage-cli evaluate judge FILE”", path);
  return NULL;
}

/** cli_evaluate_load_witness: Returns: (transfer full) (nullable): that of --witness, else the program's */
WorldWitness *
cli_evaluate_load_witness (Cli *cli, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GBytes) bytes = load_bytes (cli, "witness", WITNESS_FILE, &path, error);
  g_autoptr (WorldWitness) witness = NULL;

  if (bytes == NULL)
    return NULL;
  witness = world_witness_new ();
  if (world_witness_load (witness, bytes))
    return g_steal_pointer (&witness);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "“%s” is no witness: make one with “videomage-cli evaluate witness FILE”", path);
  return NULL;
}

/* --- checks --- */

/** cli_evaluate_check_judge: what the judge makes of scenes whose truth is known. */
void
cli_evaluate_check_judge (WorldJudge *judge, gboolean degrade, CliTally *tally)
{
  g_autofree guint8 *rgb = g_malloc (WORLD_JUDGE_FRAMES * WORLD_JUDGE_SIDE * WORLD_JUDGE_SIDE * 3);
  WorldStyle style;

  world_style_init (&style);
  style.held_out = WORLD_HELD_OUT_ALSO;
  for (guint64 seed = CHECKS_SEED; seed < CHECKS_SEED + CHECKS; seed++)
    {
      WorldScene scene;
      WorldVerdict verdict;

      world_scene_draw (&style, seed, FALSE, &scene);
      world_clip (&style, seed, WORLD_JUDGE_FRAMES, WORLD_JUDGE_SIDE, WORLD_JUDGE_SIDE, rgb, NULL, NULL);
      if (degrade)
        world_judge_degrade (rgb, WORLD_JUDGE_FRAMES, seed);
      world_judge_clip (judge, rgb, WORLD_JUDGE_FRAMES, &verdict);
      cli_tally_add (tally, &scene, &verdict);
    }
}

/** cli_evaluate_check_witness: likewise, on pairs. Returns: (transfer full): mean errors, and those of unrelated clips */
JsonObject *
cli_evaluate_check_witness (WorldWitness *witness, gboolean degrade)
{
  g_autofree guint8 *rgb = g_malloc (WORLD_WITNESS_FRAMES * WORLD_WITNESS_SIDE * WORLD_WITNESS_SIDE * 3);
  JsonObject *object = json_object_new ();
  WorldTestimony before = { 0 };
  double distance = 0, gait = 0, other_distance = 0, other_gait = 0;
  guint n = 0, n_moving = 0, n_other = 0;
  WorldStyle style;

  world_style_init (&style);
  style.held_out = WORLD_HELD_OUT_ALSO;
  for (guint64 seed = CHECKS_SEED; seed < CHECKS_SEED + CHECKS; seed++)
    {
      WorldTestimony truth, seen;
      WorldScene scene;

      style.action = (int) (WORLD_WALK + seed % 3);
      world_scene_draw (&style, seed, FALSE, &scene);
      world_testimony_of_scene (&scene, rgb, &truth);
      if (degrade)
        world_judge_degrade (rgb, WORLD_WITNESS_FRAMES, seed);
      world_witness_clip (witness, rgb, &seen);
      for (guint k = 0; k < WORLD_MAX_CHARACTERS; k++)
        {
          n++;
          distance += world_testimony_distance (&seen, &truth, k);
          other_distance += world_testimony_distance (&seen, &before, k);
          if (truth.moving[k])
            {
              n_moving++;
              gait += world_testimony_gait (&seen, &truth, k);
            }
          if (truth.moving[k] && before.moving[k])
            {
              n_other++;
              other_gait += world_testimony_gait (&seen, &before, k);
            }
        }
      before = truth;
    }
  json_object_set_int_member (object, "clips", CHECKS);
  json_object_set_double_member (object, "distance", distance / n);
  json_object_set_double_member (object, "gait", gait / n_moving);
  json_object_set_double_member (object, "unrelated_distance", other_distance / n);
  json_object_set_double_member (object, "unrelated_gait", n_other > 0 ? other_gait / n_other : 0);
  return object;
}

/* --- making them --- */

static gboolean
learned_cb (double fraction, gpointer data)
{
  guint *shown = data;

  if ((guint) (fraction * 20) > *shown)
    {
      *shown = (guint) (fraction * 20);
      cli_note ("learning, %u %%", *shown * 5);
    }
  return TRUE;
}

static const char *
get_file (Cli *cli, GError **error)
{
  const char *path = cli_args_get_place (cli->args, 1);

  if (path == NULL)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "say where the %s goes: evaluate %s FILE",
                 cli_args_get_place (cli->args, 0), cli_args_get_place (cli->args, 0));
  return path;
}

/** cli_evaluate_make_judge: evaluate judge FILE: fits a judge anew, after the world has changed. */
gboolean
cli_evaluate_make_judge (Cli *cli, GError **error)
{
  const char *path = get_file (cli, error);
  g_autoptr (WorldJudge) judge = NULL;
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GBytes) bytes = NULL;
  CliTally clean = { 0 }, spoiled = { 0 };
  g_autofree char *clean_text = NULL;
  g_autofree char *spoiled_text = NULL;
  guint shown = 0;

  if (path == NULL)
    return FALSE;
  judge = world_judge_new ();
  world_judge_fit (judge, LESSONS, LESSONS_SEED, learned_cb, &shown);
  bytes = world_judge_save (judge);
  if (!g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), error))
    return FALSE;
  cli_evaluate_check_judge (judge, FALSE, &clean);
  cli_evaluate_check_judge (judge, TRUE, &spoiled);
  clean_text = cli_tally_to_text (&clean);
  spoiled_text = cli_tally_to_text (&spoiled);
  json_object_set_string_member (object, "event", "fitted");
  json_object_set_string_member (object, "judge", path);
  json_object_set_object_member (object, "rendered", cli_tally_to_json (&clean));
  json_object_set_object_member (object, "spoiled", cli_tally_to_json (&spoiled));
  cli_say (cli, object, "%s\n%d unseen scenes as rendered: %s\nthe same, spoiled: %s", path, CHECKS, clean_text,
           spoiled_text);
  return TRUE;
}

static char *
witness_to_text (JsonObject *check)
{
  return g_strdup_printf ("tracks off by %.1f pixels of 64 (unrelated ones: %.1f), gait %.2f (unrelated: %.2f)",
                          json_object_get_double_member (check, "distance"),
                          json_object_get_double_member (check, "unrelated_distance"),
                          json_object_get_double_member (check, "gait"),
                          json_object_get_double_member (check, "unrelated_gait"));
}

/** cli_evaluate_make_witness: evaluate witness FILE: likewise. */
gboolean
cli_evaluate_make_witness (Cli *cli, GError **error)
{
  const char *path = get_file (cli, error);
  g_autoptr (WorldWitness) witness = NULL;
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *clean = NULL;
  g_autofree char *spoiled = NULL;
  guint shown = 0;

  if (path == NULL)
    return FALSE;
  witness = world_witness_new ();
  world_witness_fit (witness, WITNESS_LESSONS, LESSONS_SEED, learned_cb, &shown);
  bytes = world_witness_save (witness);
  if (!g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), error))
    return FALSE;
  json_object_set_string_member (object, "event", "fitted");
  json_object_set_string_member (object, "witness", path);
  json_object_set_object_member (object, "rendered", cli_evaluate_check_witness (witness, FALSE));
  json_object_set_object_member (object, "spoiled", cli_evaluate_check_witness (witness, TRUE));
  clean = witness_to_text (json_object_get_object_member (object, "rendered"));
  spoiled = witness_to_text (json_object_get_object_member (object, "spoiled"));
  cli_say (cli, object, "%s\n%d unseen pairs as rendered: %s\nthe same, spoiled: %s", path, CHECKS, clean, spoiled);
  return TRUE;
}
