/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-kept-steps.h"

#include "project/mage-result.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The latents of every sampling step (engine-steps.c says what is in the files): results/<id>/steps/NNNN.safetensors.
 * A branch has the steps before it as second names of its parent's files, so that either may go without the other.
 * All together they take no more than the preferences allow.
 */

#define SUFFIX ".safetensors"

static char *
step_path (const char *folder, guint step)
{
  g_autofree char *name = g_strdup_printf ("%04u" SUFFIX, step);

  return g_build_filename (folder, name, NULL);
}

/** mage_kept_steps_has: whether what was there after @step steps lies in @folder. */
gboolean
mage_kept_steps_has (const char *folder, guint step)
{
  g_autofree char *path = step_path (folder, step);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

static int
compare_steps (gconstpointer a, gconstpointer b)
{
  guint first = *(const guint *) a;
  guint second = *(const guint *) b;

  return (first > second) - (first < second);
}

/** mage_kept_steps_list: Returns: (transfer full) (element-type guint): which steps are kept, ascending */
GArray *
mage_kept_steps_list (const char *folder)
{
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *stem = g_str_has_suffix (name, SUFFIX) ? g_strndup (name, strlen (name) - strlen (SUFFIX)) : NULL;
      guint64 number;
      guint step;

      if (stem == NULL || !g_ascii_string_to_unsigned (stem, 10, 0, G_MAXUINT16, &number, NULL))
        continue;
      step = (guint) number;
      g_array_append_val (steps, step);
    }
  g_array_sort (steps, compare_steps);
  return steps;
}

/** mage_kept_steps_link: what is kept in @from up to @last lies in @to as well; that takes no room where the disk can do so. */
gboolean
mage_kept_steps_link (const char *from, const char *to, guint last, GError **error)
{
  for (guint step = 0; step <= last; step++)
    {
      g_autofree char *source = step_path (from, step);
      g_autofree char *target = step_path (to, step);
      g_autoptr (GFile) source_file = g_file_new_for_path (source);
      g_autoptr (GFile) target_file = g_file_new_for_path (target);

      /* Steps before the last are for looking at; what is gone of them is gone. */
      if (step < last && !g_file_test (source, G_FILE_TEST_EXISTS))
        continue;
      if (g_file_test (target, G_FILE_TEST_EXISTS) || link (source, target) == 0)
        continue;
      if (!g_file_copy (source_file, target_file, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/** mage_kept_steps_remove: forgets the steps in @folder. */
void
mage_kept_steps_remove (const char *folder)
{
  g_autoptr (GArray) steps = mage_kept_steps_list (folder);

  for (guint i = 0; i < steps->len; i++)
    {
      g_autofree char *path = step_path (folder, g_array_index (steps, guint, i));

      g_unlink (path);
    }
  g_rmdir (folder);
}

/* A file with several names counts once. */
static goffset
measure_folder (const char *folder, GHashTable *seen)
{
  g_autoptr (GArray) steps = mage_kept_steps_list (folder);
  goffset size = 0;

  for (guint i = 0; i < steps->len; i++)
    {
      g_autofree char *path = step_path (folder, g_array_index (steps, guint, i));
      gint64 *inode;
      GStatBuf status;

      if (g_stat (path, &status) != 0)
        continue;
      inode = g_new (gint64, 1);
      *inode = (gint64) status.st_ino;
      if (g_hash_table_add (seen, inode))
        size += status.st_size;
    }
  return size;
}

/* The results that have steps, as folders. */
static GPtrArray *
list_results (const char *results_dir)
{
  GPtrArray *results = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (results_dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *steps = g_build_filename (results_dir, name, MAGE_RESULT_LATENTS, NULL);

      if (g_file_test (steps, G_FILE_TEST_IS_DIR))
        g_ptr_array_add (results, g_build_filename (results_dir, name, NULL));
    }
  return results;
}

static goffset
measure (GPtrArray *results)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  goffset size = 0;

  for (guint i = 0; i < results->len; i++)
    {
      g_autofree char *steps = g_build_filename (g_ptr_array_index (results, i), MAGE_RESULT_LATENTS, NULL);

      size += measure_folder (steps, seen);
    }
  return size;
}

/** mage_kept_steps_measure: Returns: what the kept steps of all results take, in bytes. */
goffset
mage_kept_steps_measure (const char *results_dir)
{
  g_autoptr (GPtrArray) results = list_results (results_dir);

  return measure (results);
}

/** mage_kept_steps_measure_all: Returns: as mage_kept_steps_measure(), with those of the videos that are being made */
goffset
mage_kept_steps_measure_all (const char *project_dir)
{
  g_autofree char *results_dir = g_build_filename (project_dir, "results", NULL);
  g_autofree char *runs_dir = g_build_filename (project_dir, "runs", NULL);
  g_autoptr (GPtrArray) folders = list_results (results_dir);

  g_ptr_array_extend_and_steal (folders, list_results (runs_dir));
  return measure (folders);
}

/* A result whose steps may go: the newest last, starred ones before it, of either kind the oldest first. */
typedef struct
{
  char *folder;
  char *created;
  guint rank;
} Candidate;

static void
candidate_clear (gpointer data)
{
  Candidate *self = data;

  g_free (self->folder);
  g_free (self->created);
}

static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const Candidate *first = a;
  const Candidate *second = b;

  return first->rank != second->rank ? (int) first->rank - (int) second->rank : strcmp (first->created, second->created);
}

static GArray *
rank_results (GPtrArray *results, const char *newest)
{
  GArray *candidates = g_array_new (FALSE, TRUE, sizeof (Candidate));

  g_array_set_clear_func (candidates, candidate_clear);
  for (guint i = 0; i < results->len; i++)
    {
      g_autoptr (MageResult) result = mage_result_load (g_ptr_array_index (results, i), NULL);
      g_autofree char *id = g_path_get_basename (g_ptr_array_index (results, i));
      Candidate candidate = { g_strdup (g_ptr_array_index (results, i)),
                              g_strdup (result != NULL ? mage_result_get_created (result) : ""),
                              g_strcmp0 (id, newest) == 0 ? 2 : result != NULL && mage_result_get_starred (result) };

      g_array_append_val (candidates, candidate);
    }
  g_array_sort (candidates, compare_candidates);
  return candidates;
}

/**
 * mage_kept_steps_trim:
 * @limit: in bytes
 * @newest: (nullable): the id of a result that goes last
 *
 * Forgets the steps of results until the rest takes no more than @limit: the oldest that bear no star first.
 */
void
mage_kept_steps_trim (const char *results_dir, goffset limit, const char *newest)
{
  g_autoptr (GPtrArray) results = list_results (results_dir);
  g_autoptr (GArray) candidates = NULL;

  if (measure (results) <= limit)
    return;
  candidates = rank_results (results, newest);
  for (guint i = 0; i < candidates->len && measure (results) > limit; i++)
    {
      g_autofree char *steps = g_build_filename (g_array_index (candidates, Candidate, i).folder, MAGE_RESULT_LATENTS, NULL);

      mage_kept_steps_remove (steps);
    }
}

/** mage_kept_steps_get_pace: Returns: how many seconds a step took when they were made, by the times of their files; 0: too few are kept */
double
mage_kept_steps_get_pace (const char *folder)
{
  double first = 0;
  double last = 0;
  guint n = 0;

  for (;; n++)
    {
      g_autofree char *path = step_path (folder, n + 1);
      GStatBuf info;

      if (g_stat (path, &info) != 0)
        break;
      last = (double) info.st_mtim.tv_sec + (double) info.st_mtim.tv_nsec * 1e-9;
      if (n == 0)
        first = last;
    }
  return n > 1 ? (last - first) / (n - 1) : 0;
}
