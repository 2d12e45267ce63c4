/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-attention-file.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * A step's attention on the disk: a deflated GVariant, little-endian, of this type. Of the 16-bit shares all upper bytes
 * come first: most shares are small, so that these are nearly all zero and take no room.
 *
 *   format ("videomage-attention-1"), frames, words, names of all layers,
 *   layers: name, temporal, heads, height, width, the branches' values
 *
 * What somebody takes away are float32 probabilities in a safetensors file.
 */

#define FORMAT "videomage-attention-1"
#define FILE_TYPE "(suasasa(sbuuuaay))"
/* Deflating harder gained two per cent and took three times as long. */
#define LEVEL 1
/* No step's attention is larger than this, in bytes: a damaged file takes no more. */
#define MOST ((gsize) 1 << 30)
/* Nothing in a model is longer, and products of such numbers are numbers. */
#define LONGEST 4096
#define PIECE ((gsize) 64 << 10)

static GVariant *
pack (GBytes *values)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (values, &size);
  guint8 *planes = g_malloc (MAX (size, 1));

  for (gsize i = 0; i < size / 2; i++)
    {
      guint16 share;

      memcpy (&share, bytes + 2 * i, sizeof share);
      planes[i] = (guint8) (share >> 8);
      planes[size / 2 + i] = (guint8) share;
    }
  return g_variant_new_from_data (G_VARIANT_TYPE_BYTESTRING, planes, size, TRUE, g_free, planes);
}

static GBytes *
unpack (GVariant *variant, gsize n)
{
  gsize size;
  const guint8 *planes = g_variant_get_fixed_array (variant, &size, 1);
  guint16 *values;

  if (size != 2 * n)
    return NULL;
  values = g_new (guint16, MAX (n, 1));
  for (gsize i = 0; i < n; i++)
    values[i] = (guint16) (planes[i] << 8 | planes[n + i]);
  return g_bytes_new_take (values, size);
}

static GVariant *
to_variant (const MageAttention *self)
{
  GVariantBuilder layers;

  g_variant_builder_init (&layers, G_VARIANT_TYPE ("a(sbuuuaay)"));
  for (guint i = 0; i < self->layers->len; i++)
    {
      MageAttentionLayer *layer = g_ptr_array_index (self->layers, i);
      GVariantBuilder branches;

      g_variant_builder_init (&branches, G_VARIANT_TYPE ("aay"));
      for (guint b = 0; b < self->n_branches && layer->values[b] != NULL; b++)
        g_variant_builder_add_value (&branches, pack (layer->values[b]));
      g_variant_builder_add (&layers, "(sbuuuaay)", layer->name, layer->temporal, layer->n_heads, layer->height, layer->width,
                             &branches);
    }
  return g_variant_ref_sink (g_variant_new ("(su^as^asa(sbuuuaay))", FORMAT, self->n_frames, self->words, self->names, &layers));
}

static GBytes *
convert (GConverter *converter, GBytes *bytes, GError **error)
{
  g_autoptr (GInputStream) memory = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GInputStream) in = g_converter_input_stream_new (memory, converter);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autofree guint8 *piece = g_malloc (PIECE);
  gssize n;

  while ((n = g_input_stream_read (in, piece, PIECE, NULL, error)) > 0)
    {
      if (out->len + (gsize) n > MOST)
        return NULL;
      g_byte_array_append (out, piece, (guint) n);
    }
  return n == 0 ? g_byte_array_free_to_bytes (g_steal_pointer (&out)) : NULL;
}

/** mage_attention_write: keeps @self in the file @path. */
gboolean
mage_attention_write (const MageAttention *self, const char *path, GError **error)
{
  g_autoptr (GVariant) native = to_variant (self);
  g_autoptr (GVariant) variant = G_BYTE_ORDER == G_BIG_ENDIAN ? g_variant_byteswap (native) : g_variant_ref (native);
  g_autoptr (GBytes) plain = g_variant_get_data_as_bytes (variant);
  g_autoptr (GConverter) compressor = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, LEVEL));
  g_autoptr (GBytes) packed = convert (compressor, plain, error);
  gsize size;
  const char *data;

  if (packed == NULL)
    return FALSE;
  data = g_bytes_get_data (packed, &size);
  return g_file_set_contents (path, data, (gssize) size, error);
}

static gboolean
read_layer (MageAttention *self, GVariant *item)
{
  const char *name;
  gboolean temporal;
  guint n_heads, height, width;
  g_autoptr (GVariant) branches = NULL;
  MageAttentionLayer *layer;

  g_variant_get (item, "(&sbuuu@aay)", &name, &temporal, &n_heads, &height, &width, &branches);
  if (n_heads == 0 || height == 0 || width == 0 || n_heads > LONGEST || height > LONGEST || width > LONGEST
      || g_variant_n_children (branches) == 0 || g_variant_n_children (branches) > MAGE_ATTENTION_N_BRANCHES)
    return FALSE;
  layer = mage_attention_add_layer (self, name, temporal, n_heads, height, width);
  for (guint b = 0; b < g_variant_n_children (branches); b++)
    {
      g_autoptr (GVariant) values = g_variant_get_child_value (branches, b);

      layer->values[b] = unpack (values, mage_attention_layer_size (self, layer));
      if (layer->values[b] == NULL)
        return FALSE;
      self->n_branches = MAX (self->n_branches, b + 1);
    }
  return TRUE;
}

static MageAttention *
from_variant (GVariant *variant)
{
  const char *format;
  guint n_frames;
  g_autofree const char **words = NULL;
  g_autofree const char **names = NULL;
  g_autoptr (GVariant) layers = NULL;
  g_autoptr (MageAttention) self = NULL;

  g_variant_get (variant, "(&su^a&s^a&s@a(sbuuuaay))", &format, &n_frames, &words, &names, &layers);
  if (!g_str_equal (format, FORMAT) || n_frames == 0 || n_frames > LONGEST || g_strv_length ((GStrv) words) > LONGEST)
    return NULL;
  self = mage_attention_new (n_frames, words, names);
  for (gsize i = 0; i < g_variant_n_children (layers); i++)
    {
      g_autoptr (GVariant) item = g_variant_get_child_value (layers, i);

      if (!read_layer (self, item))
        return NULL;
    }
  return self->layers->len > 0 ? g_steal_pointer (&self) : NULL;
}

/** mage_attention_read: Returns: (transfer full): what mage_attention_write() kept */
MageAttention *
mage_attention_read (const char *path, GError **error)
{
  g_autofree char *data = NULL;
  gsize length;
  g_autoptr (GBytes) packed = NULL;
  g_autoptr (GBytes) plain = NULL;
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GConverter) inflater = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
  MageAttention *self = NULL;

  if (!g_file_get_contents (path, &data, &length, error))
    return NULL;
  packed = g_bytes_new_take (g_steal_pointer (&data), length);
  plain = convert (inflater, packed, NULL);
  if (plain != NULL)
    {
      variant = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (FILE_TYPE), plain, FALSE));
      if (G_BYTE_ORDER == G_BIG_ENDIAN)
        {
          g_autoptr (GVariant) swapped = g_variant_byteswap (variant);

          g_variant_unref (variant);
          variant = g_steal_pointer (&swapped);
        }
      if (g_variant_is_normal_form (variant))
        self = from_variant (variant);
    }
  if (self == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _("“%s” holds no attention of a step: it is damaged, or of another program. Remove the file; the step is looked at again"),
                 path);
  return self;
}

/* --- safetensors --- */

static void
add_tensor (JsonObject *header, GPtrArray *parts, goffset *at, const char *name, GBytes *bytes, const gint64 *shape, guint n)
{
  JsonObject *entry = json_object_new ();
  JsonArray *dims = json_array_new ();
  JsonArray *offsets = json_array_new ();

  for (guint i = 0; i < n; i++)
    json_array_add_int_element (dims, shape[i]);
  json_array_add_int_element (offsets, *at);
  *at += (goffset) g_bytes_get_size (bytes);
  json_array_add_int_element (offsets, *at);
  json_object_set_string_member (entry, "dtype", "F32");
  json_object_set_array_member (entry, "shape", dims);
  json_object_set_array_member (entry, "data_offsets", offsets);
  json_object_set_object_member (header, name, entry);
  g_ptr_array_add (parts, bytes);
}

static void
add_branch (JsonObject *header, GPtrArray *parts, goffset *at, const char *branch, const EngineMaps *maps)
{
  gint64 f = maps->n_frames;

  for (guint i = 0; i < maps->n_maps; i++)
    {
      const EngineMap *map = &maps->maps[i];
      gint64 pixels = (gint64) map->height * map->width;
      gint64 temporal[] = { pixels, map->n_heads, f, f };
      gint64 spatial[] = { f, map->n_heads, pixels, g_strv_length (maps->words) };
      gint64 rest[] = { f, map->n_heads, pixels, MAGE_ATTENTION_N_REST };
      g_autofree char *name = g_strdup_printf ("%s.%s", branch, map->layer);

      add_tensor (header, parts, at, name, map->words, map->temporal ? temporal : spatial, 4);
      if (map->rest != NULL)
        {
          g_autofree char *other = g_strdup_printf ("%s.rest", name);

          add_tensor (header, parts, at, other, map->rest, rest, 4);
        }
    }
}

/* A JSON header, blanks up to a multiple of eight, and its length before it. */
static GString *
make_header (JsonObject *header)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), header);
  g_autofree char *text = json_to_string (node, FALSE);
  GString *head = g_string_new (NULL);
  guint64 length = (strlen (text) + 7) / 8 * 8, little = GUINT64_TO_LE (length);

  g_string_append_len (head, (const char *) &little, sizeof little);
  g_string_append (head, text);
  while (head->len < sizeof little + length)
    g_string_append_c (head, ' ');
  return head;
}

static gboolean
write_parts (GFile *file, const GString *head, GPtrArray *parts, GError **error)
{
  g_autoptr (GFileOutputStream) out = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, NULL, error);
  gsize written;

  if (out == NULL || !g_output_stream_write_all (G_OUTPUT_STREAM (out), head->str, head->len, &written, NULL, error))
    return FALSE;
  for (guint i = 0; i < parts->len; i++)
    {
      gsize size;
      gconstpointer data = g_bytes_get_data (g_ptr_array_index (parts, i), &size);

      if (!g_output_stream_write_all (G_OUTPUT_STREAM (out), data, size, &written, NULL, error))
        return FALSE;
    }
  return g_output_stream_close (G_OUTPUT_STREAM (out), NULL, error);
}

/**
 * mage_attention_write_raw:
 * @branches: (array length=n): the engine's float32 probabilities
 * @names: (array length=n): of the branches, before the layers' names
 * @about: words, step and whatever more is to be known: texts, the file's metadata
 *
 * A safetensors file of all that was computed. What cannot be written to its end leaves what was there as it is.
 */
gboolean
mage_attention_write_raw (const char *path, const EngineMaps *const *branches, const char *const *names, guint n,
                          JsonObject *about, GError **error)
{
  g_autoptr (JsonObject) header = json_object_new ();
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  g_autofree char *part_path = g_strconcat (path, ".part", NULL);
  g_autoptr (GFile) part = g_file_new_for_path (part_path);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GString) head = NULL;
  goffset at = 0;

  json_object_set_object_member (header, "__metadata__", json_object_ref (about));
  for (guint i = 0; i < n; i++)
    add_branch (header, parts, &at, names[i], branches[i]);
  head = make_header (header);
  if (write_parts (part, head, parts, error) && g_file_move (part, file, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, error))
    return TRUE;
  g_file_delete (part, NULL, NULL); /* it may not even be there */
  return FALSE;
}
