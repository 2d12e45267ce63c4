/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * json_guard_parse:
 * @data: (array length=length): the text, not necessarily ended by NUL
 * @path: the file it came from, for messages
 *
 * Parses a JSON object of a file that may be damaged or hostile: text that is no UTF-8, deep nesting and a key that
 * occurs twice in one object are refused, which json-glib alone does not do.
 *
 * Returns: (transfer full): the root node, which holds an object; or %NULL with %T_ERROR_FILE
 */
JsonNode *json_guard_parse (const char *data, gsize length, const char *path, GError **error);

/**
 * json_guard_load:
 *
 * As json_guard_parse(), from a regular file.
 *
 * Returns: (transfer full): the root node, which holds an object; or %NULL with %T_ERROR_FILE
 */
JsonNode *json_guard_load (const char *path, GError **error);

/** json_guard_get_int: Returns: whether @node holds a whole number; it is then stored in @value. */
gboolean json_guard_get_int (JsonNode *node, gint64 *value);

/** json_guard_get_string: Returns: (transfer none) (nullable): the text if @node is one; @node may be %NULL. */
const char *json_guard_get_string (JsonNode *node);

G_END_DECLS
