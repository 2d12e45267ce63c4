/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-kept-maps.h"

#include "project/mage-result.h"

#include <glib/gstdio.h>

/*
 * The attention of steps that somebody looked at: results/<id>/attention/NNNN.maps (mage-attention-file.c says what is
 * in them). They can be computed again at any time; the ones that were written first go first.
 */

#define SUFFIX ".maps"

typedef struct
{
  char *path;
  goffset size;
  gint64 time;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *self = data;

  g_free (self->path);
  g_free (self);
}

/** mage_kept_maps_dup_path: Returns: (transfer full): where the attention of a step lies; @step: from 1 on */
char *
mage_kept_maps_dup_path (const char *folder, guint step)
{
  g_autofree char *name = g_strdup_printf ("%04u" SUFFIX, step);

  return g_build_filename (folder, name, NULL);
}

/** mage_kept_maps_has: whether the attention of @step lies in @folder. */
gboolean
mage_kept_maps_has (const char *folder, guint step)
{
  g_autofree char *path = mage_kept_maps_dup_path (folder, step);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

static void
list_folder (GPtrArray *entries, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf status;
      Entry *entry;

      if (!g_str_has_suffix (name, SUFFIX) || g_stat (path, &status) != 0)
        continue;
      entry = g_new0 (Entry, 1);
      entry->path = g_steal_pointer (&path);
      entry->size = status.st_size;
      entry->time = (gint64) status.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + status.st_mtim.tv_nsec;
      g_ptr_array_add (entries, entry);
    }
}

static GPtrArray *
list_all (const char *results_dir)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (entry_free);
  g_autoptr (GDir) dir = g_dir_open (results_dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *folder = g_build_filename (results_dir, name, MAGE_RESULT_ATTENTION, NULL);

      list_folder (entries, folder);
    }
  return entries;
}

static goffset
add_up (GPtrArray *entries)
{
  goffset size = 0;

  for (guint i = 0; i < entries->len; i++)
    size += ((Entry *) g_ptr_array_index (entries, i))->size;
  return size;
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  const Entry *first = *(Entry *const *) a;
  const Entry *second = *(Entry *const *) b;

  return (first->time > second->time) - (first->time < second->time);
}

/** mage_kept_maps_measure: how many bytes all maps of a project take. */
goffset
mage_kept_maps_measure (const char *results_dir)
{
  g_autoptr (GPtrArray) entries = list_all (results_dir);

  return add_up (entries);
}

/** mage_kept_maps_trim: until all take no more than @limit bytes the oldest go; @newest: (nullable): a file that stays */
void
mage_kept_maps_trim (const char *results_dir, goffset limit, const char *newest)
{
  g_autoptr (GPtrArray) entries = list_all (results_dir);
  goffset size = add_up (entries);

  g_ptr_array_sort (entries, compare_times);
  for (guint i = 0; i < entries->len && size > limit; i++)
    {
      Entry *entry = g_ptr_array_index (entries, i);

      if (g_strcmp0 (entry->path, newest) != 0 && g_unlink (entry->path) == 0)
        size -= entry->size;
    }
}
