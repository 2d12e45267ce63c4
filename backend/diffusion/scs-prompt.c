/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/scs-prompt.h"

#include "diffusion/attention-maps.h"

/**
 * scs_prompt_new:
 * @conditioner: knows the learned words
 * @prompt: c_tgt
 * @superclasses: (element-type utf8 utf8): learned word → superclass
 * @like: a tensor whose device and type the word matrices take
 *
 * Aligns both prompts word by word (METHOD §5, golden/README §8.2).
 *
 * Returns: (transfer full): NULL with an error
 */
ScsPrompt *
scs_prompt_new (Conditioner *conditioner, const char *prompt, GHashTable *superclasses, Tensor *like, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Tokenizer *tokenizer = conditioner_tokenizer (conditioner);
  g_autoptr (TokenizerAlignment) alignment = tokenizer_align_words (tokenizer, prompt, superclasses, error);
  g_autoptr (ScsPrompt) self = NULL;
  g_autofree guint *positions = NULL;
  guint n, *first, *last, *super_first, *super_last;
  gint64 n_tokens = tokenizer_max_length (tokenizer);

  if (alignment == NULL)
    return NULL;
  n = alignment->groups->len;
  positions = g_new0 (guint, 4 * (gsize) n + 1);
  first = positions;
  last = first + n;
  super_first = last + n;
  super_last = super_first + n;
  for (guint i = 0; i < n; i++)
    {
      TokenizerGroup *group = g_ptr_array_index (alignment->groups, i);
      first[i] = group->first;
      last[i] = group->last;
      super_first[i] = group->superclass_first;
      super_last[i] = group->superclass_last;
    }
  self = g_new0 (ScsPrompt, 1);
  self->names = g_new0 (char *, (gsize) n + 1);
  for (guint i = 0; i < n; i++)
    self->names[i] = g_strdup (((TokenizerGroup *) g_ptr_array_index (alignment->groups, i))->word);
  self->prompt = g_strdup (prompt);
  self->superclass_prompt = g_strdup (alignment->superclass_prompt);
  self->words = t_steal (word_matrix (first, last, n, n_tokens, like));
  self->superclass_words = t_steal (word_matrix (super_first, super_last, n, n_tokens, like));
  return t_check (error) ? g_steal_pointer (&self) : NULL;
}

void
scs_prompt_free (ScsPrompt *self)
{
  if (self == NULL)
    return;
  g_free (self->prompt);
  g_free (self->superclass_prompt);
  g_strfreev (self->names);
  t_drop (&self->words);
  t_drop (&self->superclass_words);
  g_free (self);
}
