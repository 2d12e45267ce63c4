/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-result-record.h"

#include "project/mage-json.h"

#include <string.h>

/*
 * The record of how a video was made, as it travels inside the exported file: one line of JSON with a mark of ours. What
 * only means something on the machine that made it (folders) stays there.
 */

#define MARK "videomage"
#define VERSION 1

/* A parameter that names a folder of this machine. */
static gboolean
is_local (const char *key)
{
  return g_str_has_suffix (key, "_dir");
}

static JsonObject *
dup_portable_params (JsonObject *params)
{
  JsonObject *portable = json_object_new ();
  g_autoptr (GList) names = json_object_get_members (params);

  for (GList *l = names; l != NULL; l = l->next)
    if (!is_local (l->data))
      json_object_set_member (portable, l->data, json_node_copy (json_object_get_member (params, l->data)));
  return portable;
}

/** mage_result_record_write: Returns: (transfer full): the record of @result */
char *
mage_result_record_write (MageResult *result)
{
  g_autoptr (JsonObject) object = mage_result_to_json (result);
  const char *model = mage_result_get_model (result);

  json_object_set_int_member (object, MARK, VERSION);
  json_object_remove_member (object, "video");
  json_object_remove_member (object, "starred");
  json_object_set_object_member (object, "params", dup_portable_params (mage_json_get_object (object, "params")));
  if (model != NULL)
    {
      g_autofree char *name = g_path_get_basename (model);

      json_object_set_string_member (object, "model", name);
    }
  return mage_json_to_line (object);
}

/**
 * mage_result_record_read:
 * @text: (nullable): the comment of any file
 *
 * Returns: (transfer full) (nullable): what made it, without files of its own; NULL where @text is no record of ours
 */
MageResult *
mage_result_record_read (const char *text)
{
  g_autoptr (JsonNode) node = NULL;

  if (text == NULL || strstr (text, "\"" MARK "\"") == NULL)
    return NULL;
  node = mage_json_parse ("", text, strlen (text), NULL);
  if (node == NULL || mage_json_get_int (json_node_get_object (node), MARK, 0) < 1)
    return NULL;
  return mage_result_parse (NULL, json_node_get_object (node), NULL);
}
