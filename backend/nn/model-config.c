/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/model-config.h"

#include <json-glib/json-glib.h>

#include "tensor/dtype.h"

struct _ModelConfig
{
  char *path;
  JsonParser *parser;
  JsonObject *object;
};

/**
 * model_config_load:
 * @path: a config.json
 *
 * Returns: (transfer full): the configuration, or NULL with an error that names the file
 */
ModelConfig *
model_config_load (const char *path, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) local = NULL;
  JsonNode *root;
  ModelConfig *self;

  if (!json_parser_load_from_file (parser, path, &local))
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE, "%s: not a readable configuration: %s", path,
                   local->message);
      return NULL;
    }
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE, "%s: the configuration is not a JSON object", path);
      return NULL;
    }
  self = g_new0 (ModelConfig, 1);
  self->path = g_strdup (path);
  self->object = json_node_get_object (root);
  self->parser = g_steal_pointer (&parser);
  return self;
}

void
model_config_free (ModelConfig *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->parser);
  g_free (self->path);
  g_free (self);
}

/** model_config_path: (transfer none): the file it came from. */
const char *
model_config_path (ModelConfig *self)
{
  return self->path;
}

/* NULL for a key that is absent or null. */
static JsonNode *
lookup (ModelConfig *self, const char *key)
{
  JsonNode *node = json_object_get_member (self->object, key);

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

static gboolean
complain (ModelConfig *self, const char *key, const char *what, GError **error)
{
  g_set_error (error, T_ERROR, T_ERROR_FILE, "%s: the key “%s” %s", self->path, key, what);
  return FALSE;
}

static gboolean
is_number (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node)
         && (json_node_get_value_type (node) == G_TYPE_INT64
             || json_node_get_value_type (node) == G_TYPE_DOUBLE);
}

/** model_config_has: whether the key is there and not null. */
gboolean
model_config_has (ModelConfig *self, const char *key)
{
  return lookup (self, key) != NULL;
}

/** model_config_int: an integer in [low, high]; @fallback where the key is absent. */
gboolean
model_config_int (ModelConfig *self, const char *key, gint64 fallback, gint64 low, gint64 high,
                  gint64 *value, GError **error)
{
  JsonNode *node = lookup (self, key);

  if (node == NULL)
    {
      if (fallback == MODEL_CONFIG_REQUIRED)
        return complain (self, key, "is missing", error);
      *value = fallback;
      return TRUE;
    }
  if (!is_number (node))
    return complain (self, key, "is not a number", error);
  *value = json_node_get_int (node);
  if (*value < low || *value > high)
    return complain (self, key, "is out of range", error);
  return TRUE;
}

/** model_config_double: a number; @fallback where the key is absent. */
gboolean
model_config_double (ModelConfig *self, const char *key, double fallback, double *value, GError **error)
{
  JsonNode *node = lookup (self, key);

  *value = fallback;
  if (node == NULL)
    return TRUE;
  if (!is_number (node))
    return complain (self, key, "is not a number", error);
  *value = json_node_get_double (node);
  return TRUE;
}

/** model_config_bool: true or false; @fallback where the key is absent. */
gboolean
model_config_bool (ModelConfig *self, const char *key, gboolean fallback, gboolean *value, GError **error)
{
  JsonNode *node = lookup (self, key);

  *value = fallback;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return complain (self, key, "is neither true nor false", error);
  *value = json_node_get_boolean (node);
  return TRUE;
}

/** model_config_string: (transfer full): a text; @fallback (NULL: required) where the key is absent. */
char *
model_config_string (ModelConfig *self, const char *key, const char *fallback, GError **error)
{
  JsonNode *node = lookup (self, key);

  if (node == NULL && fallback != NULL)
    return g_strdup (fallback);
  if (node == NULL)
    complain (self, key, "is missing", error);
  else if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    complain (self, key, "is not a text", error);
  else
    return json_node_dup_string (node);
  return NULL;
}

/**
 * model_config_ints:
 * @n: how many; 0 takes the list's own length
 *
 * Returns: (transfer full) (element-type gint64): the positive integers of a list; a single number
 *   stands for @n equal ones
 */
GArray *
model_config_ints (ModelConfig *self, const char *key, guint n, GError **error)
{
  JsonNode *node = lookup (self, key);
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (gint64));
  JsonArray *array;

  if (node == NULL)
    return complain (self, key, "is missing", error), NULL;
  if (is_number (node))
    {
      gint64 value = json_node_get_int (node);
      if (value < 1 || value > G_MAXINT32)
        return complain (self, key, "is out of range", error), NULL;
      for (guint i = 0; i < MAX (n, 1); i++)
        g_array_append_val (values, value);
      return g_steal_pointer (&values);
    }
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return complain (self, key, "is not a list of numbers", error), NULL;
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      gint64 value = is_number (element) ? json_node_get_int (element) : 0;
      if (value < 1 || value > G_MAXINT32)
        return complain (self, key, "holds something that is no positive number", error), NULL;
      g_array_append_val (values, value);
    }
  if (values->len == 0 || (n != 0 && values->len != n))
    return complain (self, key, "has the wrong number of entries", error), NULL;
  return g_steal_pointer (&values);
}

/** model_config_strings: (transfer full): the texts of a list that must be there. */
GStrv
model_config_strings (ModelConfig *self, const char *key, GError **error)
{
  JsonNode *node = lookup (self, key);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array;

  if (node == NULL)
    return complain (self, key, "is missing", error), NULL;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return complain (self, key, "is not a list of texts", error), NULL;
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      if (!JSON_NODE_HOLDS_VALUE (element) || json_node_get_value_type (element) != G_TYPE_STRING)
        return complain (self, key, "holds something that is no text", error), NULL;
      g_strv_builder_add (builder, json_node_get_string (element));
    }
  return g_strv_builder_end (builder);
}
