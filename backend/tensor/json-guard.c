/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/json-guard.h"

#include "tensor/dtype.h"

/* The deepest files read here (an index, a tokenizer's configuration) nest four levels. */
#define MAX_DEPTH 32

/* The parser recurses, so depth has to be known before it starts. */
static gboolean
is_shallow (const char *data, gsize length)
{
  guint depth = 0;
  gboolean in_string = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      if (in_string)
        {
          if (data[i] == '\\')
            i++;
          else if (data[i] == '"')
            in_string = FALSE;
        }
      else if (data[i] == '"')
        in_string = TRUE;
      else if ((data[i] == '{' || data[i] == '[') && ++depth > MAX_DEPTH)
        return FALSE;
      else if ((data[i] == '}' || data[i] == ']') && depth > 0)
        depth--;
    }
  return TRUE;
}

typedef struct
{
  GHashTable *sizes;  /* JsonObject → its number of members so far */
  char *duplicate;
} Watch;

/* A member that does not make its object larger has replaced one of the same name. */
static void
object_member_cb (JsonParser *parser, JsonObject *object, const char *name, gpointer data)
{
  Watch *watch = data;
  guint before = GPOINTER_TO_UINT (g_hash_table_lookup (watch->sizes, object));
  guint now = json_object_get_size (object);

  if (now == before && watch->duplicate == NULL)
    watch->duplicate = g_strdup (name);
  g_hash_table_insert (watch->sizes, object, GUINT_TO_POINTER (now));
}

static void
object_end_cb (JsonParser *parser, JsonObject *object, gpointer data)
{
  Watch *watch = data;
  g_hash_table_remove (watch->sizes, object);
}

static JsonNode *
parse_watched (const char *data, gsize length, char **duplicate, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GHashTable) sizes = g_hash_table_new (NULL, NULL);
  Watch watch = { sizes, NULL };

  g_signal_connect (parser, "object-member", G_CALLBACK (object_member_cb), &watch);
  g_signal_connect (parser, "object-end", G_CALLBACK (object_end_cb), &watch);
  gboolean parsed = json_parser_load_from_data (parser, data, length, error);
  *duplicate = watch.duplicate;
  return parsed ? json_parser_steal_root (parser) : NULL;
}

JsonNode *
json_guard_parse (const char *data, gsize length, const char *path, GError **error)
{
  g_return_val_if_fail (data != NULL || length == 0, NULL);
  g_return_val_if_fail (length <= G_MAXSSIZE, NULL);

  const char *complaint = NULL;
  if (length == 0)
    complaint = "it is empty";
  else if (!g_utf8_validate_len (data, length, NULL))
    complaint = "it is no UTF-8 text";
  else if (!is_shallow (data, length))
    complaint = "it is nested too deeply";
  if (complaint)
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE, "“%s”: its JSON cannot be read: %s. The file is damaged.", path,
                   complaint);
      return NULL;
    }

  /* A copy, because the scanner is not trusted to stop at the end of a mapped page. */
  g_autofree char *text = g_strndup (data, length);
  g_autoptr (GError) parse_error = NULL;
  g_autofree char *duplicate = NULL;
  g_autoptr (JsonNode) root = parse_watched (text, length, &duplicate, &parse_error);

  if (parse_error)
    g_set_error (error, T_ERROR, T_ERROR_FILE, "“%s”: its JSON cannot be read: %s", path, parse_error->message);
  else if (duplicate)
    g_set_error (error, T_ERROR, T_ERROR_FILE, "“%s”: “%s” occurs twice. The file is damaged.", path, duplicate);
  else if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    g_set_error (error, T_ERROR, T_ERROR_FILE, "“%s”: its JSON is not an object. The file is damaged.", path);
  else
    return g_steal_pointer (&root);
  return NULL;
}

JsonNode *
json_guard_load (const char *path, GError **error)
{
  g_autofree char *data = NULL;
  gsize length = 0;
  g_autoptr (GError) read_error = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE, "“%s” is not a file.", path);
      return NULL;
    }
  if (!g_file_get_contents (path, &data, &length, &read_error))
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE, "“%s” cannot be read: %s", path, read_error->message);
      return NULL;
    }
  return json_guard_parse (data, length, path, error);
}

gboolean
json_guard_get_int (JsonNode *node, gint64 *value)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  *value = json_node_get_int (node);
  return TRUE;
}

const char *
json_guard_get_string (JsonNode *node)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}
