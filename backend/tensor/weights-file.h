/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tensor/dtype.h"

G_BEGIN_DECLS

/**
 * WEIGHTS_MAX_DIMS:
 *
 * The most dimensions a stored tensor may have; a video convolution's weight has five.
 */
#define WEIGHTS_MAX_DIMS 8

/**
 * WeightsEntry:
 * @name: the tensor's name in the file
 * @dtype: the element type as stored
 * @n_dims: how many dimensions; 0 is a scalar
 * @shape: (array length=n_dims): sizes, none negative
 * @strides: (array length=n_dims): steps in elements, none negative; row-major in a safetensors file
 * @data: the first element, little-endian; may lie at any address, aligned or not
 * @n_bytes: bytes from @data up to the end of the last element that the strides reach; 0 without elements
 * @path: the file that holds the data (a shard where the weights are in several files)
 *
 * One tensor of a weights file. All pointers belong to the file.
 */
typedef struct
{
  const char *name;
  TDtype dtype;
  guint n_dims;
  const gint64 *shape;
  const gint64 *strides;
  const guint8 *data;
  gsize n_bytes;
  const char *path;
} WeightsEntry;

/** weights_entry_n_elements: the product of the shape. */
gsize weights_entry_n_elements (const WeightsEntry *entry);

/** weights_entry_is_contiguous: whether the elements lie in row-major order without gaps. */
gboolean weights_entry_is_contiguous (const WeightsEntry *entry);

/**
 * weights_entry_copy:
 * @destination: room for the number of elements times the size of one
 *
 * Copies the elements in row-major order, as stored (nothing is converted).
 */
void weights_entry_copy (const WeightsEntry *entry, void *destination);

/**
 * WeightsFile:
 *
 * The named tensors of one weights file, or of the shards of one. The files are mapped, not read: entries point into
 * the map and stay valid as long as a reference is held. Immutable, so threads may share it.
 */
typedef struct _WeightsFile WeightsFile;

/**
 * weights_file_open:
 *
 * Opens a safetensors file or a state dict written by torch.save (a zip with a pickle in it), told apart by content.
 * Nothing in a pickle is executed. Every claim of the file's header is checked here.
 *
 * Returns: (transfer full): the file, or %NULL with %T_ERROR_FILE
 */
WeightsFile *weights_file_open (const char *path, GError **error);

/**
 * weights_file_open_bytes:
 * @path: what messages call it
 *
 * As weights_file_open(), from memory; holds a reference to @bytes.
 *
 * Returns: (transfer full): the file, or %NULL with %T_ERROR_FILE
 */
WeightsFile *weights_file_open_bytes (GBytes *bytes, const char *path, GError **error);

/**
 * weights_file_open_component:
 * @dir: a component's folder of a diffusers model, such as `unet`
 * @stem: (nullable): the file's name without ending, or %NULL for diffusers' and transformers' usual ones
 *
 * Finds and opens the folder's weights: safetensors before torch files, one file before shards with an index, and
 * fp16 variants only when there is nothing else.
 *
 * Returns: (transfer full): the weights, or %NULL with %T_ERROR_FILE; when nothing is there the message lists what was
 * looked for
 */
WeightsFile *weights_file_open_component (const char *dir, const char *stem, GError **error);

/** weights_file_ref: Returns: (transfer full): one more reference. */
WeightsFile *weights_file_ref (WeightsFile *self);

/** weights_file_unref: drops a reference; the last one unmaps the file and ends its entries. */
void weights_file_unref (WeightsFile *self);

/** weights_file_path: the file, or the index file of shards. */
const char *weights_file_path (WeightsFile *self);

/** weights_file_n_entries: how many tensors. */
guint weights_file_n_entries (WeightsFile *self);

/** weights_file_entry: Returns: (transfer none): tensor @index, in the file's own order. */
const WeightsEntry *weights_file_entry (WeightsFile *self, guint index);

/** weights_file_lookup: Returns: (transfer none) (nullable): the tensor of that very name. */
const WeightsEntry *weights_file_lookup (WeightsFile *self, const char *name);

/** weights_file_metadata: Returns: (transfer none) (nullable): one text of a safetensors file's `__metadata__`. */
const char *weights_file_metadata (WeightsFile *self, const char *key);

/** weights_file_metadata_table: Returns: (transfer none) (element-type utf8 utf8): all texts of `__metadata__`. */
GHashTable *weights_file_metadata_table (WeightsFile *self);

/**
 * weights_file_save_safetensors:
 * @entries: (array length=n_entries): what to store; @path of each is ignored, strided data is stored row-major
 * @metadata: (nullable) (element-type utf8 utf8): texts for `__metadata__`
 *
 * Writes a safetensors file. The same arguments give the same bytes: the header lists the entries as given and the
 * metadata by key; wider element types come first in the data, so that all are aligned. The file is written beside
 * and renamed: afterwards @path is complete or as before.
 *
 * Returns: %TRUE, or %FALSE with %T_ERROR_FILE
 */
gboolean weights_file_save_safetensors (const char *path, const WeightsEntry *entries, gsize n_entries,
                                        GHashTable *metadata, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeightsFile, weights_file_unref)

G_END_DECLS
