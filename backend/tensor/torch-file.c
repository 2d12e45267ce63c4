/* SPDX-License-Identifier: GPL-3.0-or-later */

/* State dicts as torch.save writes them: a zip with a pickle, which lists the tensors, and one member a storage. */

#include "tensor/pickle.h"
#include "tensor/weights-file-private.h"
#include "tensor/zip-directory.h"

#include <string.h>

typedef struct
{
  WeightsFile *file;
  GHashTable *members;  /* name → ZipMember */
  char *root;           /* the folder inside the zip, with its slash */
} TorchFile;

typedef struct
{
  TDtype dtype;
  const guint8 *data;
  gsize n_elements;
} Storage;

/* What the arguments of _rebuild_tensor_v2 are. */
enum
{
  ARG_STORAGE,
  ARG_OFFSET,
  ARG_SIZE,
  ARG_STRIDE
};

/* A storage's persistent id: ('storage', class, key, device, number of elements). */
enum
{
  ID_TAG,
  ID_CLASS,
  ID_KEY,
  ID_DEVICE,
  ID_N_ELEMENTS
};

static gboolean
dtype_from_storage (const char *class_name, TDtype *dtype)
{
  static const char *const names[T_N_DTYPES] = {
    [T_F32] = "torch.FloatStorage",    [T_F64] = "torch.DoubleStorage", [T_F16] = "torch.HalfStorage",
    [T_BF16] = "torch.BFloat16Storage", [T_I64] = "torch.LongStorage",   [T_I32] = "torch.IntStorage",
    [T_U8] = "torch.ByteStorage",      [T_BOOL] = "torch.BoolStorage",
  };
  for (guint i = 0; i < T_N_DTYPES; i++)
    if (g_str_equal (class_name, names[i]))
      {
        *dtype = i;
        return TRUE;
      }
  return FALSE;
}

/* The one folder that holds data.pkl. */
static gboolean
find_root (TorchFile *self, GError **error)
{
  const char *const path = self->file->path;
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->members);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const char *name = key;
      const char *slash = strchr (name, '/');
      if (slash == NULL || !g_str_equal (slash, "/data.pkl"))
        continue;
      if (self->root)
        return weights_file_fail (error, path, "there are two lists of tensors inside it. The file is damaged.");
      self->root = g_strndup (name, (gsize) (slash - name) + 1);
    }
  return self->root != NULL
         || weights_file_fail (error, path, "this zip file holds no data.pkl, so PyTorch did not save it.");
}

static const ZipMember *
find_member (TorchFile *self, const char *name)
{
  g_autofree char *full = g_strconcat (self->root, name, NULL);
  return g_hash_table_lookup (self->members, full);
}

/* Files before PyTorch 2.0 do not say; they are little-endian in all practice. */
static gboolean
check_byte_order (TorchFile *self, GError **error)
{
  const ZipMember *member = find_member (self, "byteorder");
  if (member == NULL || (member->size == strlen ("little") && memcmp (member->data, "little", member->size) == 0))
    return TRUE;
  return weights_file_fail (error, self->file->path,
                            "it was saved on a big-endian machine. Save it anew as safetensors.");
}

static gboolean
read_storage (TorchFile *self, const char *name, const PickleValue *reference, Storage *storage, GError **error)
{
  const char *const path = self->file->path;
  const PickleValue *id = reference ? pickle_item (reference, 0, PICKLE_TUPLE) : NULL;
  const PickleValue *tag = id ? pickle_item (id, ID_TAG, PICKLE_STRING) : NULL;
  const PickleValue *class = id ? pickle_item (id, ID_CLASS, PICKLE_GLOBAL) : NULL;
  const PickleValue *key = id ? pickle_item (id, ID_KEY, PICKLE_STRING) : NULL;
  const PickleValue *n_elements = id ? pickle_item (id, ID_N_ELEMENTS, PICKLE_INT) : NULL;
  if (!tag || !g_str_equal (tag->string, "storage") || !class || !key || !n_elements || n_elements->integer < 0)
    return weights_file_fail (error, path, "tensor “%s” has no storage. The file is damaged.", name);
  if (!dtype_from_storage (class->string, &storage->dtype))
    return weights_file_fail (error, path,
                              "tensor “%s” has the element type %s, which is not supported. "
                              "Convert the weights to float32 or float16.",
                              name, class->string);

  g_autofree char *member_name = g_strconcat ("data/", key->string, NULL);
  const ZipMember *member = find_member (self, member_name);
  if (member == NULL)
    return weights_file_fail (error, path, "tensor “%s”: its data (%s) is missing. The file is damaged.", name,
                              member_name);
  if ((guint64) n_elements->integer > member->size / t_dtype_size (storage->dtype))
    return weights_file_fail (error, path,
                              "tensor “%s”: its data (%s) is cut short. Download the file again.", name, member_name);
  storage->data = member->data;
  storage->n_elements = (gsize) n_elements->integer;
  return TRUE;
}

/* A tuple of whole numbers, none negative; returns how many, or -1. */
static int
read_sizes (const PickleValue *tuple, gint64 *values)
{
  if (tuple == NULL || tuple->items->len > WEIGHTS_MAX_DIMS)
    return -1;
  for (guint i = 0; i < tuple->items->len; i++)
    {
      const PickleValue *item = pickle_item (tuple, i, PICKLE_INT);
      if (item == NULL || item->integer < 0)
        return -1;
      values[i] = item->integer;
    }
  return (int) tuple->items->len;
}

/* The number of elements from the first to the last that the strides reach; FALSE if that overflows. */
static gboolean
measure_reach (const gint64 *shape, const gint64 *strides, guint n_dims, gsize *reach)
{
  *reach = 1;
  for (guint i = 0; i < n_dims; i++)
    {
      gsize step;
      if (!g_size_checked_mul (&step, (gsize) shape[i] - 1, (gsize) strides[i])
          || !g_size_checked_add (reach, *reach, step))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_tensor (TorchFile *self, const char *name, const PickleValue *tensor, GError **error)
{
  const char *const path = self->file->path;
  gint64 shape[WEIGHTS_MAX_DIMS], strides[WEIGHTS_MAX_DIMS];
  Storage storage = { 0 };
  if (!read_storage (self, name, pickle_item (tensor, ARG_STORAGE, PICKLE_PERSISTENT), &storage, error))
    return FALSE;

  const gsize item = t_dtype_size (storage.dtype);
  const PickleValue *offset = pickle_item (tensor, ARG_OFFSET, PICKLE_INT);
  const int n_dims = read_sizes (pickle_item (tensor, ARG_SIZE, PICKLE_TUPLE), shape);
  const int n_strides = read_sizes (pickle_item (tensor, ARG_STRIDE, PICKLE_TUPLE), strides);
  gsize n_elements = 0, reach = 0;
  if (offset == NULL || offset->integer < 0 || n_dims < 0 || n_dims != n_strides
      || !weights_count (shape, (guint) n_dims, item, &n_elements))
    return weights_file_fail (error, path, "tensor “%s” has an impossible shape. The file is damaged.", name);
  /* A tensor that repeats elements by zero strides could claim any size; weights never do. */
  if ((guint64) offset->integer > storage.n_elements || n_elements > storage.n_elements
      || (n_elements > 0
          && (!measure_reach (shape, strides, (guint) n_dims, &reach)
              || reach > storage.n_elements - (gsize) offset->integer)))
    return weights_file_fail (error, path, "tensor “%s” reaches beyond its data. The file is damaged.", name);

  const WeightsEntry entry = {
    .name = name,
    .dtype = storage.dtype,
    .n_dims = (guint) n_dims,
    .shape = shape,
    .strides = strides,
    .data = storage.data + (gsize) offset->integer * item,
    .n_bytes = reach * item,
  };
  return weights_file_add_owned (self->file, &entry, error);
}

/* The dict called "state_dict", if training code has put the weights into one. */
static const PickleValue *
find_nested (const PickleValue *dict)
{
  for (guint i = 0; i + 1 < dict->items->len; i += 2)
    {
      const PickleValue *key = pickle_item (dict, i, PICKLE_STRING);
      const PickleValue *value = pickle_item (dict, i + 1, PICKLE_DICT);
      if (key && value && g_str_equal (key->string, "state_dict"))
        return value;
    }
  return dict;
}

static gboolean
add_tensors (TorchFile *self, const PickleValue *root, GError **error)
{
  const char *const path = self->file->path;
  if (root->kind != PICKLE_DICT)
    return weights_file_fail (error, path, "this is not a state dict, but some other object saved by PyTorch.");

  const PickleValue *dict = find_nested (root);
  for (guint i = 0; i + 1 < dict->items->len; i += 2)
    {
      const PickleValue *key = pickle_item (dict, i, PICKLE_STRING);
      const PickleValue *tensor = pickle_item (dict, i + 1, PICKLE_TENSOR);
      if (key && tensor && !add_tensor (self, key->string, tensor, error))
        return FALSE;
    }
  return self->file->entries->len > 0
         || weights_file_fail (error, path, "there are no tensors in this file. It is not a state dict.");
}

static gboolean
parse (TorchFile *self, GError **error)
{
  if (!find_root (self, error) || !check_byte_order (self, error))
    return FALSE;
  const ZipMember *list = find_member (self, "data.pkl");
  g_autoptr (Pickle) pickle = pickle_read (list->data, list->size, self->file->path, error);
  return pickle && add_tensors (self, pickle_get_root (pickle), error);
}

gboolean
torch_file_parse (WeightsFile *file, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (file->bytes, &size);
  TorchFile self = { file, zip_directory_read (data, size, file->path, error), NULL };
  if (self.members == NULL)
    return FALSE;

  gboolean parsed = parse (&self, error);
  g_hash_table_unref (self.members);
  g_free (self.root);
  return parsed;
}
