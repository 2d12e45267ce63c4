/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

JsonNode *mage_json_parse (const char *name, const char *text, gsize length, GError **error);
JsonNode *mage_json_read (const char *path, GError **error);
gboolean mage_json_write (const char *path, JsonNode *node, GError **error);
gboolean mage_json_write_object (const char *path, JsonObject *object, GError **error);
JsonObject *mage_json_dup_object (JsonObject *object);
char *mage_json_to_line (JsonObject *object);

JsonObject *mage_json_get_object (JsonObject *object, const char *key);
JsonArray *mage_json_get_array (JsonObject *object, const char *key);
const char *mage_json_get_string (JsonObject *object, const char *key, const char *fallback);
double mage_json_get_double (JsonObject *object, const char *key, double fallback);
gint64 mage_json_get_int (JsonObject *object, const char *key, gint64 fallback);
gboolean mage_json_get_boolean (JsonObject *object, const char *key, gboolean fallback);
JsonObject *mage_json_get_element (JsonArray *array, guint i);

G_END_DECLS
