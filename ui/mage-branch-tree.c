/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-branch-tree.h"

#include <glib/gi18n.h>

/* Results that branched from one another, as a tree: which ones, in which order, and what each changed. */

/* No tree of a person is deeper; one that is points at itself. */
#define DEEPEST 64

/** mage_branch_find: Returns: (transfer none) (nullable): the result of that id, which @results holds */
MageResult *
mage_branch_find (GListModel *results, const char *id)
{
  for (guint i = 0; id != NULL && i < g_list_model_get_n_items (results); i++)
    {
      g_autoptr (MageResult) result = g_list_model_get_item (results, i);

      if (g_str_equal (mage_result_get_id (result), id))
        return result; /* the model keeps it */
    }
  return NULL;
}

static MageResult *
find_root (GListModel *results, MageResult *member)
{
  for (guint i = 0; i < DEEPEST; i++)
    {
      MageResult *parent = mage_branch_find (results, mage_result_get_parent (member, NULL));

      if (parent == NULL)
        break;
      member = parent;
    }
  return member;
}

static void
add (GArray *branches, GListModel *results, MageResult *result, guint depth)
{
  MageBranch branch = { g_object_ref (result), depth };

  g_array_append_val (branches, branch);
  for (guint i = 0; depth < DEEPEST && i < g_list_model_get_n_items (results); i++)
    {
      g_autoptr (MageResult) other = g_list_model_get_item (results, i);

      if (other != result && g_strcmp0 (mage_result_get_parent (other, NULL), mage_result_get_id (result)) == 0)
        add (branches, results, other, depth + 1);
    }
}

static void
branch_clear (gpointer data)
{
  g_object_unref (((MageBranch *) data)->result);
}

/** mage_branch_tree_list: Returns: (transfer full) (element-type MageBranch): all that hangs together with @member, parents first */
GArray *
mage_branch_tree_list (GListModel *results, MageResult *member)
{
  GArray *branches = g_array_new (FALSE, FALSE, sizeof (MageBranch));

  g_array_set_clear_func (branches, branch_clear);
  add (branches, results, find_root (results, member), 0);
  return branches;
}

/** mage_branch_dup_changes: Returns: (transfer full): what a branch does otherwise than its parent, in words; "" for nothing */
char *
mage_branch_dup_changes (MageResult *result, MageResult *parent)
{
  GString *words = g_string_new (NULL);
  guint n;
  const MageParamInfo *table = mage_param_table (&n);

  if (g_strcmp0 (mage_result_get_prompt (result), mage_result_get_prompt (parent)) != 0)
    g_string_append (words, mage_result_get_prompt (result));
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *before = NULL;
      g_autofree char *after = NULL;

      if ((table[i].stale & MAGE_STALE_RESULT) == 0)
        continue;
      before = mage_params_dup_text (mage_result_get_params (parent), table[i].key);
      after = mage_params_dup_text (mage_result_get_params (result), table[i].key);
      if (g_str_equal (before, after))
        continue;
      g_string_append_printf (words, "%s%s %s → %s", words->len > 0 ? " · " : "", _(table[i].label), before, after);
    }
  return g_string_free (words, FALSE);
}
