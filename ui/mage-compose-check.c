/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-compose-check.h"

#include "project/mage-name.h"

#include <glib/gi18n.h>

/* What stands between a prompt and its video, in words. */

static gboolean
is_usable (MageTrainable *item)
{
  MageRun *run = mage_trainable_get_run (item);

  return run != NULL && mage_run_is_complete (run);
}

static void
add (GPtrArray *untrained, GPtrArray *names, MageTrainable *item)
{
  const char *token = mage_trainable_get_token (item);

  if (is_usable (item))
    return;
  g_ptr_array_add (untrained, g_object_ref (item));
  g_ptr_array_add (names, (gpointer) (token != NULL ? token : mage_trainable_get_name (item)));
}

static char *
join (GPtrArray *names)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < names->len; i++)
    {
      if (i > 0)
        g_string_append (list, i + 1 == names->len ? _(" and ") : ", ");
      g_string_append (list, g_ptr_array_index (names, i));
    }
  return g_string_free (g_steal_pointer (&list), FALSE);
}

/**
 * mage_compose_check:
 * @motion: (nullable)
 * @untrained: (element-type MageTrainable): what has to be trained first is added
 *
 * Returns: (transfer full) (nullable): what is missing for a video of @prompt; NULL when nothing is
 */
char *
mage_compose_check (MageProject *project, const char *prompt, MageMotion *motion, GPtrArray *untrained)
{
  g_auto (GStrv) tokens = mage_token_find_all (prompt);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *list = NULL;

  for (guint i = 0; tokens[i] != NULL; i++)
    {
      MageTrainable *item = mage_project_find (project, tokens[i]);

      if (!MAGE_IS_SUBJECT (item))
        return g_strdup_printf (_("No subject of this project has the word %s"), tokens[i]);
      add (untrained, names, item);
    }
  if (motion != NULL)
    add (untrained, names, MAGE_TRAINABLE (motion));
  if (names->len == 0)
    return NULL;
  list = join (names);
  return g_strdup_printf (ngettext ("%s is not trained yet", "%s are not trained yet", names->len), list);
}
