/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/conditioner.h"

typedef struct
{
  gint64 id; /* the tokenizer's */
  Tensor *row;
} Word;

struct _Conditioner
{
  char *tokenizer_dir;
  Tokenizer *tokenizer;
  ClipText *text;
  GPtrArray *words; /* in the order of their ids */
};

static void
word_free (gpointer data)
{
  Word *word = data;

  t_drop (&word->row);
  g_free (word);
}

/**
 * conditioner_new:
 * @model_dir: a model folder with tokenizer/ and text_encoder/
 *
 * Returns: (transfer full): NULL with an error that names the file
 */
Conditioner *
conditioner_new (const char *model_dir, TDevice device, TDtype dtype, GError **error)
{
  g_autoptr (Conditioner) self = g_new0 (Conditioner, 1);
  g_autofree char *dir = g_build_filename (model_dir, "text_encoder", NULL);
  g_autofree char *config = g_build_filename (dir, "config.json", NULL);
  g_autoptr (Weights) weights = weights_open (dir, device, dtype, error);

  self->words = g_ptr_array_new_with_free_func (word_free);
  self->tokenizer_dir = g_build_filename (model_dir, "tokenizer", NULL);
  if (weights == NULL || (self->text = clip_text_new (config, weights, error)) == NULL
      || (self->tokenizer = tokenizer_new_from_folder (self->tokenizer_dir, error)) == NULL)
    return NULL;
  if ((gint64) tokenizer_max_length (self->tokenizer) > clip_text_positions (self->text)
      || (gint64) tokenizer_n_vocabulary (self->tokenizer) > clip_text_vocabulary (self->text))
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE,
                   "%s: the tokenizer has more tokens or longer prompts than the text encoder in %s",
                   self->tokenizer_dir, dir);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
conditioner_free (Conditioner *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->words, g_ptr_array_unref);
  g_clear_pointer (&self->tokenizer, tokenizer_unref);
  g_clear_pointer (&self->text, clip_text_free);
  g_free (self->tokenizer_dir);
  g_free (self);
}

/** conditioner_tokenizer: (transfer none): what cuts prompts. */
Tokenizer *
conditioner_tokenizer (Conditioner *self)
{
  return self->tokenizer;
}

/** conditioner_text: (transfer none): the text encoder. */
ClipText *
conditioner_text (Conditioner *self)
{
  return self->text;
}

static Word *
find_word (Conditioner *self, gint64 id)
{
  for (guint i = 0; i < self->words->len; i++)
    if (((Word *) g_ptr_array_index (self->words, i))->id == id)
      return g_ptr_array_index (self->words, i);
  return NULL;
}

/**
 * conditioner_add_word:
 * @token: "<toy>"
 * @row: [width] its embedding; another handle to it is kept, so it may be trained
 *
 * Adds a learned word, or gives a word that is there another row.
 */
gboolean
conditioner_add_word (Conditioner *self, const char *token, Tensor *row, GError **error)
{
  T_SCOPE ();
  gint64 id = tokenizer_add_token (self->tokenizer, token, error);
  Word *word;

  if (id < 0)
    return FALSE;
  if (id < (gint64) tokenizer_n_vocabulary (self->tokenizer))
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED,
                   "“%s” is a word of this model already; give the learned word another name", token);
      return FALSE;
    }
  word = find_word (self, id);
  if (word == NULL)
    {
      word = g_new0 (Word, 1);
      word->id = id;
      g_ptr_array_add (self->words, word);
    }
  t_assign (&word->row, t_alias (row));
  return t_check (error);
}

/** conditioner_forget_words: back to the model's own words. */
gboolean
conditioner_forget_words (Conditioner *self, GError **error)
{
  Tokenizer *fresh;

  if (self->words->len == 0)
    return TRUE;
  fresh = tokenizer_new_from_folder (self->tokenizer_dir, error);
  if (fresh == NULL)
    return FALSE;
  tokenizer_unref (self->tokenizer);
  self->tokenizer = fresh;
  g_ptr_array_set_size (self->words, 0);
  return TRUE;
}

/** conditioner_row: (transfer none) (nullable): the row of a learned word; the conditioner's. */
Tensor *
conditioner_row (Conditioner *self, const char *token)
{
  Word *word = find_word (self, tokenizer_lookup_token (self->tokenizer, token));

  return word != NULL ? word->row : NULL;
}

/**
 * conditioner_mean_row:
 * @words: "toy" or "stuffed animal"
 *
 * Where a learned word starts: the mean of its superclass's pieces (golden/README §8.4).
 *
 * Returns: [width] float32, a handle of the innermost scope; NULL with an error
 */
Tensor *
conditioner_mean_row (Conditioner *self, const char *words, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GArray) ids = tokenizer_pieces (self->tokenizer, words);
  Tensor *sum = NULL;

  if (ids == NULL || ids->len == 0)
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED, "“%s” holds no word that a learned word could start from", words);
      return NULL;
    }
  for (guint i = 0; i < ids->len; i++)
    {
      Tensor *row = clip_text_row (self->text, g_array_index (ids, gint64, i));
      sum = sum != NULL ? t_add (sum, row) : row;
    }
  sum = t_mul_scalar (sum, 1.0 / ids->len);
  return t_check (error) ? t_keep (sum) : NULL;
}

/** conditioner_position: where a learned word first stands in a prompt (0 is begin); −1 where it does not. */
gint64
conditioner_position (Conditioner *self, const char *prompt, const char *token)
{
  gint64 id = tokenizer_lookup_token (self->tokenizer, token);
  g_autofree gint64 *ids = tokenizer_encode_padded (self->tokenizer, prompt);

  for (guint i = 0; id >= 0 && i < tokenizer_max_length (self->tokenizer); i++)
    if (ids[i] == id)
      return i;
  return -1;
}

/* Ids of learned words, which follow the tokenizer's vocabulary, moved behind the text encoder's. */
static void
move_learned (Conditioner *self, gint64 *ids, gsize n)
{
  gint64 first = (gint64) tokenizer_n_vocabulary (self->tokenizer);
  gint64 shift = clip_text_vocabulary (self->text) - first;

  for (gsize i = 0; i < n; i++)
    if (ids[i] >= first)
      ids[i] += shift;
}

/**
 * conditioner_encode:
 * @prompt: text, learned words in it
 *
 * Returns: [1, tokens, width] the text encoder's states; carries the gradient of trained rows
 */
Tensor *
conditioner_encode (Conditioner *self, const char *prompt)
{
  T_SCOPE ();
  gsize n = tokenizer_max_length (self->tokenizer);
  g_autofree gint64 *ids = tokenizer_encode_padded (self->tokenizer, prompt);
  g_autofree Tensor **rows = g_new0 (Tensor *, MAX (self->words->len, 1));

  for (guint i = 0; i < self->words->len; i++)
    rows[i] = ((Word *) g_ptr_array_index (self->words, i))->row;
  move_learned (self, ids, n);
  return t_keep (clip_text_forward (self->text, t_from_data (ids, T_I64, T_SHAPE (1, (gint64) n)),
                                    self->words->len > 0 ? t_stack (rows, self->words->len, 0) : NULL));
}
