/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-record-restorer.h"

#include "ui/mage-draft.h"

#include "project/mage-json.h"

#include <glib/gi18n.h>

/* Brings back what made an exported video, as far as this project has it, and says what it lacks. */

static gboolean
has_part (MageProject *project, JsonObject *part)
{
  const char *token = mage_json_get_string (part, "token", NULL);
  const char *name = mage_json_get_string (part, "name", "");

  return mage_project_find (project, token != NULL ? token : name) != NULL;
}

/* "<robot1>, <bear1>": the subjects and motions that the project does not know. */
static char *
dup_missing (MageProject *project, MageResult *record)
{
  JsonArray *parts = mage_result_get_ingredients (record);
  g_autoptr (GString) missing = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (parts); i++)
    {
      JsonObject *part = mage_json_get_element (parts, i);
      const char *role = part != NULL ? mage_json_get_string (part, "role", "") : "";

      if ((!g_str_equal (role, "subject") && !g_str_equal (role, "motion")) || has_part (project, part))
        continue;
      g_string_append_printf (missing, "%s%s", missing->len > 0 ? ", " : "",
                              mage_json_get_string (part, "token", mage_json_get_string (part, "name", "")));
    }
  return missing->len > 0 ? g_string_free (g_steal_pointer (&missing), FALSE) : NULL;
}

/**
 * mage_record_restore:
 * @record: what mage_result_record_read() found
 * @path: the file that it was found in
 *
 * Prompt, seed and settings become those of the video, in one step that can be undone, and Compose is shown.
 */
void
mage_record_restore (MageSession *session, MageResult *record, const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *missing = dup_missing (mage_session_get_project (session), record);
  g_autofree char *text = missing != NULL
                            ? g_strdup_printf (_("Settings of “%s” restored; this project lacks %s"), name, missing)
                            : g_strdup_printf (_("Settings of “%s” restored, with the seed locked"), name);

  mage_draft_restore (mage_draft_get (session), session, record);
  mage_session_show (session, MAGE_PLACE_COMPOSE);
  mage_session_toast_undo (session, text);
}
