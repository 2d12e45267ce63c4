/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-tree.h"

/* Copies of files and folders. */

static gboolean
copy_children (GFile *from, GFile *to, MageTreeFilter filter, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileEnumerator) children = g_file_enumerate_children (from, G_FILE_ATTRIBUTE_STANDARD_NAME,
                                                                    G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, cancellable, error);
  GFileInfo *info;
  GFile *child;

  if (children == NULL)
    return FALSE;
  for (;;)
    {
      g_autoptr (GFile) copy = NULL;

      if (!g_file_enumerator_iterate (children, &info, &child, cancellable, error))
        return FALSE;
      if (info == NULL)
        return TRUE;
      if (filter != NULL && !filter (g_file_info_get_name (info)))
        continue;
      copy = g_file_get_child (to, g_file_info_get_name (info));
      if (!mage_tree_copy (child, copy, filter, cancellable, error))
        return FALSE;
    }
}

/**
 * mage_tree_copy:
 * @from: a file, or a folder with all that is in it
 * @to: what it is to be; files that are there are replaced, links stay links
 * @filter: (nullable): what of a folder is taken along
 *
 * Returns: FALSE with an error; what was copied so far stays
 */
gboolean
mage_tree_copy (GFile *from, GFile *to, MageTreeFilter filter, GCancellable *cancellable, GError **error)
{
  if (g_file_query_file_type (from, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, cancellable) != G_FILE_TYPE_DIRECTORY)
    return g_file_copy (from, to, G_FILE_COPY_OVERWRITE | G_FILE_COPY_NOFOLLOW_SYMLINKS, cancellable, NULL, NULL, error);
  if (!g_file_query_exists (to, cancellable) && !g_file_make_directory (to, cancellable, error))
    return FALSE;
  return copy_children (from, to, filter, cancellable, error);
}
