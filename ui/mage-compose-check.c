/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-compose-check.h"

#include "ui/mage-identity.h"
#include "ui/mage-parts.h"

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
  g_ptr_array_add (names, token != NULL ? g_strdup (token) : mage_identity_dup_title (item));
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

static gboolean
need_fusion (MageProject *project, GStrv tokens)
{
  return g_strv_length (tokens) > 1
         && g_str_equal (mage_params_get_string (mage_project_get_params (project), "fusion"), "fused");
}

/** mage_compose_needs_fusion: whether the subjects of @prompt have to be fused for it, once they are trained. */
gboolean
mage_compose_needs_fusion (MageProject *project, const char *prompt)
{
  g_auto (GStrv) tokens = mage_token_find_all (prompt);

  return need_fusion (project, tokens);
}

/* Whether all of @tokens are in a fusion that can be used, or need none. */
static gboolean
are_joined (MageProject *project, GStrv tokens)
{
  MageFusion *fusion = mage_project_get_fusion (project);

  if (!need_fusion (project, tokens))
    return TRUE;
  if (!is_usable (MAGE_TRAINABLE (fusion)))
    return FALSE;
  for (guint i = 0; tokens[i] != NULL; i++)
    if (!mage_fusion_holds (fusion, tokens[i]))
      return FALSE;
  return TRUE;
}

/**
 * mage_compose_check:
 * @motion: (nullable)
 * @untrained: (element-type MageTrainable): what has to be trained first is added
 * @words: (out) (transfer full) (nullable): what is missing, for the user; NULL when nothing is
 */
MageComposeNeed
mage_compose_check (MageProject *project, const char *prompt, MageMotion *motion, GPtrArray *untrained, char **words)
{
  g_auto (GStrv) tokens = mage_token_find_all (prompt);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) subjects = g_ptr_array_new ();
  g_autofree char *list = NULL;

  *words = NULL;
  for (guint i = 0; tokens[i] != NULL; i++)
    {
      MageTrainable *item = mage_project_find (project, tokens[i]);

      if (!MAGE_IS_SUBJECT (item))
        {
          *words = g_strdup_printf (_("No subject of this project has the word %s"), tokens[i]);
          return MAGE_COMPOSE_WORD;
        }
      add (untrained, names, item);
      g_ptr_array_add (subjects, tokens[i]);
    }
  if (motion != NULL)
    add (untrained, names, MAGE_TRAINABLE (motion));
  if (names->len > 0)
    {
      list = join (names);
      *words = g_strdup_printf (ngettext ("%s is not trained yet", "%s are not trained yet", names->len), list);
      return MAGE_COMPOSE_TRAIN;
    }
  if (are_joined (project, tokens))
    return MAGE_COMPOSE_READY;
  list = join (subjects);
  *words = g_strdup_printf (_("%s have not learned to appear together yet"), list);
  return MAGE_COMPOSE_FUSE;
}

/**
 * mage_compose_propose:
 * @motion: (nullable): whose parts are played; NULL for the first
 *
 * Returns: (transfer full) (nullable): a prompt to begin with: what the motion shows, with the
 *   project's subjects in the parts; NULL while there is nothing
 */
char *
mage_compose_propose (MageProject *project, MageMotion *motion)
{
  g_autoptr (MageMotion) first_motion = g_list_model_get_item (G_LIST_MODEL (mage_project_get_motions (project)), 0);
  g_autoptr (MageTrainable) first = g_list_model_get_item (G_LIST_MODEL (mage_project_get_subjects (project)), 0);

  if (motion == NULL)
    motion = first_motion;
  if (motion != NULL)
    return mage_parts_compose (project, motion);
  /* Translators: the shortest prompt; %s is a subject's word, "<toy>" */
  return first != NULL ? g_strdup_printf (_("a %s"), mage_trainable_get_token (first)) : NULL;
}
