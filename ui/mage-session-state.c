/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-session-state.h"

#include "ui/mage-session-work.h"

#include "project/mage-json.h"

/*
 * What the window remembers of a project, in window.json beside project.json: what was shown, and
 * which trainings and videos were under way. A file that is missing or damaged counts as empty.
 */

#define FILE_NAME "window.json"

/* Items are known by their word, motions, which have none, by their name. */
static const char *
get_id (MageTrainable *item)
{
  const char *token = mage_trainable_get_token (item);

  return token != NULL ? token : mage_trainable_get_name (item);
}

/** mage_session_state_find: Returns: (transfer none) (nullable): what is remembered as @id: a subject, a motion, or the fusion */
MageTrainable *
mage_session_state_find (MageProject *project, const char *id)
{
  MageTrainable *fusion = MAGE_TRAINABLE (mage_project_get_fusion (project));

  return g_strcmp0 (mage_trainable_get_name (fusion), id) == 0 ? fusion : mage_project_find (project, id);
}

/* What is trained in a trial, for one comparison, is no training of the project. */
static JsonArray *
list_unfinished (MageProject *project, GHashTable *jobs, const char *const *before)
{
  JsonArray *array = json_array_new ();
  GHashTableIter iter;
  gpointer job;
  gpointer item;

  g_hash_table_iter_init (&iter, jobs);
  while (g_hash_table_iter_next (&iter, &job, &item))
    if (mage_session_work_is_training (job) && MAGE_IS_TRAINABLE (item) && mage_session_state_find (project, get_id (item)) == item)
      json_array_add_string_element (array, get_id (item));
  for (guint i = 0; before[i] != NULL; i++)
    json_array_add_string_element (array, before[i]);
  return array;
}

/**
 * mage_session_state_write:
 * @jobs: what is queued or runs: MageJob → what it works on
 * @unfinished: what was under way before and has not been taken up again
 * @settings: of trainings under way, by their words or names: what is not as the project has it
 * @videos: (element-type JsonObject): that are asked for and not made
 */
gboolean
mage_session_state_write (MageProject *project, MagePlace place, MageTrainable *item, GHashTable *jobs,
                          const char *const *unfinished, JsonObject *settings, GPtrArray *videos, GError **error)
{
  JsonArray *asked = json_array_new ();
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *path = mage_project_dup_path (project, FILE_NAME);
  g_autoptr (GEnumClass) places = g_type_class_ref (MAGE_TYPE_PLACE);

  json_object_set_string_member (object, "place", g_enum_get_value (places, (int) place)->value_nick);
  if (item != NULL)
    json_object_set_string_member (object, "item", get_id (item));
  json_object_set_array_member (object, "unfinished", list_unfinished (project, jobs, unfinished));
  json_object_set_object_member (object, "settings", json_object_ref (settings));
  for (guint i = 0; i < videos->len; i++)
    json_array_add_object_element (asked, json_object_ref (g_ptr_array_index (videos, i)));
  json_object_set_array_member (object, "videos", asked);
  return mage_json_write_object (path, object, error);
}

static JsonNode *
read_file (MageProject *project)
{
  g_autofree char *path = mage_project_dup_path (project, FILE_NAME);
  g_autoptr (GError) error = NULL;
  JsonNode *node = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    node = mage_json_read (path, &error);
  if (error != NULL)
    g_info ("What the window showed is forgotten: %s", error->message);
  return node;
}

/**
 * mage_session_state_read_place:
 * @item: (out) (transfer none) (nullable): with %MAGE_PLACE_ITEM
 *
 * Returns: what was shown last; %MAGE_PLACE_NOTHING where that is unknown
 */
MagePlace
mage_session_state_read_place (MageProject *project, MageTrainable **item)
{
  g_autoptr (JsonNode) node = read_file (project);
  g_autoptr (GEnumClass) places = g_type_class_ref (MAGE_TYPE_PLACE);
  JsonObject *object = node != NULL ? json_node_get_object (node) : NULL;
  GEnumValue *value;

  *item = NULL;
  if (object == NULL)
    return MAGE_PLACE_NOTHING;
  value = g_enum_get_value_by_nick (places, mage_json_get_string (object, "place", ""));
  if (value == NULL)
    return MAGE_PLACE_NOTHING;
  if (value->value == MAGE_PLACE_ITEM)
    {
      *item = mage_project_find (project, mage_json_get_string (object, "item", ""));
      return *item != NULL ? MAGE_PLACE_ITEM : MAGE_PLACE_NOTHING;
    }
  return (MagePlace) value->value;
}

static const char *
get_text (JsonNode *node)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return "";
  return json_node_get_string (node);
}

/* The fusion is of what is trained, so it is the last. */
static int
compare_turns (gconstpointer a, gconstpointer b)
{
  MageTrainable *first = *(MageTrainable *const *) a;
  MageTrainable *second = *(MageTrainable *const *) b;
  int first_turn = MAGE_IS_FUSION (first) ? 2 : MAGE_IS_MOTION (first) ? 1 : 0;
  int second_turn = MAGE_IS_FUSION (second) ? 2 : MAGE_IS_MOTION (second) ? 1 : 0;

  return first_turn - second_turn;
}

/**
 * mage_session_state_dup_unfinished:
 *
 * Returns: (transfer full): the words or names of the trainings that were under way, in the order in which they can be done, whatever
 *   that of the file is
 */
GStrv
mage_session_state_dup_unfinished (MageProject *project)
{
  g_autoptr (JsonNode) node = read_file (project);
  JsonArray *array = node != NULL ? mage_json_get_array (json_node_get_object (node), "unfinished") : NULL;
  g_autoptr (JsonObject) settings = mage_session_state_dup_settings (project);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      const char *id = get_text (json_array_get_element (array, i));
      MageTrainable *item = mage_session_state_find (project, id);

      /* What is trained as the project says may have been trained for more. */
      if (item != NULL && (mage_trainable_get_state (item) != MAGE_TRAINED || mage_json_get_object (settings, id) != NULL)
          && !g_ptr_array_find (items, item, NULL))
        g_ptr_array_add (items, item);
    }
  g_ptr_array_sort (items, compare_turns);
  for (guint i = 0; i < items->len; i++)
    g_strv_builder_add (builder, get_id (g_ptr_array_index (items, i)));
  return g_strv_builder_end (builder);
}

/** mage_session_state_list_videos: Returns: (transfer full) (element-type JsonObject): the videos that were asked for and not made */
GPtrArray *
mage_session_state_list_videos (MageProject *project)
{
  g_autoptr (JsonNode) node = read_file (project);
  JsonArray *array = node != NULL ? mage_json_get_array (json_node_get_object (node), "videos") : NULL;
  GPtrArray *videos = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonObject *video = mage_json_get_element (array, i);

      if (video != NULL && *mage_json_get_string (video, "prompt", "") != '\0')
        g_ptr_array_add (videos, json_object_ref (video));
    }
  return videos;
}

/** mage_session_state_dup_settings: Returns: (transfer full): of the trainings that were under way, by their words or names: what was not as the project has it */
JsonObject *
mage_session_state_dup_settings (MageProject *project)
{
  g_autoptr (JsonNode) node = read_file (project);
  JsonObject *settings = node != NULL ? mage_json_get_object (json_node_get_object (node), "settings") : NULL;

  return settings != NULL ? json_object_ref (settings) : json_object_new ();
}
