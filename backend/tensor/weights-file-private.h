/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tensor/weights-file.h"

G_BEGIN_DECLS

struct _WeightsFile
{
  gatomicrefcount refs;
  char *path;
  GBytes *bytes;         /* NULL when the data is in shards */
  GPtrArray *shards;     /* of WeightsFile; entries then belong to them */
  GPtrArray *entries;    /* of WeightsEntry */
  GHashTable *by_name;   /* name → WeightsEntry */
  GHashTable *metadata;  /* text → text */
};

/** weights_file_new: an empty file; @bytes (nullable) is referenced, %NULL makes one of shards. */
WeightsFile *weights_file_new (const char *path, GBytes *bytes);

/** weights_file_add_owned: adds a tensor, copying all but the data; @strides %NULL is row-major. Fails on a second of a name. */
gboolean weights_file_add_owned (WeightsFile *self, const WeightsEntry *entry, GError **error);

/** weights_file_add_borrowed: adds a shard's tensor. Fails on a second of a name. */
gboolean weights_file_add_borrowed (WeightsFile *self, const WeightsEntry *entry, GError **error);

/** weights_file_fail: sets a %T_ERROR_FILE that begins with the path; returns %FALSE. */
gboolean weights_file_fail (GError **error, const char *path, const char *format, ...) G_GNUC_PRINTF (3, 4);

/** weights_count: the product of a shape; fails if a size is negative or the product times @item_size overflows. */
gboolean weights_count (const gint64 *shape, guint n_dims, gsize item_size, gsize *n_elements);

/* One function a format: they fill in the entries from the bytes. */
gboolean safetensors_parse (WeightsFile *self, GError **error);
gboolean torch_file_parse (WeightsFile *self, GError **error);

G_END_DECLS
