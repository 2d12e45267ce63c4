/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-json.h"

#include <glib/gi18n.h>
#include <math.h>

/*
 * JSON files and members. json-glib's getters complain when a member has another type than the one
 * asked for; what people and other programs wrote may hold anything, so these return the fallback.
 */

/**
 * mage_json_parse:
 * @name: where @text comes from, for sentences
 * @text: what should be a JSON object
 *
 * Returns: (transfer full): the node, which holds an object
 */
JsonNode *
mage_json_parse (const char *name, const char *text, gsize length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) local = NULL;
  JsonNode *root;

  if (!g_utf8_validate (text, (gssize) length, NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“%s” is damaged: it is no UTF-8 text"), name);
      return NULL;
    }
  if (!json_parser_load_from_data (parser, text, (gssize) length, &local))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“%s” is damaged: %s"), name, local->message);
      return NULL;
    }
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“%s” is damaged: it holds no JSON object"), name);
      return NULL;
    }
  return json_node_copy (root);
}

/**
 * mage_json_read:
 * @path: a file that holds a JSON object
 * @error: names the file and the place where it is damaged
 *
 * Returns: (transfer full): the node, which holds an object
 */
JsonNode *
mage_json_read (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length = 0;

  g_return_val_if_fail (path != NULL, NULL);

  return g_file_get_contents (path, &text, &length, error) ? mage_json_parse (path, text, length, error) : NULL;
}

/* Bytes that are no UTF-8, and numbers without end, are written as they are and end what can be read. */
static gboolean
check_readable (const char *path, const char *text, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();

  if (g_utf8_validate (text, -1, NULL) && json_parser_load_from_data (parser, text, -1, NULL))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _("“%s” stays as it is, because it could not be read again: a name or text is no UTF-8, or a number has no end"),
               path);
  return FALSE;
}

/**
 * mage_json_write:
 * @error: also when @node holds what JSON cannot hold; the file is as it was then
 *
 * Writes @node beside @path and renames it, so that a reader sees the old file or the new one.
 */
gboolean
mage_json_write (const char *path, JsonNode *node, GError **error)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  g_return_val_if_fail (path != NULL && node != NULL, FALSE);

  json_generator_set_root (generator, node);
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, NULL);
  if (!check_readable (path, text, error))
    return FALSE;
  line = g_strconcat (text, "\n", NULL);
  return g_file_set_contents_full (path, line, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0644, error);
}

/** mage_json_write_object: as mage_json_write(), for an object. */
gboolean
mage_json_write_object (const char *path, JsonObject *object, GError **error)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (node, object);
  return mage_json_write (path, node, error);
}

/** mage_json_dup_object: Returns: (transfer full): a shallow copy that may be changed, as what was read may not */
JsonObject *
mage_json_dup_object (JsonObject *object)
{
  JsonObject *copy = json_object_new ();
  g_autoptr (GList) names = json_object_get_members (object);

  for (GList *l = names; l != NULL; l = l->next)
    json_object_set_member (copy, l->data, json_node_copy (json_object_get_member (object, l->data)));
  return copy;
}

/** mage_json_to_line: @object on one line, without the line's end. Returns: (transfer full) */
char *
mage_json_to_line (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (node, object);
  return json_to_string (node, FALSE);
}

static JsonNode *
get_member (JsonObject *object, const char *key)
{
  return object != NULL && json_object_has_member (object, key) ? json_object_get_member (object, key) : NULL;
}

static JsonNode *
get_value (JsonObject *object, const char *key)
{
  JsonNode *node = get_member (object, key);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? node : NULL;
}

/** mage_json_get_object: Returns: (transfer none) (nullable): the member, when it is an object */
JsonObject *
mage_json_get_object (JsonObject *object, const char *key)
{
  JsonNode *node = get_member (object, key);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/** mage_json_get_array: Returns: (transfer none) (nullable): the member, when it is an array */
JsonArray *
mage_json_get_array (JsonObject *object, const char *key)
{
  JsonNode *node = get_member (object, key);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/** mage_json_get_element: Returns: (transfer none) (nullable): the element, when it is an object */
JsonObject *
mage_json_get_element (JsonArray *array, guint i)
{
  JsonNode *node = json_array_get_element (array, i);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/** mage_json_get_string: the member when it is a string, else @fallback. */
const char *
mage_json_get_string (JsonObject *object, const char *key, const char *fallback)
{
  JsonNode *node = get_value (object, key);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : fallback;
}

/** mage_json_get_double: the member when it is a finite number, else @fallback. */
double
mage_json_get_double (JsonObject *object, const char *key, double fallback)
{
  JsonNode *node = get_value (object, key);

  if (node == NULL)
    return fallback;
  if (json_node_get_value_type (node) != G_TYPE_DOUBLE && json_node_get_value_type (node) != G_TYPE_INT64)
    return fallback;
  /* “1e999” is written like a number, too. */
  return isfinite (json_node_get_double (node)) ? json_node_get_double (node) : fallback;
}

/** mage_json_get_int: the member when it is a whole number, else @fallback. */
gint64
mage_json_get_int (JsonObject *object, const char *key, gint64 fallback)
{
  JsonNode *node = get_value (object, key);

  if (node == NULL)
    return fallback;
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return json_node_get_int (node);
  if (json_node_get_value_type (node) == G_TYPE_DOUBLE)
    {
      double value = json_node_get_double (node);

      if (value == floor (value) && fabs (value) < 9007199254740992.0)
        return (gint64) value;
    }
  return fallback;
}

/** mage_json_get_boolean: the member when it is true or false, else @fallback. */
gboolean
mage_json_get_boolean (JsonObject *object, const char *key, gboolean fallback)
{
  JsonNode *node = get_value (object, key);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN ? json_node_get_boolean (node) : fallback;
}
