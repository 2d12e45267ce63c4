/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/clip-text.h"
#include "nn/tokenizer.h"

G_BEGIN_DECLS

/**
 * Conditioner: prompts → the states that the UNet looks at: tokenizer, text encoder and the learned
 * words' embeddings, whose ids follow the vocabulary.
 */
typedef struct _Conditioner Conditioner;

Conditioner *conditioner_new (const char *model_dir, TDevice device, TDtype dtype, GError **error);
void conditioner_free (Conditioner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Conditioner, conditioner_free)

Tokenizer *conditioner_tokenizer (Conditioner *self);
ClipText *conditioner_text (Conditioner *self);
gboolean conditioner_add_word (Conditioner *self, const char *token, Tensor *row, GError **error);
gboolean conditioner_forget_words (Conditioner *self, GError **error);
Tensor *conditioner_row (Conditioner *self, const char *token);
Tensor *conditioner_mean_row (Conditioner *self, const char *words, GError **error);
gint64 conditioner_position (Conditioner *self, const char *prompt, const char *token);
Tensor *conditioner_encode (Conditioner *self, const char *prompt);

G_END_DECLS
