/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** ModelConfig: a component's config.json; every reading names file and key when it does not fit. */
typedef struct _ModelConfig ModelConfig;

ModelConfig *model_config_load (const char *path, GError **error);
void model_config_free (ModelConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModelConfig, model_config_free)

const char *model_config_path (ModelConfig *self);
gboolean model_config_has (ModelConfig *self, const char *key);
gboolean model_config_int (ModelConfig *self, const char *key, gint64 fallback, gint64 low,
                           gint64 high, gint64 *value, GError **error);
gboolean model_config_double (ModelConfig *self, const char *key, double fallback, double *value,
                              GError **error);
gboolean model_config_bool (ModelConfig *self, const char *key, gboolean fallback, gboolean *value,
                            GError **error);
char *model_config_string (ModelConfig *self, const char *key, const char *fallback, GError **error);
GArray *model_config_ints (ModelConfig *self, const char *key, guint n, GError **error);
GStrv model_config_strings (ModelConfig *self, const char *key, GError **error);

/** MODEL_CONFIG_REQUIRED: a fallback that says: the key must be there. */
#define MODEL_CONFIG_REQUIRED G_MININT64

G_END_DECLS
