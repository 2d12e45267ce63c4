/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-param-table.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define MAGE_TYPE_PARAMS (mage_params_get_type ())
G_DECLARE_FINAL_TYPE (MageParams, mage_params, MAGE, PARAMS, GObject)

MageParams *mage_params_new (void);
MageParams *mage_params_copy (MageParams *self);
MageParams *mage_params_freeze (MageParams *self);
gboolean mage_params_is_frozen (MageParams *self);

gint64 mage_params_get_int (MageParams *self, const char *key);
double mage_params_get_double (MageParams *self, const char *key);
gboolean mage_params_get_boolean (MageParams *self, const char *key);
const char *mage_params_get_string (MageParams *self, const char *key);
char *mage_params_dup_text (MageParams *self, const char *key);

gboolean mage_params_set_int (MageParams *self, const char *key, gint64 value, GError **error);
gboolean mage_params_set_double (MageParams *self, const char *key, double value, GError **error);
gboolean mage_params_set_boolean (MageParams *self, const char *key, gboolean value, GError **error);
gboolean mage_params_set_string (MageParams *self, const char *key, const char *value, GError **error);
gboolean mage_params_set_text (MageParams *self, const char *key, const char *text, GError **error);

void mage_params_reset (MageParams *self, const char *key);
gboolean mage_params_has_same (MageParams *self, const char *key, MageParams *other);
void mage_params_take_over (MageParams *self, const char *key, MageParams *other);
gboolean mage_params_is_default (MageParams *self, const char *key);
char *mage_params_dup_default_text (MageParams *self, const char *key);
const char *mage_params_get_default_source (MageParams *self, const char *key);
gboolean mage_params_set_model_defaults (MageParams *self, JsonObject *model, GError **error);

JsonObject *mage_params_to_json (MageParams *self, gboolean whole);
gboolean mage_params_load_json (MageParams *self, JsonObject *object, GError **error);
GVariantDict *mage_params_to_dict (MageParams *self, MageUse use);
void mage_params_hash (MageParams *self, MageStale what, GChecksum *checksum);

G_END_DECLS
