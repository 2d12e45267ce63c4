/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-digest.h"

#include <glib/gstdio.h>
#include <string.h>

/* SHA-256 of files, and a quick mark of a whole model folder. */

#define BLOCK (256 * 1024)

/* Progress is told after so many bytes, a few times a second. */
#define WATCHED (16 * 1024 * 1024)

/* So much of both ends of a model's large files; reading gigabytes of weights would take many seconds. */
#define MODEL_SAMPLE (1024 * 1024)

/* A model folder has three levels at most; what lies deeper is none of the model's. */
#define MODEL_DEPTH 3

static gboolean
add_bytes (GChecksum *checksum, GInputStream *stream, guint64 n, GCancellable *cancellable, GError **error)
{
  g_autofree guchar *block = g_malloc (BLOCK);

  while (n > 0)
    {
      gssize got = g_input_stream_read (stream, block, MIN (n, BLOCK), cancellable, error);

      if (got < 0)
        return FALSE;
      if (got == 0)
        return TRUE;
      g_checksum_update (checksum, block, got);
      n -= got;
    }
  return TRUE;
}

/** mage_digest_file: Returns: (transfer full): the SHA-256 of a file's content, in hexadecimal */
char *
mage_digest_file (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  if (stream == NULL || !add_bytes (checksum, G_INPUT_STREAM (stream), G_MAXUINT64, cancellable, error))
    return NULL;
  return g_strdup (g_checksum_get_string (checksum));
}

/** mage_digest_file_watched: as mage_digest_file(); @progress: (nullable) (scope call): told in this thread how far it is. */
char *
mage_digest_file_watched (const char *path, GFileProgressCallback progress, gpointer data, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  g_autoptr (GFileInfo) info = stream != NULL ? g_file_input_stream_query_info (stream, G_FILE_ATTRIBUTE_STANDARD_SIZE, NULL, error) : NULL;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  goffset size = info != NULL ? g_file_info_get_size (info) : 0;

  if (info == NULL)
    return NULL;
  for (goffset at = 0; at < size; at += WATCHED)
    {
      if (!add_bytes (checksum, G_INPUT_STREAM (stream), (guint64) MIN (WATCHED, size - at), NULL, error))
        return NULL;
      if (progress != NULL)
        progress (MIN (at + WATCHED, size), size, data);
    }
  return g_strdup (g_checksum_get_string (checksum));
}

static gboolean
add_sample (GChecksum *checksum, const char *path, guint64 size, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);

  if (stream == NULL || !add_bytes (checksum, G_INPUT_STREAM (stream), MODEL_SAMPLE, NULL, error))
    return FALSE;
  if (size <= MODEL_SAMPLE)
    return TRUE;
  if (!g_seekable_seek (G_SEEKABLE (stream), (goffset) (size - MIN (size - MODEL_SAMPLE, MODEL_SAMPLE)),
                        G_SEEK_SET, NULL, error))
    return FALSE;
  return add_bytes (checksum, G_INPUT_STREAM (stream), MODEL_SAMPLE, NULL, error);
}

static gboolean
is_model_file (const char *name)
{
  static const char *const endings[] = { ".json", ".safetensors", ".bin", ".txt" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (name, endings[i]))
      return TRUE;
  return FALSE;
}

static gboolean add_folder (GChecksum *checksum, const char *folder, guint depth, GError **error);

static gboolean
add_entry (GChecksum *checksum, const char *folder, const char *name, guint depth, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *line = NULL;
  GStatBuf status;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return depth + 1 >= MODEL_DEPTH || add_folder (checksum, path, depth + 1, error);
  if (!is_model_file (name) || g_stat (path, &status) != 0)
    return TRUE;
  line = g_strdup_printf ("%s %" G_GUINT64_FORMAT "\n", name, (guint64) status.st_size);
  g_checksum_update (checksum, (const guchar *) line, -1);
  return add_sample (checksum, path, status.st_size, error);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/** mage_digest_listing: Returns: (transfer full): over names and sizes of the files in @folder, none where it is gone */
char *
mage_digest_listing (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf status;

      if (name[0] != '.' && g_stat (path, &status) == 0 && S_ISREG (status.st_mode))
        g_ptr_array_add (lines, g_strdup_printf ("%s %" G_GUINT64_FORMAT "\n", name, (guint64) status.st_size));
    }
  g_ptr_array_sort (lines, compare_names);
  for (guint i = 0; i < lines->len; i++)
    g_checksum_update (checksum, g_ptr_array_index (lines, i), -1);
  return g_strdup (g_checksum_get_string (checksum));
}

static gboolean
add_folder (GChecksum *checksum, const char *folder, guint depth, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    if (name[0] != '.' && !g_str_equal (name, "prior") && !g_str_equal (name, "videomage.json"))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    if (!add_entry (checksum, folder, g_ptr_array_index (names, i), depth, error))
      return FALSE;
  return TRUE;
}

/**
 * mage_digest_model:
 * @model_dir: a model folder in diffusers layout
 *
 * A mark that tells models apart: names and sizes of the configurations and weights, and a MiB of
 * both ends of each. It does not notice a change in the middle of a large file.
 *
 * Returns: (transfer full): in hexadecimal
 */
char *
mage_digest_model (const char *model_dir, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  if (!add_folder (checksum, model_dir, 0, error))
    return NULL;
  return g_strdup (g_checksum_get_string (checksum));
}
