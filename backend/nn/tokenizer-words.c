/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words and their positions, in a prompt and in the same prompt with superclasses for learned tokens. */

#include "nn/tokenizer-private.h"
#include "tensor/dtype.h"

static void
word_free (gpointer data)
{
  TokenizerWord *word = data;
  g_free (word->text);
  g_free (word);
}

static void
group_free (gpointer data)
{
  TokenizerGroup *group = data;
  g_free (group->word);
  g_free (group);
}

void
tokenizer_alignment_free (TokenizerAlignment *alignment)
{
  g_return_if_fail (alignment != NULL);
  g_ptr_array_unref (alignment->groups);
  g_free (alignment->superclass_prompt);
  g_free (alignment);
}

/* All words, as if there were no maximal length. */
static GPtrArray *
list_words (Tokenizer *self, const TokenizerText *forms)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (word_free);
  g_autoptr (GArray) pieces = tokenizer_split (self, forms);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < pieces->len; i++)
    {
      const TokenizerPiece *piece = &g_array_index (pieces, TokenizerPiece, i);
      TokenizerWord *word = g_new0 (TokenizerWord, 1);
      word->text = tokenizer_text_slice (forms, piece->start, piece->end);
      word->token_id = piece->token_id;
      word->first = ids->len + 1;
      tokenizer_encode_piece (self, forms, piece, ids);
      word->last = ids->len;
      g_ptr_array_add (words, word);
    }
  return words;
}

/* The last position that is neither cut off nor the end token. */
static guint
last_position (Tokenizer *self)
{
  return self->max_length - 2;
}

GPtrArray *
tokenizer_words (Tokenizer *self, const char *text)
{
  g_return_val_if_fail (self != NULL && text != NULL, NULL);

  g_auto (TokenizerText) forms = { 0 };
  tokenizer_text_init (&forms, text);
  GPtrArray *words = list_words (self, &forms);
  const guint limit = last_position (self);
  for (guint i = 0; i < words->len; i++)
    {
      TokenizerWord *word = words->pdata[i];
      if (word->first > limit)
        {
          g_ptr_array_set_size (words, (int) i);
          break;
        }
      word->is_cut = word->last > limit;
      word->last = MIN (word->last, limit);
    }
  return words;
}

/* token id → superclass */
static GHashTable *
index_superclasses (Tokenizer *self, GHashTable *superclasses)
{
  GHashTable *by_id = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer token, superclass;

  g_hash_table_iter_init (&iter, superclasses);
  while (g_hash_table_iter_next (&iter, &token, &superclass))
    {
      const gint64 id = tokenizer_lookup_token (self, token);
      if (id >= 0)
        g_hash_table_insert (by_id, g_memdup2 (&id, sizeof id), superclass);
    }
  return by_id;
}

/* Appends @text, after a blank where the two would else run into one word, or anyway if @spaced. */
static void
append_apart (GString *prompt, const char *text, gboolean spaced)
{
  if (prompt->len > 0 && *text)
    {
      const char *before = g_utf8_find_prev_char (prompt->str, prompt->str + prompt->len);
      if (spaced || tokenizer_signs_join (g_utf8_get_char (before), g_utf8_get_char (text)))
        g_string_append_c (prompt, ' ');
    }
  g_string_append (prompt, text);
}

/* How many words @superclass has, which is what stands for one word of the prompt. */
static guint
count_words (Tokenizer *self, const char *superclass)
{
  g_auto (TokenizerText) forms = { 0 };
  tokenizer_text_init (&forms, superclass);
  g_autoptr (GArray) pieces = tokenizer_split (self, &forms);
  return pieces->len;
}

/* How many words of the superclass prompt each word of the prompt becomes. */
static GArray *
count_replacements (Tokenizer *self, GPtrArray *words, GHashTable *by_id, GError **error)
{
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < words->len; i++)
    {
      const TokenizerWord *word = words->pdata[i];
      const char *superclass = g_hash_table_lookup (by_id, &word->token_id);
      const guint count = superclass ? count_words (self, superclass) : 1;
      if (count == 0)
        {
          g_set_error (error, T_ERROR, T_ERROR_FAILED, "The token “%s” has no superclass. Give it one, such as “dog”.",
                       word->text);
          return NULL;
        }
      g_array_append_val (counts, count);
    }
  return g_steal_pointer (&counts);
}

/* The prompt with superclasses for tokens. */
static char *
replace_tokens (Tokenizer *self, const TokenizerText *forms, GHashTable *by_id, gboolean spaced)
{
  GString *prompt = g_string_new (NULL);
  g_autoptr (GArray) pieces = tokenizer_split (self, forms);
  gsize done = 0;  /* in forms->text */

  for (guint i = 0; i < pieces->len; i++)
    {
      const TokenizerPiece *piece = &g_array_index (pieces, TokenizerPiece, i);
      const char *superclass = g_hash_table_lookup (by_id, &piece->token_id);
      if (superclass == NULL)
        continue;
      const gsize start = g_array_index (forms->origins, gsize, piece->start);
      g_autofree char *between = start > done ? g_strndup (forms->text + done, start - done) : g_strdup ("");
      g_auto (TokenizerText) clean = { 0 };
      tokenizer_text_init (&clean, superclass);
      append_apart (prompt, between, spaced);
      append_apart (prompt, g_strstrip (clean.text), spaced);
      done = g_array_index (forms->origins, gsize, piece->end);
    }
  append_apart (prompt, forms->text + done, spaced);
  return g_string_free (prompt, FALSE);
}

/* Whether the words of both prompts correspond; putting texts together may have made new words. */
static gboolean
corresponds (GPtrArray *words, GPtrArray *superclass_words, GArray *counts, GHashTable *by_id)
{
  guint at = 0;
  for (guint i = 0; i < words->len; i++)
    {
      const TokenizerWord *word = words->pdata[i];
      const guint count = g_array_index (counts, guint, i);
      if (count > superclass_words->len - at)
        return FALSE;
      const TokenizerWord *other = superclass_words->pdata[at];
      if (!g_hash_table_contains (by_id, &word->token_id) && !g_str_equal (word->text, other->text))
        return FALSE;
      at += count;
    }
  return at == superclass_words->len;
}

static GPtrArray *
list_groups (Tokenizer *self, GPtrArray *words, GPtrArray *superclass_words, GArray *counts)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (group_free);
  const guint limit = last_position (self);
  guint at = 0;

  for (guint i = 0; i < words->len; i++)
    {
      const TokenizerWord *word = words->pdata[i];
      const guint count = g_array_index (counts, guint, i);
      const TokenizerWord *first = superclass_words->pdata[at];
      const TokenizerWord *last = superclass_words->pdata[at + count - 1];
      at += count;
      if (word->first > limit || first->first > limit)
        break;
      TokenizerGroup *group = g_new0 (TokenizerGroup, 1);
      group->word = g_strdup (word->text);
      group->token_id = word->token_id;
      group->first = word->first;
      group->last = MIN (word->last, limit);
      group->superclass_first = first->first;
      group->superclass_last = MIN (last->last, limit);
      g_ptr_array_add (groups, group);
    }
  return groups;
}

TokenizerAlignment *
tokenizer_align_words (Tokenizer *self, const char *prompt, GHashTable *superclasses, GError **error)
{
  g_return_val_if_fail (self != NULL && prompt != NULL && superclasses != NULL, NULL);

  g_auto (TokenizerText) forms = { 0 };
  tokenizer_text_init (&forms, prompt);
  g_autoptr (GHashTable) by_id = index_superclasses (self, superclasses);
  g_autoptr (GPtrArray) words = list_words (self, &forms);
  g_autoptr (GArray) counts = count_replacements (self, words, by_id, error);
  if (counts == NULL)
    return NULL;

  /* As typed if that keeps the words; else with blanks around the superclasses. */
  for (guint spaced = 0; spaced < 2; spaced++)
    {
      g_autofree char *replaced = replace_tokens (self, &forms, by_id, spaced > 0);
      g_auto (TokenizerText) superclass_forms = { 0 };
      tokenizer_text_init (&superclass_forms, replaced);
      g_autoptr (GPtrArray) superclass_words = list_words (self, &superclass_forms);
      if (!corresponds (words, superclass_words, counts, by_id))
        continue;
      TokenizerAlignment *alignment = g_new0 (TokenizerAlignment, 1);
      alignment->superclass_prompt = g_steal_pointer (&replaced);
      alignment->groups = list_groups (self, words, superclass_words, counts);
      return alignment;
    }
  g_set_error (error, T_ERROR, T_ERROR_FAILED,
               "The prompt “%s” cannot be matched with its superclasses. Put blanks around the tokens.", prompt);
  return NULL;
}
