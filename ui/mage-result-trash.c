/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-result-trash.h"

/*
 * Videos that were deleted and can still be taken back. Their files go when the offer ends, or with
 * the session; until then they are only hidden.
 */

struct _MageResultTrash
{
  GObject parent_instance;

  MageProject *project;
  GPtrArray *results;
};

G_DEFINE_FINAL_TYPE (MageResultTrash, mage_result_trash, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
mage_result_trash_finalize (GObject *object)
{
  MageResultTrash *self = MAGE_RESULT_TRASH (object);

  while (self->results->len > 0)
    mage_result_trash_empty (self, g_ptr_array_index (self->results, 0));
  g_ptr_array_unref (self->results);
  g_clear_object (&self->project);
  G_OBJECT_CLASS (mage_result_trash_parent_class)->finalize (object);
}

static void
mage_result_trash_class_init (MageResultTrashClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mage_result_trash_finalize;
  /** MageResultTrash::changed: a video came or went. */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mage_result_trash_init (MageResultTrash *self)
{
  self->results = g_ptr_array_new_with_free_func (g_object_unref);
}

/** mage_result_trash_get: Returns: (transfer none): that of a session's project */
MageResultTrash *
mage_result_trash_get (MageSession *session)
{
  static GQuark quark = 0;
  MageResultTrash *self;

  if (quark == 0)
    quark = g_quark_from_static_string ("mage-result-trash");
  self = g_object_get_qdata (G_OBJECT (session), quark);
  if (self != NULL)
    return self;
  self = g_object_new (MAGE_TYPE_RESULT_TRASH, NULL);
  self->project = g_object_ref (mage_session_get_project (session));
  g_object_set_qdata_full (G_OBJECT (session), quark, self, g_object_unref);
  return self;
}

gboolean
mage_result_trash_has (MageResultTrash *self, MageResult *result)
{
  return g_ptr_array_find (self->results, result, NULL);
}

/** mage_result_trash_is_left: whether the project has @result, and it is not deleted. */
gboolean
mage_result_trash_is_left (MageResultTrash *self, MageResult *result)
{
  return g_list_store_find (mage_project_get_results (self->project), result, NULL) && !mage_result_trash_has (self, result);
}

/**
 * mage_result_trash_find_next:
 * @result: (nullable)
 *
 * Returns: (transfer none) (nullable): the video that @result branched from, or else the newest other one, of those that are left
 */
MageResult *
mage_result_trash_find_next (MageResultTrash *self, MageResult *result)
{
  GListModel *results = G_LIST_MODEL (mage_project_get_results (self->project));
  const char *id = result != NULL ? mage_result_get_parent (result, NULL) : NULL;
  MageResult *parent = id != NULL ? mage_project_find_result (self->project, id) : NULL;

  if (parent != NULL && mage_result_trash_is_left (self, parent))
    return parent;
  for (guint i = g_list_model_get_n_items (results); i > 0; i--)
    {
      g_autoptr (MageResult) other = g_list_model_get_item (results, i - 1);

      if (other != result && mage_result_trash_is_left (self, other))
        return other;
    }
  return NULL;
}

/** mage_result_trash_put: hides @result. */
void
mage_result_trash_put (MageResultTrash *self, MageResult *result)
{
  if (mage_result_trash_has (self, result))
    return;
  g_ptr_array_add (self->results, g_object_ref (result));
  g_signal_emit (self, signals[CHANGED], 0);
}

/** mage_result_trash_take_back: Returns: whether it was still there */
gboolean
mage_result_trash_take_back (MageResultTrash *self, MageResult *result)
{
  if (!g_ptr_array_remove (self->results, result))
    return FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
  return TRUE;
}

/** mage_result_trash_empty: removes @result for good, unless it was taken back. */
void
mage_result_trash_empty (MageResultTrash *self, MageResult *result)
{
  g_autoptr (MageResult) kept = g_object_ref (result);

  if (g_ptr_array_remove (self->results, result))
    mage_project_remove_result (self->project, kept);
}
