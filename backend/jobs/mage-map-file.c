/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-map-file.h"

#include "jobs/mage-clip-folder.h"
#include "project/mage-json.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * Where a network looked after a step, in a file: safetensors, so that other programs read it, too. Every layer is a tensor of
 * bytes, [words, heads, frames, height, width] or [heads, frames, frames]; the metadata says what words these are, in "words", and
 * the probability that 255 stands for, for every word, in "most:" with the layer's name.
 */

#define WORDS "words"
#define MOST "most:"
#define METADATA "__metadata__"
/* Of the header and of all, more than any training writes. */
#define MAX_HEADER (1u << 20)
#define MAX_FILE (256u << 20)
#define MAX_SIDE 65536

static guint
count_most (const MageMapLayer *layer, guint n_words)
{
  return layer->time ? 1 : n_words;
}

/* --- writing --- */

static char *
dup_most_words (const EngineLookLayer *map, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", g_ascii_dtostr (number, sizeof number, map->most[i]));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static JsonArray *
make_shape (const EngineLookLayer *map, guint n_words)
{
  JsonArray *shape = json_array_new ();

  if (map->kind == ENGINE_LOOK_WORDS)
    json_array_add_int_element (shape, n_words);
  json_array_add_int_element (shape, map->n_heads);
  json_array_add_int_element (shape, map->n_frames);
  if (map->kind == ENGINE_LOOK_WORDS)
    json_array_add_int_element (shape, map->height);
  json_array_add_int_element (shape, map->width);
  return shape;
}

static JsonObject *
make_tensor (const EngineLookLayer *map, guint n_words, gsize at)
{
  JsonObject *tensor = json_object_new ();
  JsonArray *offsets = json_array_new ();

  json_object_set_string_member (tensor, "dtype", "U8");
  json_object_set_array_member (tensor, "shape", make_shape (map, n_words));
  json_array_add_int_element (offsets, (gint64) at);
  json_array_add_int_element (offsets, (gint64) (at + g_bytes_get_size (map->values)));
  json_object_set_array_member (tensor, "data_offsets", offsets);
  return tensor;
}

static char *
dup_header (const EngineLook *maps)
{
  g_autoptr (JsonObject) header = json_object_new ();
  JsonObject *metadata = json_object_new ();
  g_autofree char **words = g_new0 (char *, maps->n_words + 1);
  g_autofree char *joined = NULL;
  gsize at = 0;

  memcpy (words, maps->words, maps->n_words * sizeof *words);
  joined = g_strjoinv (" ", words);
  json_object_set_string_member (metadata, WORDS, joined);
  json_object_set_object_member (header, METADATA, metadata);
  for (guint i = 0; i < maps->n_maps; i++)
    {
      const EngineLookLayer *map = &maps->maps[i];
      g_autofree char *key = g_strconcat (MOST, map->layer, NULL);
      g_autofree char *most = dup_most_words (map, map->kind == ENGINE_LOOK_WORDS ? maps->n_words : 1);

      json_object_set_string_member (metadata, key, most);
      json_object_set_object_member (header, map->layer, make_tensor (map, maps->n_words, at));
      at += g_bytes_get_size (map->values);
    }
  return mage_json_to_line (header);
}

/** mage_map_file_write: its folder is made where it is missing. */
gboolean
mage_map_file_write (const char *path, const EngineLook *maps, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *header = dup_header (maps);
  g_autoptr (GByteArray) file = g_byte_array_new ();
  guint64 length = GUINT64_TO_LE ((guint64) strlen (header));

  g_byte_array_append (file, (const guint8 *) &length, sizeof length);
  g_byte_array_append (file, (const guint8 *) header, (guint) strlen (header));
  for (guint i = 0; i < maps->n_maps; i++)
    g_byte_array_append (file, g_bytes_get_data (maps->maps[i].values, NULL), (guint) g_bytes_get_size (maps->maps[i].values));
  return mage_folder_make (folder, error) && g_file_set_contents (path, (const char *) file->data, file->len, error);
}

/* --- reading --- */

static void
layer_free (gpointer data)
{
  MageMapLayer *layer = data;

  g_clear_pointer (&layer->values, g_bytes_unref);
  g_free (layer->most);
  g_free (layer->name);
  g_free (layer);
}

void
mage_maps_free (MageMaps *self)
{
  g_strfreev (self->words);
  g_ptr_array_unref (self->layers);
  g_free (self);
}

static gboolean
read_shape (JsonObject *tensor, MageMapLayer *layer, guint n_words, gsize *size)
{
  JsonArray *shape = mage_json_get_array (tensor, "shape");
  guint n = shape != NULL ? json_array_get_length (shape) : 0;
  gint64 sides[5];

  if (n != 3 && n != 5)
    return FALSE;
  *size = 1;
  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (shape, i);

      sides[i] = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_int (node) : 0;
      if (sides[i] < 1 || sides[i] > MAX_SIDE || (*size *= (gsize) sides[i]) > MAX_FILE)
        return FALSE;
    }
  layer->time = n == 3;
  layer->n_heads = (guint) sides[layer->time ? 0 : 1];
  layer->n_frames = (guint) sides[layer->time ? 1 : 2];
  layer->width = (guint) sides[n - 1];
  layer->height = (guint) sides[n - 2];
  return layer->time ? sides[1] == sides[2] : sides[0] == n_words;
}

static gboolean
read_most (JsonObject *metadata, MageMapLayer *layer, guint n_words)
{
  g_autofree char *key = g_strconcat (MOST, layer->name, NULL);
  g_auto (GStrv) numbers = g_strsplit (mage_json_get_string (metadata, key, ""), " ", -1);
  guint n = count_most (layer, n_words);

  if (g_strv_length (numbers) != n)
    return FALSE;
  layer->most = g_new0 (double, n);
  for (guint i = 0; i < n; i++)
    {
      layer->most[i] = g_ascii_strtod (numbers[i], NULL);
      if (!(layer->most[i] >= 0 && layer->most[i] <= 1)) /* nor is it a number, then */
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_layer (MageMaps *self, JsonObject *header, const char *name, GBytes *data)
{
  JsonObject *metadata = mage_json_get_object (header, METADATA);
  JsonObject *tensor = mage_json_get_object (header, name);
  JsonArray *offsets = tensor != NULL ? mage_json_get_array (tensor, "data_offsets") : NULL;
  MageMapLayer *layer = g_new0 (MageMapLayer, 1);
  guint n_words = g_strv_length (self->words);
  gint64 from;
  gsize size = 0;

  g_ptr_array_add (self->layers, layer);
  layer->name = g_strdup (name);
  if (offsets == NULL || json_array_get_length (offsets) != 2 || !JSON_NODE_HOLDS_VALUE (json_array_get_element (offsets, 0)))
    return FALSE;
  from = json_array_get_int_element (offsets, 0);
  if (g_strcmp0 (mage_json_get_string (tensor, "dtype", NULL), "U8") != 0 || !read_shape (tensor, layer, n_words, &size)
      || !read_most (metadata, layer, n_words) || from < 0 || (gsize) from > g_bytes_get_size (data)
      || g_bytes_get_size (data) - (gsize) from < size)
    return FALSE;
  layer->values = g_bytes_new_from_bytes (data, (gsize) from, size);
  return TRUE;
}

static gboolean
read_all (MageMaps *self, JsonObject *header, GBytes *data)
{
  JsonObject *metadata = mage_json_get_object (header, METADATA);
  g_autoptr (GList) names = json_object_get_members (header);

  if (metadata == NULL)
    return FALSE;
  self->words = g_strsplit (mage_json_get_string (metadata, WORDS, ""), " ", -1);
  for (GList *l = names; l != NULL; l = l->next)
    if (!g_str_equal (l->data, METADATA) && !read_layer (self, header, l->data, data))
      return FALSE;
  return self->layers->len > 0;
}

/* The file's bytes begin with the length of its header. */
static JsonObject *
parse_header (const char *path, const char *bytes, gsize n, gsize *length)
{
  guint64 header = 0;
  g_autoptr (JsonNode) node = NULL;

  if (n < sizeof header)
    return NULL;
  memcpy (&header, bytes, sizeof header);
  header = GUINT64_FROM_LE (header);
  if (header > MAX_HEADER || header > n - sizeof header)
    return NULL;
  *length = sizeof header + (gsize) header;
  node = mage_json_parse (path, bytes + sizeof header, (gsize) header, NULL);
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_dup_object (node) : NULL;
}

/** mage_map_file_read: Returns: (transfer full): what mage_map_file_write() wrote; layers whose file is damaged are an error */
MageMaps *
mage_map_file_read (const char *path, GError **error)
{
  g_autoptr (MageMaps) self = g_new0 (MageMaps, 1);
  g_autoptr (JsonObject) header = NULL;
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GBytes) data = NULL;
  char *bytes = NULL;
  gsize n = 0;
  gsize length = 0;

  self->layers = g_ptr_array_new_with_free_func (layer_free);
  if (!g_file_get_contents (path, &bytes, &n, error))
    return NULL;
  file = g_bytes_new_take (bytes, n);
  header = parse_header (path, bytes, n, &length);
  if (header != NULL)
    data = g_bytes_new_from_bytes (file, length, n - length);
  if (header != NULL && read_all (self, header, data))
    return g_steal_pointer (&self);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _("“%s” does not say where the model looked: it is damaged, or of another program. Remove the file; the training writes "
                 "the next one"), path);
  return NULL;
}

/**
 * mage_map_layer_get:
 * @word: 0 where the layer is one of time
 * @head: negative for the mean over all
 * @frame: 0 where the layer is one of time, whose rows are the frames that look
 *
 * Returns: a probability
 */
double
mage_map_layer_get (const MageMapLayer *self, guint word, int head, guint frame, guint row, guint column)
{
  const guint8 *bytes = g_bytes_get_data (self->values, NULL);
  gsize plane = (gsize) self->width * self->height;
  gsize n_planes = self->time ? 1 : self->n_frames;
  guint first = head < 0 ? 0 : MIN ((guint) head, self->n_heads - 1);
  guint last = head < 0 ? self->n_heads - 1 : first;
  double sum = 0;

  for (guint i = first; i <= last; i++)
    {
      gsize at = self->time ? i : (gsize) word * self->n_heads + i;

      sum += bytes[(at * n_planes + frame) * plane + (gsize) row * self->width + column];
    }
  return sum / (last - first + 1) / 255 * self->most[self->time ? 0 : word];
}
