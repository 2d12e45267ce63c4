/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-weights.h"

#include "project/mage-json.h"

/* Lists the tensors of a safetensors file from its header alone; the engine reads the weights. */

/* The format's own limit of a header. */
#define HEADER_MAX (100 * 1000 * 1000)

/* More than any file system holds; the sum over a header's tensors still fits. */
#define PARAMETERS_MAX (G_GUINT64_CONSTANT (1) << 40)

static gboolean
set_damaged (GError **error, const char *path, const char *why)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "“%s” is no safetensors file: %s", path, why);
  return FALSE;
}

static char *
read_header (const char *path, gsize *length, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  g_autofree char *header = NULL;
  guint64 size;
  gsize got;

  if (stream == NULL || !g_input_stream_read_all (G_INPUT_STREAM (stream), &size, sizeof size, &got, NULL, error))
    return NULL;
  size = GUINT64_FROM_LE (size);
  if (got < sizeof size || size < 2 || size > HEADER_MAX)
    {
      set_damaged (error, path, "it has no header");
      return NULL;
    }
  header = g_malloc (size);
  if (!g_input_stream_read_all (G_INPUT_STREAM (stream), header, size, &got, NULL, error))
    return NULL;
  if (got < size || !g_utf8_validate (header, (gssize) size, NULL))
    {
      set_damaged (error, path, "its header is cut off or damaged");
      return NULL;
    }
  *length = size;
  return g_steal_pointer (&header);
}

/* 0 for a shape that no file can hold. */
static guint64
count_elements (JsonObject *tensor)
{
  JsonArray *shape = mage_json_get_array (tensor, "shape");
  guint64 n = 1;

  for (guint i = 0; shape != NULL && i < json_array_get_length (shape); i++)
    {
      JsonNode *node = json_array_get_element (shape, i);
      gint64 size = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_int (node) : 0;

      if (size <= 0 || !g_uint64_checked_mul (&n, n, (guint64) size) || n > PARAMETERS_MAX)
        return 0;
    }
  return n;
}

/** cli_weights_describe: Returns: (transfer full): the file's tensors (type and shape), metadata and number of parameters */
JsonObject *
cli_weights_describe (const char *path, GError **error)
{
  gsize length = 0;
  g_autofree char *header = read_header (path, &length, error);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GList) names = NULL;
  JsonObject *found;
  JsonObject *tensors;
  JsonObject *object;
  guint64 parameters = 0;

  if (header == NULL)
    return NULL;
  if (!json_parser_load_from_data (parser, header, (gssize) length, NULL)
      || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    {
      set_damaged (error, path, "its header is damaged");
      return NULL;
    }
  found = json_node_get_object (json_parser_get_root (parser));
  object = json_object_new ();
  tensors = json_object_new ();
  names = json_object_get_members (found);
  json_object_set_string_member (object, "file", path);
  for (GList *l = names; l != NULL; l = l->next)
    {
      JsonObject *tensor = mage_json_get_object (found, l->data);
      g_autofree char *shape = NULL;
      g_autofree char *line = NULL;

      if (g_str_equal (l->data, "__metadata__"))
        json_object_set_member (object, "metadata", json_node_copy (json_object_get_member (found, l->data)));
      if (tensor == NULL || mage_json_get_array (tensor, "shape") == NULL)
        continue;
      parameters += count_elements (tensor);
      shape = json_to_string (json_object_get_member (tensor, "shape"), FALSE);
      line = g_strdup_printf ("%s %s", mage_json_get_string (tensor, "dtype", "?"), shape);
      json_object_set_string_member (tensors, l->data, line);
    }
  json_object_set_int_member (object, "parameters", (gint64) parameters);
  json_object_set_object_member (object, "tensors", tensors);
  return object;
}
