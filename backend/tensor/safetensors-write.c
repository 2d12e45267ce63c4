/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writing safetensors: whole or not at all, the same bytes for the same arguments. */

#include "tensor/weights-file-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* The data begins at a multiple of this, so that 8-byte elements are aligned in the map. */
#define ALIGNMENT 8

static const char *const dtype_names[T_N_DTYPES] = {
  [T_F32] = "F32", [T_F64] = "F64", [T_F16] = "F16", [T_BF16] = "BF16",
  [T_I64] = "I64", [T_I32] = "I32", [T_U8] = "U8",   [T_BOOL] = "BOOL",
};

static void
append_json_string (GString *json, const char *text)
{
  g_string_append_c (json, '"');
  for (const char *p = text; *p; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_printf (json, "\\%c", *p);
      else if ((guchar) *p < 0x20)
        g_string_append_printf (json, "\\u%04x", (guint) *p);
      else
        g_string_append_c (json, *p);
    }
  g_string_append_c (json, '"');
}

static gboolean
append_metadata (GString *json, GHashTable *metadata, const char *path, GError **error)
{
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (metadata), (GCompareFunc) strcmp);

  g_string_append (json, "\"__metadata__\":{");
  for (GList *l = keys; l; l = l->next)
    {
      const char *value = g_hash_table_lookup (metadata, l->data);
      if (!g_utf8_validate (l->data, -1, NULL) || !g_utf8_validate (value, -1, NULL))
        return weights_file_fail (error, path, "a text to be stored with the weights is no UTF-8.");
      append_json_string (json, l->data);
      g_string_append_c (json, ':');
      append_json_string (json, value);
      g_string_append (json, l->next ? "," : "");
    }
  g_string_append_c (json, '}');
  return TRUE;
}

static gsize
stored_size (const WeightsEntry *entry)
{
  return weights_entry_n_elements (entry) * t_dtype_size (entry->dtype);
}

static gboolean
check_entries (const WeightsEntry *entries, gsize n_entries, const char *path, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; i < n_entries; i++)
    {
      const WeightsEntry *entry = &entries[i];
      gsize n_elements;
      if (entry->name == NULL || !g_utf8_validate (entry->name, -1, NULL) || g_str_equal (entry->name, "__metadata__"))
        return weights_file_fail (error, path, "a tensor has no name that can be stored.");
      if (!g_hash_table_add (names, (gpointer) entry->name))
        return weights_file_fail (error, path, "two tensors have the name “%s”.", entry->name);
      if (entry->dtype >= T_N_DTYPES || entry->n_dims > WEIGHTS_MAX_DIMS
          || !weights_count (entry->shape, entry->n_dims, t_dtype_size (entry->dtype), &n_elements))
        return weights_file_fail (error, path, "tensor “%s” has a shape that cannot be stored.", entry->name);

      /* Where the last element ends, which the data has to cover. */
      gsize reach = n_elements > 0 ? 1 : 0;
      for (guint d = 0; d < entry->n_dims && n_elements > 0; d++)
        reach += (gsize) (entry->shape[d] - 1) * (gsize) entry->strides[d];
      if (reach * t_dtype_size (entry->dtype) > entry->n_bytes)
        return weights_file_fail (error, path, "tensor “%s” has less data than its shape needs.", entry->name);
    }
  return TRUE;
}

/* Gives every entry its place: wider types first, in the given order within a type; this keeps all aligned
 * without the gaps that the format forbids. */
static gsize *
place_data (const WeightsEntry *entries, gsize n_entries, GArray *order)
{
  gsize *offsets = g_new0 (gsize, n_entries + 1);
  gsize end = 0;

  for (gsize width = 8; width > 0; width /= 2)
    for (gsize i = 0; i < n_entries; i++)
      if (t_dtype_size (entries[i].dtype) == width)
        {
          offsets[i] = end;
          end += stored_size (&entries[i]);
          g_array_append_val (order, i);
        }
  return offsets;
}

static GString *
build_header (const WeightsEntry *entries, gsize n_entries, const gsize *offsets, GHashTable *metadata,
              const char *path, GError **error)
{
  GString *json = g_string_new ("{");

  if (metadata && g_hash_table_size (metadata) > 0 && !append_metadata (json, metadata, path, error))
    {
      g_string_free (json, TRUE);
      return NULL;
    }
  for (gsize i = 0; i < n_entries; i++)
    {
      const WeightsEntry *entry = &entries[i];
      if (json->len > 1)
        g_string_append_c (json, ',');
      append_json_string (json, entry->name);
      g_string_append_printf (json, ":{\"dtype\":\"%s\",\"shape\":[", dtype_names[entry->dtype]);
      for (guint d = 0; d < entry->n_dims; d++)
        g_string_append_printf (json, "%s%" G_GINT64_FORMAT, d > 0 ? "," : "", entry->shape[d]);
      g_string_append_printf (json, "],\"data_offsets\":[%" G_GSIZE_FORMAT ",%" G_GSIZE_FORMAT "]}", offsets[i],
                              offsets[i] + stored_size (entry));
    }
  g_string_append_c (json, '}');
  while (json->len % ALIGNMENT != 0)
    g_string_append_c (json, ' ');
  return json;
}

static gboolean
write_all (int fd, const void *data, gsize size)
{
  const guint8 *p = data;
  while (size > 0)
    {
      gssize written = write (fd, p, MIN (size, 1 << 30));
      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return FALSE;
      p += written;
      size -= (gsize) written;
    }
  return TRUE;
}

static gboolean
write_file (int fd, const GString *header, const WeightsEntry *entries, GArray *order)
{
  guint64 header_size = GUINT64_TO_LE ((guint64) header->len);

  if (!write_all (fd, &header_size, sizeof header_size) || !write_all (fd, header->str, header->len))
    return FALSE;
  for (guint i = 0; i < order->len; i++)
    {
      const WeightsEntry *entry = &entries[g_array_index (order, gsize, i)];
      const gsize size = stored_size (entry);
      g_autofree guint8 *gathered = NULL;
      if (size > 0 && !weights_entry_is_contiguous (entry))
        {
          gathered = g_malloc (size);
          weights_entry_copy (entry, gathered);
        }
      if (!write_all (fd, gathered ? gathered : entry->data, size))
        return FALSE;
    }
  return fsync (fd) == 0;
}

/* Makes the rename itself survive a power cut; a file system that cannot do this is no reason to fail. */
static void
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (fd < 0)
    return;
  if (fsync (fd) != 0)
    g_debug ("“%s” could not be synced: %s", folder, g_strerror (errno));
  close (fd);
}

gboolean
weights_file_save_safetensors (const char *path, const WeightsEntry *entries, gsize n_entries, GHashTable *metadata,
                               GError **error)
{
  g_return_val_if_fail (path != NULL && (entries != NULL || n_entries == 0), FALSE);

  if (!check_entries (entries, n_entries, path, error))
    return FALSE;
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autofree gsize *offsets = place_data (entries, n_entries, order);
  GString *header = build_header (entries, n_entries, offsets, metadata, path, error);
  if (header == NULL)
    return FALSE;

  /* Always the same name: what a killed process left of it is written over by the next. */
  g_autofree char *beside = g_strconcat (path, ".part", NULL);
  int problem = 0;
  int fd = g_open (beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (fd < 0)
    problem = errno;
  else
    {
      if (!write_file (fd, header, entries, order))
        problem = errno;
      if (close (fd) != 0 && problem == 0)
        problem = errno;
      if (problem == 0 && g_rename (beside, path) != 0)
        problem = errno;
      if (problem == 0)
        sync_folder (path);
      else
        g_unlink (beside);
    }
  g_string_free (header, TRUE);
  return problem == 0
         || weights_file_fail (error, path,
                               "the weights could not be written: %s. Nothing was changed; free some room or choose "
                               "another folder.",
                               g_strerror (problem));
}
