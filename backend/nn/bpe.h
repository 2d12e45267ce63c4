/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** BPE_WORD_END: what a piece of the vocabulary ends with if it ends a word. */
#define BPE_WORD_END "</w>"

/**
 * Bpe:
 *
 * Byte pair encoding as CLIP's: a word's bytes, the last marked as a word's end, joined pair by pair in the order of
 * the merges.
 */
typedef struct _Bpe Bpe;

/**
 * bpe_new:
 * @vocabulary: (element-type utf8 gint): piece → id
 * @merges: (array length=length): the text of merges.txt: a pair a line, most important first
 * @path: what messages call it
 * @unknown_id: the id for a byte that the vocabulary lacks
 *
 * Returns: (transfer full): the encoder, or %NULL with %T_ERROR_FILE that names the line
 */
Bpe *bpe_new (GHashTable *vocabulary, const char *merges, gsize length, const char *path, gint64 unknown_id,
              GError **error);

/** bpe_free: frees it. */
void bpe_free (Bpe *self);

/** bpe_encode: appends the ids of one word of at least one byte to @ids (element-type gint64); n·log n in its length. */
void bpe_encode (Bpe *self, const char *word, gsize length, GArray *ids);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bpe, bpe_free)

G_END_DECLS
