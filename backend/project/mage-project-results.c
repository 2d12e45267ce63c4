/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-project-private.h"

#include <string.h>

/*
 * The videos of a project. One that is deleted leaves the list and is marked in its folder at once; the folder itself goes when
 * no step of undo leads back to it (MageHistory), at the latest when the project is opened next.
 */

static int
compare_results (gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp (mage_result_get_created ((MageResult *) a), mage_result_get_created ((MageResult *) b));
}

/* In its place by time, among what is there or among what was deleted. */
void
mage_project_insert_result (MageProject *self, MageResult *result)
{
  g_list_store_insert_sorted (mage_result_get_deleted (result) ? self->deleted : self->results, result, compare_results, NULL);
}

/** mage_project_find_result: @id: (nullable): NULL for the newest. Returns: (transfer none) (nullable) */
MageResult *
mage_project_find_result (MageProject *self, const char *id)
{
  GListModel *results = G_LIST_MODEL (self->results);

  for (guint i = g_list_model_get_n_items (results); i > 0; i--)
    {
      g_autoptr (MageResult) result = g_list_model_get_item (results, i - 1);

      if (id == NULL || g_str_equal (mage_result_get_id (result), id))
        return result;
    }
  return NULL;
}

/**
 * mage_project_find_next_result:
 * @result: (nullable)
 *
 * Returns: (transfer none) (nullable): the video that @result branched from, or else the newest other one
 */
MageResult *
mage_project_find_next_result (MageProject *self, MageResult *result)
{
  GListModel *results = G_LIST_MODEL (self->results);
  const char *id = result != NULL ? mage_result_get_parent (result, NULL) : NULL;
  MageResult *parent = id != NULL ? mage_project_find_result (self, id) : NULL;

  if (parent != NULL)
    return parent;
  for (guint i = g_list_model_get_n_items (results); i > 0; i--)
    {
      g_autoptr (MageResult) other = g_list_model_get_item (results, i - 1);

      if (other != result)
        return other;
    }
  return NULL;
}

gboolean
mage_project_has_result (MageProject *self, MageResult *result)
{
  return g_list_store_find (self->results, result, NULL);
}

/** mage_project_is_deleted: whether @result was deleted and can still be taken back. */
gboolean
mage_project_is_deleted (MageProject *self, MageResult *result)
{
  return g_list_store_find (self->deleted, result, NULL);
}

/** mage_project_delete_result: takes a video out; its files stay until mage_project_remove_deleted(). */
gboolean
mage_project_delete_result (MageProject *self, MageResult *result, GError **error)
{
  g_autoptr (MageResult) kept = g_object_ref (result);

  if (!mage_result_set_deleted (result, TRUE, error))
    return FALSE;
  /* First there, so that whoever hears that it is gone can find out where to. */
  if (!mage_project_is_deleted (self, result))
    mage_project_insert_result (self, result);
  mage_project_take_from (self->results, kept);
  return TRUE;
}

/** mage_project_take_back_result: puts a video that was deleted where it was. */
gboolean
mage_project_take_back_result (MageProject *self, MageResult *result, GError **error)
{
  g_autoptr (MageResult) kept = g_object_ref (result);

  if (!mage_result_set_deleted (result, FALSE, error))
    return FALSE;
  if (mage_project_take_from (self->deleted, kept))
    mage_project_insert_result (self, kept);
  return TRUE;
}

/** mage_project_remove_deleted: @result: (nullable): removes the folder of a deleted video for good, or of all; nobody undoes that. */
void
mage_project_remove_deleted (MageProject *self, MageResult *result)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->deleted)); i > 0; i--)
    {
      g_autoptr (MageResult) deleted = g_list_model_get_item (G_LIST_MODEL (self->deleted), i - 1);

      if (result != NULL && deleted != result)
        continue;
      g_list_store_remove (self->deleted, i - 1);
      mage_result_discard (deleted);
    }
}
