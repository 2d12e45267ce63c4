/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/weights-file.h"

#include "tensor/weights-file-private.h"

#include <string.h>

gboolean
weights_file_fail (GError **error, const char *path, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  g_autofree char *shown = g_filename_display_name (path);
  g_set_error (error, T_ERROR, T_ERROR_FILE, "“%s”: %s", shown, message);
  return FALSE;
}

gboolean
weights_count (const gint64 *shape, guint n_dims, gsize item_size, gsize *n_elements)
{
  gsize count = 1;
  gsize bytes = item_size;
  gboolean empty = FALSE;

  /* Zeros are left out of the product, so that sizes beside them are checked too. */
  for (guint i = 0; i < n_dims; i++)
    {
      if (shape[i] < 0)
        return FALSE;
      if (shape[i] == 0)
        empty = TRUE;
      else if (!g_size_checked_mul (&count, count, (gsize) shape[i])
               || !g_size_checked_mul (&bytes, bytes, (gsize) shape[i]) || bytes > G_MAXSSIZE)
        return FALSE;
    }
  *n_elements = empty ? 0 : count;
  return TRUE;
}

gsize
weights_entry_n_elements (const WeightsEntry *entry)
{
  gsize count = 1;
  for (guint i = 0; i < entry->n_dims; i++)
    count *= (gsize) entry->shape[i];
  return count;
}

gboolean
weights_entry_is_contiguous (const WeightsEntry *entry)
{
  gint64 step = 1;
  for (guint i = entry->n_dims; i-- > 0;)
    {
      if (entry->shape[i] == 0)
        return TRUE;
      if (entry->shape[i] > 1 && entry->strides[i] != step)
        return weights_entry_n_elements (entry) == 0;
      step *= entry->shape[i];
    }
  return TRUE;
}

void
weights_entry_copy (const WeightsEntry *entry, void *destination)
{
  const gsize item = t_dtype_size (entry->dtype);
  const gsize n = weights_entry_n_elements (entry);
  gint64 index[WEIGHTS_MAX_DIMS] = { 0 };
  gsize offset = 0;
  guint8 *out = destination;

  g_return_if_fail (entry->n_dims <= WEIGHTS_MAX_DIMS);
  if (n == 0)
    return;
  if (weights_entry_is_contiguous (entry))
    {
      memcpy (destination, entry->data, n * item);
      return;
    }
  for (gsize i = 0; i < n; i++)
    {
      memcpy (out + i * item, entry->data + offset * item, item);
      /* The next index in row-major order, as an odometer turns. */
      for (guint d = entry->n_dims; d-- > 0;)
        {
          offset += (gsize) entry->strides[d];
          if (++index[d] < entry->shape[d])
            break;
          offset -= (gsize) entry->strides[d] * (gsize) entry->shape[d];
          index[d] = 0;
        }
    }
}

WeightsFile *
weights_file_new (const char *path, GBytes *bytes)
{
  WeightsFile *self = g_new0 (WeightsFile, 1);

  g_atomic_ref_count_init (&self->refs);
  self->path = g_strdup (path);
  self->bytes = bytes ? g_bytes_ref (bytes) : NULL;
  self->shards = g_ptr_array_new_with_free_func ((GDestroyNotify) weights_file_unref);
  self->entries = bytes ? g_ptr_array_new_with_free_func (g_free) : g_ptr_array_new ();
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

WeightsFile *
weights_file_ref (WeightsFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
weights_file_unref (WeightsFile *self)
{
  g_return_if_fail (self != NULL);
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_hash_table_unref (self->by_name);
  g_hash_table_unref (self->metadata);
  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->shards);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->path);
  g_free (self);
}

gboolean
weights_file_add_borrowed (WeightsFile *self, const WeightsEntry *entry, GError **error)
{
  if (g_hash_table_contains (self->by_name, entry->name))
    return weights_file_fail (error, self->path, "the tensor “%s” occurs twice. The file is damaged.", entry->name);
  g_ptr_array_add (self->entries, (gpointer) entry);
  g_hash_table_insert (self->by_name, (gpointer) entry->name, (gpointer) entry);
  return TRUE;
}

gboolean
weights_file_add_owned (WeightsFile *self, const WeightsEntry *entry, GError **error)
{
  /* One block: the entry, its shape, its strides, its name. */
  const gsize dims_size = entry->n_dims * sizeof (gint64);
  const gsize name_size = strlen (entry->name) + 1;
  WeightsEntry *copy = g_malloc0 (sizeof (WeightsEntry) + 2 * dims_size + name_size);
  gint64 *shape = (gint64 *) (copy + 1);
  gint64 *strides = shape + entry->n_dims;
  char *name = (char *) (strides + entry->n_dims);

  *copy = *entry;
  copy->shape = shape;
  copy->strides = strides;
  copy->name = memcpy (name, entry->name, name_size);
  copy->path = self->path;
  for (guint i = entry->n_dims, step = 0; i-- > 0; step++)
    {
      shape[i] = entry->shape[i];
      if (entry->strides)
        strides[i] = entry->strides[i];
      else
        strides[i] = step == 0 ? 1 : strides[i + 1] * MAX (shape[i + 1], 1);
    }
  if (weights_file_add_borrowed (self, copy, error))
    return TRUE;
  g_free (copy);
  return FALSE;
}

static gboolean
has_prefix (const guint8 *data, gsize size, const char *prefix)
{
  const gsize length = strlen (prefix);
  return size >= length && memcmp (data, prefix, length) == 0;
}

static gboolean
parse (WeightsFile *self, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (self->bytes, &size);

  if (size == 0)
    return weights_file_fail (error, self->path, "the file is empty. Download it again.");
  if (has_prefix (data, size, "version https://git-lfs"))
    return weights_file_fail (error, self->path,
                              "this is a Git LFS pointer, not the weights. Fetch the file itself (git lfs pull).");
  if (has_prefix (data, size, "PK\003\004"))
    return torch_file_parse (self, error);
  if (size >= 2 && data[0] == 0x80 && data[1] <= 5 && (size < 9 || data[8] != '{'))
    return weights_file_fail (error, self->path,
                              "this is a torch file of the old kind (before PyTorch 1.6), which is not read. "
                              "Load it in PyTorch and save it anew as safetensors.");
  if (size >= 9 && data[8] == '{')
    return safetensors_parse (self, error);
  return weights_file_fail (error, self->path,
                            "this is neither a safetensors file nor a state dict saved by PyTorch.");
}

WeightsFile *
weights_file_open_bytes (GBytes *bytes, const char *path, GError **error)
{
  g_return_val_if_fail (bytes != NULL && path != NULL, NULL);

  g_autoptr (WeightsFile) self = weights_file_new (path, bytes);
  return parse (self, error) ? g_steal_pointer (&self) : NULL;
}

WeightsFile *
weights_file_open (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  /* Opening a pipe would wait for ever. */
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      weights_file_fail (error, path, "this is not a file.");
      return NULL;
    }
  g_autoptr (GError) map_error = NULL;
  g_autoptr (GMappedFile) map = g_mapped_file_new (path, FALSE, &map_error);
  if (map == NULL)
    {
      weights_file_fail (error, path, "the file cannot be opened: %s", map_error->message);
      return NULL;
    }
  g_autoptr (GBytes) bytes = g_mapped_file_get_bytes (map);
  return weights_file_open_bytes (bytes, path, error);
}

const char *
weights_file_path (WeightsFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->path;
}

guint
weights_file_n_entries (WeightsFile *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->entries->len;
}

const WeightsEntry *
weights_file_entry (WeightsFile *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->entries->len, NULL);
  return self->entries->pdata[index];
}

const WeightsEntry *
weights_file_lookup (WeightsFile *self, const char *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);
  return g_hash_table_lookup (self->by_name, name);
}

const char *
weights_file_metadata (WeightsFile *self, const char *key)
{
  g_return_val_if_fail (self != NULL && key != NULL, NULL);
  return g_hash_table_lookup (self->metadata, key);
}

GHashTable *
weights_file_metadata_table (WeightsFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->metadata;
}
