/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-param-table.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

GVariant *mage_param_value_new_default (const MageParamInfo *info);
GVariant *mage_param_value_parse (const MageParamInfo *info, const char *text, GError **error);
GVariant *mage_param_value_from_json (const MageParamInfo *info, JsonNode *node, GError **error);
JsonNode *mage_param_value_to_json (GVariant *value);
char *mage_param_value_to_text (GVariant *value);
char *mage_param_number_to_text (double number);
gboolean mage_param_value_check (const MageParamInfo *info, GVariant *value, GError **error);

G_END_DECLS
