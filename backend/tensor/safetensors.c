/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading safetensors: eight bytes of header length, a JSON header, then the data without gaps. */

#include "tensor/json-guard.h"
#include "tensor/weights-file-private.h"

#include <string.h>

/* The format's own limit. */
#define MAX_HEADER (100 * 1000 * 1000)

#define METADATA_KEY "__metadata__"

typedef struct
{
  guint64 begin, end;
  const char *name;
} Range;

static gboolean
dtype_from_name (const char *name, TDtype *dtype)
{
  static const char *const names[T_N_DTYPES] = {
    [T_F32] = "F32", [T_F64] = "F64", [T_F16] = "F16", [T_BF16] = "BF16",
    [T_I64] = "I64", [T_I32] = "I32", [T_U8] = "U8",   [T_BOOL] = "BOOL",
  };
  for (guint i = 0; i < T_N_DTYPES; i++)
    if (g_str_equal (name, names[i]))
      {
        *dtype = i;
        return TRUE;
      }
  return FALSE;
}

/* An array of whole numbers; returns how many, or -1 if it is anything else or longer than @max. */
static int
read_ints (JsonNode *node, gint64 *values, guint max)
{
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return -1;
  JsonArray *array = json_node_get_array (node);
  const guint length = json_array_get_length (array);
  if (length > max)
    return -1;
  for (guint i = 0; i < length; i++)
    if (!json_guard_get_int (json_array_get_element (array, i), &values[i]))
      return -1;
  return (int) length;
}

static gboolean
read_metadata (WeightsFile *self, JsonNode *node, GError **error)
{
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return weights_file_fail (error, self->path, METADATA_KEY " is not an object. The file is damaged.");

  JsonObjectIter iter;
  const char *key;
  JsonNode *value;
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &key, &value))
    {
      const char *text = json_guard_get_string (value);
      if (text == NULL)
        return weights_file_fail (error, self->path, METADATA_KEY ": “%s” is not a text. The file is damaged.", key);
      g_hash_table_insert (self->metadata, g_strdup (key), g_strdup (text));
    }
  return TRUE;
}

/* Checks one tensor's description and adds it; @data is where offset 0 lies. */
static gboolean
read_tensor (WeightsFile *self, const char *name, JsonNode *node, const guint8 *data, gsize data_size, GArray *ranges,
             GError **error)
{
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return weights_file_fail (error, self->path, "tensor “%s” has no description. The file is damaged.", name);

  JsonObject *object = json_node_get_object (node);
  const char *dtype_name = json_guard_get_string (json_object_get_member (object, "dtype"));
  WeightsEntry entry = { .name = name };
  if (dtype_name == NULL)
    return weights_file_fail (error, self->path, "tensor “%s” has no element type. The file is damaged.", name);
  if (!dtype_from_name (dtype_name, &entry.dtype))
    return weights_file_fail (error, self->path,
                              "tensor “%s” has the element type %s, which is not supported. "
                              "Convert the weights to F32, F16 or BF16.",
                              name, dtype_name);

  gint64 shape[WEIGHTS_MAX_DIMS];
  const gsize item = t_dtype_size (entry.dtype);
  const int n_dims = read_ints (json_object_get_member (object, "shape"), shape, WEIGHTS_MAX_DIMS);
  gsize n_elements;
  if (n_dims < 0 || !weights_count (shape, (guint) n_dims, item, &n_elements))
    return weights_file_fail (error, self->path, "tensor “%s” has an impossible shape. The file is damaged.", name);

  gint64 offsets[2];
  if (read_ints (json_object_get_member (object, "data_offsets"), offsets, 2) != 2 || offsets[0] < 0
      || offsets[1] < offsets[0])
    return weights_file_fail (error, self->path, "tensor “%s” has impossible offsets. The file is damaged.", name);
  if ((guint64) offsets[1] > data_size)
    return weights_file_fail (error, self->path,
                              "tensor “%s” reaches beyond the end of the file. The file is cut short or damaged; "
                              "download it again.",
                              name);
  entry.n_bytes = (gsize) (offsets[1] - offsets[0]);
  if (entry.n_bytes != n_elements * item)
    return weights_file_fail (error, self->path,
                              "tensor “%s” has %" G_GSIZE_FORMAT " bytes, its shape needs %" G_GSIZE_FORMAT
                              ". The file is damaged.",
                              name, entry.n_bytes, n_elements * item);

  entry.n_dims = (guint) n_dims;
  entry.shape = shape;
  entry.data = data + offsets[0];
  g_array_append_val (ranges, ((Range) { (guint64) offsets[0], (guint64) offsets[1], name }));
  return weights_file_add_owned (self, &entry, error);
}

static int
compare_ranges (gconstpointer a, gconstpointer b)
{
  const Range *x = a, *y = b;
  if (x->begin != y->begin)
    return x->begin < y->begin ? -1 : 1;
  return x->end < y->end ? -1 : x->end > y->end;
}

/* The format asks that tensors cover the data exactly: no overlap, no gap, nothing behind. */
static gboolean
check_cover (WeightsFile *self, GArray *ranges, gsize data_size, GError **error)
{
  guint64 end = 0;

  g_array_sort (ranges, compare_ranges);
  for (guint i = 0; i < ranges->len; i++)
    {
      const Range *range = &g_array_index (ranges, Range, i);
      if (range->begin < end)
        return weights_file_fail (error, self->path,
                                  "tensor “%s” overlaps tensor “%s”. The file is damaged.", range->name,
                                  range[-1].name);
      if (range->begin > end)
        return weights_file_fail (error, self->path, "there is a gap before tensor “%s”. The file is damaged.",
                                  range->name);
      end = range->end;
    }
  if (end != data_size)
    return weights_file_fail (error, self->path,
                              "%" G_GUINT64_FORMAT " bytes follow the last tensor. The file is damaged.",
                              (guint64) data_size - end);
  return TRUE;
}

gboolean
safetensors_parse (WeightsFile *self, GError **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (self->bytes, &size);
  guint64 header_size;

  if (size < sizeof header_size)
    return weights_file_fail (error, self->path, "the file is too short to be a safetensors file.");
  memcpy (&header_size, bytes, sizeof header_size);
  header_size = GUINT64_FROM_LE (header_size);
  if (header_size > MAX_HEADER)
    return weights_file_fail (error, self->path,
                              "the header claims %" G_GUINT64_FORMAT " bytes, more than the format allows. "
                              "The file is damaged.",
                              header_size);
  if (header_size > size - sizeof header_size)
    return weights_file_fail (error, self->path,
                              "the header is longer than the file. The file is cut short; download it again.");

  g_autoptr (JsonNode) root = json_guard_parse ((const char *) bytes + sizeof header_size, (gsize) header_size,
                                                self->path, error);
  if (root == NULL)
    return FALSE;

  const guint8 *data = bytes + sizeof header_size + header_size;
  const gsize data_size = size - sizeof header_size - (gsize) header_size;
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (Range));
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;
  json_object_iter_init_ordered (&iter, json_node_get_object (root));
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      if (g_str_equal (name, METADATA_KEY) ? !read_metadata (self, node, error)
                                           : !read_tensor (self, name, node, data, data_size, ranges, error))
        return FALSE;
    }
  return check_cover (self, ranges, data_size, error);
}
