/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-media.h"

#include "jobs/mage-import.h"
#include "project/mage-json.h"

/*
 * demo: renders the sample project: two subjects and a motion that come with the program, trained
 * briefly, then one video. It shows that everything works, in a few minutes on two cores.
 */

/* Of the sample material, and what they do together. */
static const char *const subject_names[] = { "pink_bear", "teal_robot" };
#define MOTION_NAME "person_riding_horse"
#define PROMPT "a <bear1> is riding a <robot1> on the beach"

/* Fewer than the paper's 300, for a first look. */
#define ITERATIONS 100
#define TOKEN_ITERATIONS 60

#define DEFAULT_PROJECT "Sample.mage"

static const CliOption options[] = {
  { "output", CLI_OPTION_VALUE, "FILE", "also write the video here (.mp4 or .webm)" },
  { "project", CLI_OPTION_VALUE, "P.mage", "where the project goes; without it into the user's data folder" },
  { NULL }
};

/* The entry of a list in the sample material by its name. */
static JsonObject *
find_entry (JsonNode *list, const char *name)
{
  JsonArray *array = mage_json_get_array (json_node_get_object (list), "items");

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonObject *entry = mage_json_get_element (array, i);

      if (entry != NULL && g_str_equal (mage_json_get_string (entry, "name", ""), name))
        return entry;
    }
  return NULL;
}

/* The lists are arrays on disk; here they are the member "items" of an object. */
static JsonNode *
read_list (const char *name, GError **error)
{
  g_autofree char *path = cli_data_path (name);
  g_autofree char *text = NULL;
  g_autofree char *wrapped = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return NULL;
  wrapped = g_strdup_printf ("{\"items\":%s}", text);
  return json_from_string (wrapped, error);
}

static char *
sample_path (JsonObject *entry, const char *key)
{
  g_autofree char *folder = cli_data_path ("sample");

  return g_build_filename (folder, mage_json_get_string (entry, key, ""), NULL);
}

static gboolean
set_missing (GError **error, const char *name)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               "The sample material has no “%s”: install VideoMage again", name);
  return FALSE;
}

static gboolean
import_subject (MageProject *project, JsonNode *list, const char *name, GError **error)
{
  JsonObject *entry = find_entry (list, name);
  JsonArray *images = entry != NULL ? mage_json_get_array (entry, "images") : NULL;
  MageSubject *subject;

  if (images == NULL)
    return set_missing (error, name);
  subject = mage_project_add_subject (project, name, mage_json_get_string (entry, "token", NULL),
                                      mage_json_get_string (entry, "superclass", NULL), error);
  for (guint i = 0; subject != NULL && i < json_array_get_length (images); i++)
    {
      JsonObject *image = mage_json_get_element (images, i);
      g_autofree char *path = sample_path (image, "image");
      g_autofree char *mask = sample_path (image, "mask");

      if (!mage_import_picture (project, subject, path, mask, error))
        return FALSE;
    }
  return subject != NULL;
}

/* The sample's motions are meant as a whole. */
static double
clip_length (JsonObject *entry)
{
  return mage_json_get_double (entry, "frames", 0) / MAX (mage_json_get_double (entry, "fps", 1), 1);
}

static gboolean
import_motion (MageProject *project, JsonNode *list, GError **error)
{
  JsonObject *entry = find_entry (list, MOTION_NAME);
  JsonArray *things = entry != NULL ? mage_json_get_array (entry, "subjects") : NULL;
  g_autofree char *path = NULL;
  MageMotion *motion;

  if (things == NULL)
    return set_missing (error, MOTION_NAME);
  path = sample_path (entry, "file");
  motion = mage_import_motion (project, path, MOTION_NAME, mage_json_get_string (entry, "caption", NULL),
                               0, clip_length (entry), error);
  if (motion == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (things); i++)
    {
      JsonObject *thing = mage_json_get_element (things, i);
      g_autofree char *mask = sample_path (thing, "mask_first_frame");

      if (mage_import_thing (project, motion, mage_json_get_string (thing, "word", NULL), mask, 0, error) == NULL)
        return FALSE;
    }
  return TRUE;
}

/* What the project still lacks of the sample; an interrupted beginning is completed. */
static gboolean
fill (MageProject *project, GError **error)
{
  g_autoptr (JsonNode) subjects = read_list ("sample/subjects/subjects.json", error);
  g_autoptr (JsonNode) motions = subjects != NULL ? read_list ("sample/motions/motions.json", error) : NULL;
  MageParams *params = mage_project_get_params (project);

  if (motions == NULL)
    return FALSE;
  if (!mage_params_set_int (params, "iterations", ITERATIONS, error)
      || !mage_params_set_int (params, "token_iterations", TOKEN_ITERATIONS, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (subject_names); i++)
    if (mage_project_find (project, subject_names[i]) == NULL
        && !import_subject (project, subjects, subject_names[i], error))
      return FALSE;
  if (mage_project_find (project, MOTION_NAME) == NULL && !import_motion (project, motions, error))
    return FALSE;
  return mage_project_save (project, error);
}

static MageProject *
open_sample (Cli *cli, GError **error)
{
  const char *given = cli_args_get (cli->args, "project");
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "videomage", DEFAULT_PROJECT, NULL);
  const char *folder = given != NULL ? given : usual;
  g_autofree char *model = cli_data_path (CLI_BUILTIN_MODEL);
  g_autoptr (MageProject) project = NULL;

  if (g_file_test (folder, G_FILE_TEST_EXISTS))
    project = mage_project_open (folder, model, error);
  else
    project = mage_project_create (folder, NULL, model, error);
  if (project == NULL || !mage_project_lock (project, error) || !fill (project, error))
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
      || !mage_sample_job_choose_motion (project, MOTION_NAME, &motion, error))
    return FALSE;
  result = cli_sample (cli, project, PROMPT, motion, mage_project_get_params (project), error);
  if (result == NULL || (output != NULL && !cli_export (cli, result, output, format, 1, error)))
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
