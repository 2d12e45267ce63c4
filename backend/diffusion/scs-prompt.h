/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diffusion/conditioner.h"

G_BEGIN_DECLS

/**
 * ScsPrompt: c_tgt and c̃_tgt, and which of their tokens belong together.
 * @prompt: c_tgt, with the subjects' learned words
 * @superclass_prompt: c̃_tgt, each learned word replaced by its superclass
 * @words: [tokens, words] of c_tgt; @superclass_words: of c̃_tgt; the same words in the same order, those
 *   cut off in either prompt left out; owned
 * @names: those words as typed in c_tgt
 */
typedef struct
{
  char *prompt;
  char *superclass_prompt;
  Tensor *words;
  Tensor *superclass_words;
  GStrv names;
} ScsPrompt;

ScsPrompt *scs_prompt_new (Conditioner *conditioner, const char *prompt, GHashTable *superclasses, Tensor *like,
                           GError **error);
void scs_prompt_free (ScsPrompt *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScsPrompt, scs_prompt_free)

G_END_DECLS
