/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-stale.h"

#include "ui/mage-identity.h"
#include "ui/mage-video-plan.h"

#include <glib/gi18n.h>

/*
 * What was trained and no longer fits what the project says. The parameter table tells what each
 * parameter makes stale; the run's own record tells whether it did.
 */

static gboolean
is_stale (MageTrainable *item)
{
  return mage_trainable_get_state (item) == MAGE_STALE;
}

static void
add_stale (GPtrArray *items, GListStore *list)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (MageTrainable) item = g_list_model_get_item (G_LIST_MODEL (list), i);

      if (is_stale (item))
        g_ptr_array_add (items, g_object_ref (item));
    }
}

/* A fusion is stale, too, once a subject in it is trained again. */
static gboolean
is_fusion_stale (MageProject *project, guint n_subjects)
{
  MageFusion *fusion = mage_project_get_fusion (project);
  MageRun *run = mage_trainable_get_run (MAGE_TRAINABLE (fusion));

  return run != NULL && mage_fusion_is_possible (fusion) && (n_subjects > 0 || is_stale (MAGE_TRAINABLE (fusion)));
}

/** mage_stale_list: Returns: (transfer full) (element-type MageTrainable): what has to be trained again, the fusion last */
GPtrArray *
mage_stale_list (MageProject *project)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean fuse;

  add_stale (items, mage_project_get_subjects (project));
  fuse = is_fusion_stale (project, items->len);
  add_stale (items, mage_project_get_motions (project));
  if (fuse)
    g_ptr_array_add (items, g_object_ref (mage_project_get_fusion (project)));
  return items;
}

static char *
dup_name (MageTrainable *item)
{
  if (MAGE_IS_FUSION (item))
    return g_strdup (_("the fusion"));
  return mage_trainable_dup_title (item);
}

/** mage_stale_dup_names: Returns: (transfer full): "<bear>, Riding and the fusion" */
char *
mage_stale_dup_names (GPtrArray *items)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < items->len; i++)
    {
      g_autofree char *name = dup_name (g_ptr_array_index (items, i));

      if (i > 0)
        g_string_append (list, i + 1 == items->len ? _(" and ") : ", ");
      g_string_append (list, name);
    }
  return g_string_free (g_steal_pointer (&list), FALSE);
}

/* --- why --- */

static MageStale
get_stale_kind (MageTrainable *item)
{
  if (MAGE_IS_SUBJECT (item))
    return MAGE_STALE_SUBJECT;
  return MAGE_IS_FUSION (item) ? MAGE_STALE_FUSION : MAGE_STALE_MOTION | MAGE_STALE_TOKEN;
}

/* Whether the run was begun with another value. */
static gboolean
differs (MageProject *project, MageTrainable *item, const MageParamInfo *info)
{
  MageRun *run = mage_trainable_get_run (item);
  JsonObject *params = run != NULL ? mage_run_get_params (run) : NULL;
  JsonNode *node = params != NULL ? json_object_get_member (params, info->key) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  /* More steps than the project asks for make nothing stale where somebody wanted them. */
  if (g_str_equal (info->key, mage_trainable_get_steps_key (item)) && mage_run_has_own_steps (run)
      && mage_run_get_n_steps (run) > (guint) mage_params_get_int (mage_project_get_params (project), info->key))
    return FALSE;
  if (info->type == MAGE_PARAM_INT || info->type == MAGE_PARAM_DOUBLE)
    {
      double now = info->type == MAGE_PARAM_INT ? (double) mage_params_get_int (mage_project_get_params (project), info->key)
                                                : mage_params_get_double (mage_project_get_params (project), info->key);

      return json_node_get_double (node) != now;
    }
  if (info->type == MAGE_PARAM_BOOL)
    return json_node_get_boolean (node) != mage_params_get_boolean (mage_project_get_params (project), info->key);
  return g_strcmp0 (json_node_get_string (node), mage_params_get_string (mage_project_get_params (project), info->key)) != 0;
}

/** mage_stale_list_by: Returns: (transfer full) (element-type MageTrainable): what was trained with another value of @info */
GPtrArray *
mage_stale_list_by (MageProject *project, const MageParamInfo *info)
{
  GPtrArray *items = mage_stale_list (project);

  for (guint i = items->len; i > 0; i--)
    {
      MageTrainable *item = g_ptr_array_index (items, i - 1);

      if ((info->stale & get_stale_kind (item)) == 0 || !differs (project, item, info))
        g_ptr_array_remove_index (items, i - 1);
    }
  return items;
}

/* --- doing something about it --- */

/** mage_stale_retrain: queues the training of what is stale, and of nothing else. */
void
mage_stale_retrain (MageSession *session)
{
  MageProject *project = mage_session_get_project (session);
  g_autoptr (GPtrArray) items = mage_stale_list (project);
  g_autoptr (MageVideoPlan) plan = mage_video_plan_new (session, project);

  for (guint i = 0; i < items->len; i++)
    {
      MageTrainable *item = g_ptr_array_index (items, i);

      if (MAGE_IS_FUSION (item))
        mage_video_plan_add_fusion (plan);
      else if (mage_session_find_job (session, item) == NULL)
        mage_video_plan_add_training (plan, item);
    }
  mage_video_plan_start (plan);
}
