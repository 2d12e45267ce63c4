/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli.h"

#include "app/cli-weights.h"
#include "jobs/mage-report-job.h"
#include "project/mage-json.h"
#include "project/mage-result-record.h"
#ifdef HAVE_MEDIA
#include "media/clip-comment.h"
#endif

#include <string.h>

/* inspect: says what a project, a model folder or a weights file holds, and what made an exported video. */

static const CliOption options[] = {
  { "load", CLI_OPTION_FLAG, NULL, "of a model: load it, and say what the engine makes of it" },
  { NULL }
};

static JsonObject *
describe_trainable (MageTrainable *item)
{
  JsonObject *object = json_object_new ();
  MageRun *run = mage_trainable_get_run (item);
  g_autofree char *state = mage_trainable_dup_state_text (item);

  json_object_set_string_member (object, "name", mage_trainable_get_name (item));
  if (mage_trainable_get_token (item) != NULL)
    json_object_set_string_member (object, "token", mage_trainable_get_token (item));
  if (mage_trainable_get_superclass (item) != NULL)
    json_object_set_string_member (object, "superclass", mage_trainable_get_superclass (item));
  json_object_set_string_member (object, "state", state);
  if (run != NULL)
    {
      json_object_set_string_member (object, "run", mage_run_get_dir (run));
      json_object_set_int_member (object, "step", mage_run_get_step (run));
      json_object_set_int_member (object, "steps", mage_run_get_n_steps (run));
    }
  return object;
}

static JsonArray *
describe_list (GListModel *list)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (MageTrainable) item = g_list_model_get_item (list, i);
      JsonObject *object = describe_trainable (item);

      if (MAGE_IS_SUBJECT (item))
        {
          g_autofree char *prompt = mage_subject_dup_prompt (MAGE_SUBJECT (item));
          GListModel *pictures = G_LIST_MODEL (mage_subject_get_pictures (MAGE_SUBJECT (item)));

          json_object_set_string_member (object, "prompt", prompt);
          json_object_set_int_member (object, "pictures", g_list_model_get_n_items (pictures));
        }
      if (MAGE_IS_MOTION (item))
        {
          json_object_set_string_member (object, "caption", mage_motion_get_caption (MAGE_MOTION (item)));
          json_object_set_array_member (object, "things",
                                        describe_list (G_LIST_MODEL (mage_motion_get_things (MAGE_MOTION (item)))));
        }
      json_array_add_object_element (array, object);
    }
  return array;
}

/* All subjects together; with one there is nothing to fuse. */
static void
add_fusion (JsonObject *object, MageProject *project)
{
  MageFusion *fusion = mage_project_get_fusion (project);

  if (mage_fusion_is_possible (fusion) || mage_trainable_get_run (MAGE_TRAINABLE (fusion)) != NULL)
    json_object_set_object_member (object, "fusion", describe_trainable (MAGE_TRAINABLE (fusion)));
}

static JsonArray *
describe_results (MageProject *project)
{
  GListModel *results = G_LIST_MODEL (mage_project_get_results (project));
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (results); i++)
    {
      g_autoptr (MageResult) result = g_list_model_get_item (results, i);
      g_autofree char *video = mage_result_dup_path (result, MAGE_RESULT_VIDEO);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "id", mage_result_get_id (result));
      json_object_set_string_member (object, "prompt", mage_result_get_prompt (result));
      json_object_set_string_member (object, "created", mage_result_get_created (result));
      json_object_set_int_member (object, "seed", mage_params_get_int (mage_result_get_params (result), "seed"));
      json_object_set_string_member (object, "video", video);
      json_array_add_object_element (array, object);
    }
  return array;
}

static JsonObject *
describe_project (Cli *cli, GError **error)
{
  g_autoptr (MageProject) project = cli_open_project (cli, FALSE, error);
  g_autofree char *prior = NULL;
  g_autoptr (GError) missing = NULL;
  JsonObject *object;

  if (project == NULL)
    return NULL;
  object = json_object_new ();
  prior = mage_project_dup_prior_dir (project);
  json_object_set_string_member (object, "project", mage_project_get_folder (project));
  json_object_set_string_member (object, "model", mage_project_get_model_dir (project));
  if (!mage_project_check_model (project, &missing))
    json_object_set_string_member (object, "model_problem", missing->message);
  if (prior != NULL)
    json_object_set_string_member (object, "prior", prior);
  json_object_set_array_member (object, "subjects", describe_list (G_LIST_MODEL (mage_project_get_subjects (project))));
  add_fusion (object, project);
  json_object_set_array_member (object, "motions", describe_list (G_LIST_MODEL (mage_project_get_motions (project))));
  json_object_set_array_member (object, "results", describe_results (project));
  json_object_set_object_member (object, "params", mage_params_to_json (mage_project_get_params (project), TRUE));
  return object;
}

/* What the engine says after loading the model. */
static gboolean
add_loaded (Cli *cli, JsonObject *object, const char *folder, GError **error)
{
  g_autoptr (MageParams) params = mage_params_new ();
  g_autoptr (MageReportJob) job = mage_report_job_new_describe (folder, params);
  g_autoptr (JsonNode) node = NULL;

  if (!cli_run_job (cli, MAGE_JOB (job), error))
    return FALSE;
  node = json_from_string (mage_report_job_get_report (job), error);
  if (node == NULL)
    return FALSE;
  json_object_set_member (object, "loaded", g_steal_pointer (&node));
  return TRUE;
}

static gboolean
add_file (JsonObject *object, const char *member, const char *folder, const char *file, GError **error)
{
  g_autofree char *path = g_build_filename (folder, file, NULL);
  JsonNode *node;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  node = mage_json_read (path, error);
  if (node == NULL)
    return FALSE;
  json_object_set_member (object, member, node);
  return TRUE;
}

static JsonObject *
describe_model (Cli *cli, const char *folder, GError **error)
{
  g_autoptr (JsonObject) object = json_object_new ();

  if (!mage_model_dir_check (folder, error))
    return NULL;
  json_object_set_string_member (object, "model", folder);
  if (!add_file (object, "videomage", folder, "videomage.json", error)
      || !add_file (object, "unet", folder, "unet/config.json", error)
      || !add_file (object, "vae", folder, "vae/config.json", error)
      || !add_file (object, "text_encoder", folder, "text_encoder/config.json", error)
      || !add_file (object, "scheduler", folder, "scheduler/scheduler_config.json", error))
    return NULL;
  if (cli_args_get (cli->args, "load") != NULL && !add_loaded (cli, object, folder, error))
    return NULL;
  return g_steal_pointer (&object);
}

/* What made a video that was exported; NULL where the file does not say. */
static JsonObject *
describe_record (const char *path)
{
#ifdef HAVE_MEDIA
  g_autofree char *comment = clip_read_comment (path, NULL);
  g_autoptr (MageResult) result = mage_result_record_read (comment);
  g_autoptr (JsonNode) node = result != NULL ? mage_json_parse (path, comment, strlen (comment), NULL) : NULL;

  return node != NULL ? mage_json_dup_object (json_node_get_object (node)) : NULL;
#else
  return NULL;
#endif
}

static JsonObject *
describe (Cli *cli, const char *path, GError **error)
{
  g_autofree char *project = g_build_filename (path, "project.json", NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no “%s”", path);
      return NULL;
    }
  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      JsonObject *record = describe_record (path);

      return record != NULL ? record : cli_weights_describe (path, error);
    }
  if (g_file_test (project, G_FILE_TEST_EXISTS) || g_str_has_suffix (path, ".mage"))
    return describe_project (cli, error);
  return describe_model (cli, path, error);
}

/* For people: "key: value" with lists and objects indented. */
static void
print_node (const char *key, JsonNode *node, guint depth)
{
  g_autofree char *indent = g_strnfill (2 * depth, ' ');
  g_autofree char *text = NULL;

  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      g_autoptr (GList) names = json_object_get_members (json_node_get_object (node));

      g_print ("%s%s:\n", indent, key);
      for (GList *l = names; l != NULL; l = l->next)
        print_node (l->data, json_object_get_member (json_node_get_object (node), l->data), depth + 1);
      return;
    }
  if (JSON_NODE_HOLDS_ARRAY (node) && json_array_get_length (json_node_get_array (node)) > 0
      && JSON_NODE_HOLDS_OBJECT (json_array_get_element (json_node_get_array (node), 0)))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        print_node (key, json_array_get_element (array, i), depth);
      return;
    }
  text = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
           ? g_strdup (json_node_get_string (node)) : json_to_string (node, FALSE);
  g_print ("%s%s: %s\n", indent, key, text);
}

static gboolean
run (Cli *cli, GError **error)
{
  g_autoptr (JsonObject) object = describe (cli, cli_args_get_place (cli->args, 0), error);
  g_autoptr (GList) names = NULL;

  if (object == NULL)
    return FALSE;
  if (cli->json)
    {
      cli_say (cli, object, "%s", "");
      return TRUE;
    }
  names = json_object_get_members (object);
  for (GList *l = names; l != NULL; l = l->next)
    print_node (l->data, json_object_get_member (object, l->data), 0);
  return TRUE;
}

const CliCommand cli_inspect_command = {
  "inspect", "P.mage | MODEL_DIR | FILE.safetensors | VIDEO",
  "Says what a project, a model folder or a weights file holds, and what made a video that export wrote.",
  { 1, 1 }, options, 0, run
};
