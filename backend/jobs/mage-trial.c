/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-trial.h"

#include "project/mage-name.h"

/* A project tried out with other settings: what was trained that way before is found again by what it depends on. */

/* The complete run that an earlier trial made of the very same things. */
static void
adopt (MageProject *trial, MageTrainable *item)
{
  g_autofree char *mark = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *runs = NULL;
  g_autoptr (MageRun) run = NULL;

  mark = mage_project_dup_mark (trial, item, mage_project_get_params (trial));
  hash = mage_trainable_dup_hash (item, mage_project_get_params (trial), mark);
  /* One of more steps is taken only where there is none of as many as are asked for. */
  if (mage_trainable_get_state (item) == MAGE_TRAINED && g_str_equal (mage_run_get_hash (mage_trainable_get_run (item)), hash))
    return;
  runs = mage_project_dup_path (trial, "runs");
  run = mage_run_find (runs, mage_trainable_get_kind (item), hash);
  if (run == NULL || !mage_run_is_complete (run))
    return;
  mage_trainable_set_run (item, run);
  mage_project_refresh (trial);
}

static void
adopt_list (MageProject *trial, GListStore *list)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (MageTrainable) item = g_list_model_get_item (G_LIST_MODEL (list), i);

      adopt (trial, item);
    }
}

/** mage_trial_adopt: @trial: of mage_project_new_trial(), its parameters as they shall be: what was trained with them counts as trained. */
void
mage_trial_adopt (MageProject *trial)
{
  mage_project_refresh (trial);
  adopt_list (trial, mage_project_get_subjects (trial));
  adopt_list (trial, mage_project_get_motions (trial));
  if (mage_fusion_is_possible (mage_project_get_fusion (trial)))
    adopt (trial, MAGE_TRAINABLE (mage_project_get_fusion (trial)));
}

/**
 * mage_trial_new_for_params:
 * @params: all that makes subjects, motions or videos another is taken from them; the rest stays the project's
 *
 * Returns: (transfer full): a trial with them, with what was trained that way before
 */
MageProject *
mage_trial_new_for_params (MageProject *project, MageParams *params, GError **error)
{
  g_autoptr (MageProject) trial = mage_project_new_trial (project, error);
  guint n;
  const MageParamInfo *table = mage_param_table (&n);

  if (trial == NULL)
    return NULL;
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = mage_params_dup_text (params, table[i].key);

      if (table[i].stale != MAGE_STALE_NOTHING
          && !mage_params_set_text (mage_project_get_params (trial), table[i].key, text, error))
        return NULL;
    }
  mage_trial_adopt (trial);
  return g_steal_pointer (&trial);
}

static gboolean
is_fused (MageProject *trial, GStrv tokens)
{
  return g_strv_length (tokens) > 1
         && g_str_equal (mage_params_get_string (mage_project_get_params (trial), "fusion"), "fused");
}

/**
 * mage_trial_list_needed:
 * @motion: (nullable): the motion's name
 *
 * Returns: (transfer full) (element-type MageTrainable): whom a video needs, in the order in which they are trained: those that the
 *   prompt names, and all where they are fused; the motion; the fusion
 */
GPtrArray *
mage_trial_list_needed (MageProject *trial, const char *prompt, const char *motion)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto (GStrv) tokens = mage_token_find_all (prompt);
  GListModel *subjects = G_LIST_MODEL (mage_project_get_subjects (trial));
  MageTrainable *moves = motion != NULL ? mage_project_find (trial, motion) : NULL;

  for (guint i = 0; i < g_list_model_get_n_items (subjects); i++)
    {
      g_autoptr (MageTrainable) subject = g_list_model_get_item (subjects, i);

      if (is_fused (trial, tokens) || g_strv_contains ((const char *const *) tokens, mage_trainable_get_token (subject)))
        g_ptr_array_add (items, g_object_ref (subject));
    }
  if (MAGE_IS_MOTION (moves))
    g_ptr_array_add (items, g_object_ref (moves));
  if (is_fused (trial, tokens))
    g_ptr_array_add (items, g_object_ref (mage_project_get_fusion (trial)));
  return items;
}
