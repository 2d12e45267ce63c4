/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/tokenizer.h"

#include <string.h>

#include "nn/tokenizer-private.h"
#include "tensor/dtype.h"

static void
added_token_free (gpointer data)
{
  AddedToken *token = data;
  g_free (token->content);
  g_free (token->normalised);
  g_free (token);
}

Tokenizer *
tokenizer_new_empty (void)
{
  Tokenizer *self = g_new0 (Tokenizer, 1);

  g_atomic_ref_count_init (&self->refs);
  self->vocabulary = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->added = g_ptr_array_new_with_free_func (added_token_free);
  return self;
}

Tokenizer *
tokenizer_ref (Tokenizer *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tokenizer_unref (Tokenizer *self)
{
  g_return_if_fail (self != NULL);
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_pointer (&self->bpe, bpe_free);
  g_hash_table_unref (self->vocabulary);
  g_ptr_array_unref (self->added);
  g_free (self);
}

static char *
normalise (const char *text)
{
  g_auto (TokenizerText) forms = { 0 };
  tokenizer_text_init (&forms, text);
  return g_steal_pointer (&forms.lower);
}

void
tokenizer_set_token (Tokenizer *self, const char *content, gint64 id)
{
  AddedToken *token = g_new0 (AddedToken, 1);

  token->content = g_strdup (content);
  token->normalised = normalise (content);
  token->id = id;
  g_ptr_array_add (self->added, token);
  self->n_tokens = MAX (self->n_tokens, (guint) id + 1);
}

gint64
tokenizer_lookup_token (Tokenizer *self, const char *token)
{
  g_return_val_if_fail (self != NULL && token != NULL, -1);

  g_autofree char *normalised = normalise (token);
  for (guint i = 0; i < self->added->len; i++)
    {
      const AddedToken *added = self->added->pdata[i];
      if (g_str_equal (added->normalised, normalised))
        return added->id;
    }
  return -1;
}

gint64
tokenizer_add_token (Tokenizer *self, const char *token, GError **error)
{
  g_return_val_if_fail (self != NULL && token != NULL, -1);

  g_autofree char *normalised = normalise (token);
  const gint64 known = tokenizer_lookup_token (self, token);
  if (known >= 0)
    return known;

  if (*normalised == '\0' || strchr (normalised, ' '))
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED,
                   "“%s” cannot be a token's name: it must be one word without blanks, such as <toy>.", token);
      return -1;
    }
  g_autofree char *whole_word = g_strconcat (normalised, BPE_WORD_END, NULL);
  if (g_hash_table_contains (self->vocabulary, normalised) || g_hash_table_contains (self->vocabulary, whole_word))
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED,
                   "“%s” cannot be a token's name: it is part of the model's vocabulary already. Choose another, such "
                   "as <%s>.",
                   token, token);
      return -1;
    }
  tokenizer_set_token (self, token, self->n_tokens);
  return (gint64) self->n_tokens - 1;
}

void
tokenizer_encode_piece (Tokenizer *self, const TokenizerText *text, const TokenizerPiece *piece, GArray *ids)
{
  if (piece->token_id >= 0)
    g_array_append_val (ids, piece->token_id);
  else
    bpe_encode (self->bpe, text->lower + piece->start, piece->end - piece->start, ids);
}

static void
append_pieces (Tokenizer *self, const char *text, GArray *ids)
{
  g_auto (TokenizerText) forms = { 0 };
  tokenizer_text_init (&forms, text);
  g_autoptr (GArray) pieces = tokenizer_split (self, &forms);
  for (guint i = 0; i < pieces->len; i++)
    tokenizer_encode_piece (self, &forms, &g_array_index (pieces, TokenizerPiece, i), ids);
}

GArray *
tokenizer_pieces (Tokenizer *self, const char *text)
{
  g_return_val_if_fail (self != NULL && text != NULL, NULL);

  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  append_pieces (self, text, ids);
  return ids;
}

GArray *
tokenizer_encode (Tokenizer *self, const char *text)
{
  g_return_val_if_fail (self != NULL && text != NULL, NULL);

  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_val (ids, self->bos);
  append_pieces (self, text, ids);
  g_array_append_val (ids, self->eos);
  return ids;
}

gint64 *
tokenizer_encode_padded (Tokenizer *self, const char *text)
{
  g_return_val_if_fail (self != NULL && text != NULL, NULL);

  g_autoptr (GArray) all = tokenizer_encode (self, text);
  gint64 *ids = g_new (gint64, self->max_length);
  const guint n = MIN (all->len, self->max_length);
  memcpy (ids, all->data, n * sizeof (gint64));
  ids[n - 1] = self->eos;
  for (guint i = n; i < self->max_length; i++)
    ids[i] = self->pad;
  return ids;
}

guint
tokenizer_n_tokens (Tokenizer *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->n_tokens;
}

guint
tokenizer_n_vocabulary (Tokenizer *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->n_vocabulary;
}

guint
tokenizer_max_length (Tokenizer *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->max_length;
}

gint64
tokenizer_bos_id (Tokenizer *self)
{
  g_return_val_if_fail (self != NULL, -1);
  return self->bos;
}

gint64
tokenizer_eos_id (Tokenizer *self)
{
  g_return_val_if_fail (self != NULL, -1);
  return self->eos;
}

gint64
tokenizer_pad_id (Tokenizer *self)
{
  g_return_val_if_fail (self != NULL, -1);
  return self->pad;
}
