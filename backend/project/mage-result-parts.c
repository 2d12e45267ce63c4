/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-result-parts.h"

#include "project/mage-json.h"

/* Who takes part in a video: what its record says of subjects and motion. */

static gboolean
is_motion (JsonObject *part)
{
  return g_str_equal (mage_json_get_string (part, "role", ""), "motion");
}

/**
 * mage_result_find_part:
 * @motion: whether a motion is meant, and no subject
 * @name: (nullable): a motion's name, a subject's token; NULL: the first
 *
 * Returns: (transfer none) (nullable): what the record says of it
 */
JsonObject *
mage_result_find_part (MageResult *result, gboolean motion, const char *name)
{
  JsonArray *parts = mage_result_get_ingredients (result);

  for (guint i = 0; i < json_array_get_length (parts); i++)
    {
      JsonObject *part = mage_json_get_element (parts, i);

      if (part != NULL && is_motion (part) == motion
          && (name == NULL || g_str_equal (mage_json_get_string (part, motion ? "name" : "token", ""), name)))
        return part;
    }
  return NULL;
}

/** mage_result_find_motion: Returns: (transfer none): the motion's name, "" for none */
const char *
mage_result_find_motion (MageResult *result)
{
  JsonObject *part = mage_result_find_part (result, TRUE, NULL);

  return part != NULL ? mage_json_get_string (part, "name", "") : "";
}

gboolean
mage_result_has_subject (MageResult *result, const char *token)
{
  return mage_result_find_part (result, FALSE, token) != NULL;
}

/** mage_result_dup_tokens: Returns: (transfer full): the words of its subjects */
GStrv
mage_result_dup_tokens (MageResult *result)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *parts = mage_result_get_ingredients (result);

  for (guint i = 0; i < json_array_get_length (parts); i++)
    {
      JsonObject *part = mage_json_get_element (parts, i);
      const char *token = part != NULL && !is_motion (part) ? mage_json_get_string (part, "token", NULL) : NULL;

      if (token != NULL)
        g_strv_builder_add (builder, token);
    }
  return g_strv_builder_end (builder);
}
