/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-attention.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

gboolean mage_attention_write (const MageAttention *self, const char *path, GError **error);
MageAttention *mage_attention_read (const char *path, GError **error);
gboolean mage_attention_write_raw (const char *path, const EngineMaps *const *branches, const char *const *names, guint n,
                                   JsonObject *about, GError **error);

G_END_DECLS
