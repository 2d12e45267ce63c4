/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The vocabulary that OpenAI's CLIP publishes as a packed list of merges, as the tokenizer folder
 * (vocab.json, merges.txt, special_tokens_map.json) of a model in diffusers layout.
 */
char *clip_bpe_make_folder (const char *packed_merges, guint n_vocabulary, const char *pad, GError **error);
void clip_bpe_remove_folder (char *dir);

G_END_DECLS
