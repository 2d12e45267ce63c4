/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A component's folder of a diffusers model: which files hold its weights, whole or in shards. */

#include "tensor/json-guard.h"
#include "tensor/weights-file-private.h"

#include <string.h>

/* Shard names are plain names in the index's own folder; anything else might lead out of it. */
static gboolean
is_plain_name (const char *name)
{
  return name[0] != '\0' && name[0] != '.' && strpbrk (name, "/\\") == NULL;
}

/* The shard called @name, opened once. */
static WeightsFile *
open_shard (WeightsFile *self, GHashTable *shards, const char *name, const char *tensor, GError **error)
{
  WeightsFile *shard = g_hash_table_lookup (shards, name);
  if (shard)
    return shard;
  if (!is_plain_name (name))
    {
      weights_file_fail (error, self->path, "tensor “%s” is said to be in “%s”, which is no plain file name; refused.",
                         tensor, name);
      return NULL;
    }

  g_autofree char *dir = g_path_get_dirname (self->path);
  g_autofree char *path = g_build_filename (dir, name, NULL);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      weights_file_fail (error, self->path, "the shard “%s” is missing. Download it into the same folder.", name);
      return NULL;
    }
  shard = weights_file_open (path, error);
  if (shard == NULL)
    return NULL;
  g_ptr_array_add (self->shards, shard);
  g_hash_table_insert (shards, g_strdup (name), shard);

  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init (&iter, shard->metadata);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (!g_hash_table_contains (self->metadata, key))
      g_hash_table_insert (self->metadata, g_strdup (key), g_strdup (value));
  return shard;
}

static WeightsFile *
open_index (const char *path, GError **error)
{
  g_autoptr (JsonNode) root = json_guard_load (path, error);
  if (root == NULL)
    return NULL;
  JsonNode *map = json_object_get_member (json_node_get_object (root), "weight_map");
  if (map == NULL || !JSON_NODE_HOLDS_OBJECT (map))
    {
      weights_file_fail (error, path, "this index has no “weight_map”. The file is damaged.");
      return NULL;
    }

  g_autoptr (WeightsFile) self = weights_file_new (path, NULL);
  g_autoptr (GHashTable) shards = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  JsonObjectIter iter;
  const char *tensor;
  JsonNode *node;
  json_object_iter_init_ordered (&iter, json_node_get_object (map));
  while (json_object_iter_next_ordered (&iter, &tensor, &node))
    {
      const char *name = json_guard_get_string (node);
      if (name == NULL)
        {
          weights_file_fail (error, path, "tensor “%s” has no file. The index is damaged.", tensor);
          return NULL;
        }
      WeightsFile *shard = open_shard (self, shards, name, tensor, error);
      if (shard == NULL)
        return NULL;
      const WeightsEntry *entry = weights_file_lookup (shard, tensor);
      if (entry == NULL)
        {
          weights_file_fail (error, path,
                             "tensor “%s” should be in “%s” and is not. Index and shards do not belong together; "
                             "download them again.",
                             tensor, name);
          return NULL;
        }
      if (!weights_file_add_borrowed (self, entry, error))
        return NULL;
    }
  return g_steal_pointer (&self);
}

WeightsFile *
weights_file_open_component (const char *dir, const char *stem, GError **error)
{
  /* In the order of preference; the % stands for the stem. */
  static const struct
  {
    const char *pattern;
    gboolean is_index;
  } kinds[] = {
    { "%.safetensors", FALSE },
    { "%.safetensors.index.json", TRUE },
    { "%.bin", FALSE },
    { "%.bin.index.json", TRUE },
    { "%.fp16.safetensors", FALSE },
    { "%.safetensors.index.fp16.json", TRUE },
    { "%.fp16.bin", FALSE },
    { "%.bin.index.fp16.json", TRUE },
  };
  static const char *const usual[] = { "diffusion_pytorch_model", "model", "pytorch_model", NULL };
  const char *const given[] = { stem, g_strcmp0 (stem, "model") == 0 ? "pytorch_model" : NULL, NULL };
  const char *const *stems = stem ? given : usual;

  g_return_val_if_fail (dir != NULL, NULL);

  if (!g_file_test (dir, G_FILE_TEST_IS_DIR))
    {
      weights_file_fail (error, dir, "there is no such folder. Is the model complete?");
      return NULL;
    }
  g_autoptr (GString) tried = g_string_new (NULL);
  for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (gsize s = 0; stems[s]; s++)
      {
        g_autofree char *name = g_strconcat (stems[s], kinds[k].pattern + 1, NULL);
        g_autofree char *path = g_build_filename (dir, name, NULL);
        if (g_file_test (path, G_FILE_TEST_EXISTS))
          return kinds[k].is_index ? open_index (path, error) : weights_file_open (path, error);
        g_string_append_printf (tried, "%s%s", tried->len > 0 ? ", " : "", name);
      }
  weights_file_fail (error, dir, "there are no weights in this folder; looked for %s.", tried->str);
  return NULL;
}
