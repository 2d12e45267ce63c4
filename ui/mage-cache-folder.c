/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-cache-folder.h"

#include <glib/gstdio.h>

/* Folders below the user's cache for what can be made again, each with no more entries than it was given. */

/** mage_cache_folder_dup: Returns: (transfer full): the folder of this name, which is there unless the disk is full */
char *
mage_cache_folder_dup (const char *name)
{
  char *folder = g_build_filename (g_get_user_cache_dir (), "videomage", name, NULL);

  g_mkdir_with_parents (folder, 0700);
  return folder;
}

typedef struct
{
  char *path;
  gint64 changed;
} Entry;

static void
entry_clear (gpointer data)
{
  g_free (((Entry *) data)->path);
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  gint64 x = ((const Entry *) a)->changed, y = ((const Entry *) b)->changed;

  return (x > y) - (x < y);
}

static void
remove_entry (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_remove (file);
    }
  g_remove (path);
}

/** mage_cache_folder_prune: removes the files and the folders of files that are oldest until @most are left. Any thread. */
void
mage_cache_folder_prune (const char *folder, guint most)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  const char *name;

  g_array_set_clear_func (entries, entry_clear);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      Entry entry = { g_build_filename (folder, name, NULL), 0 };
      GStatBuf status;

      if (g_stat (entry.path, &status) == 0)
        entry.changed = status.st_mtime;
      g_array_append_val (entries, entry);
    }
  g_array_sort (entries, compare_entries);
  for (guint i = 0; i + most < entries->len; i++)
    remove_entry (g_array_index (entries, Entry, i).path);
}
