/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * Tokenizer:
 *
 * CLIP's tokenizer: text to the numbers that the text encoder knows. Text is normalised (NFC, runs of white space to
 * one blank, lower case), tokens with a name of their own are cut out, the rest is split into words and the words
 * into pieces of the vocabulary. Text that is no UTF-8 counts as if the wrong bytes were U+FFFD.
 *
 * Immutable but for tokenizer_add_token(), so threads may share it once all tokens are added.
 */
typedef struct _Tokenizer Tokenizer;

/**
 * TokenizerWord:
 * @text: the word as it was typed (in NFC)
 * @first: position of its first piece in the encoded prompt, where 0 is the begin token
 * @last: position of its last piece
 * @token_id: the id if it is a token with a name of its own (learned or special), else -1
 * @is_cut: whether pieces of it fell to the maximal length; @last is then the last that did not
 */
typedef struct
{
  char *text;
  guint first;
  guint last;
  gint64 token_id;
  gboolean is_cut;
} TokenizerWord;

/**
 * TokenizerGroup:
 * @word: the word in the prompt with tokens, as typed
 * @token_id: as in #TokenizerWord
 * @first: first position in the prompt with tokens
 * @last: last position there
 * @superclass_first: first position in the superclass prompt
 * @superclass_last: last position there
 *
 * A word of a prompt with learned tokens and where it stands in both prompts; a token and all words of its superclass
 * are one word.
 */
typedef struct
{
  char *word;
  gint64 token_id;
  guint first;
  guint last;
  guint superclass_first;
  guint superclass_last;
} TokenizerGroup;

/**
 * TokenizerAlignment:
 * @superclass_prompt: the prompt with every learned token replaced by its superclass
 * @groups: (element-type TokenizerGroup): the words in order; words that the maximal length leaves out of either prompt
 * are not among them
 */
typedef struct
{
  char *superclass_prompt;
  GPtrArray *groups;
} TokenizerAlignment;

/**
 * tokenizer_new_from_folder:
 * @dir: a `tokenizer` folder: vocab.json and merges.txt, and where present special_tokens_map.json,
 * tokenizer_config.json and added_tokens.json
 *
 * Returns: (transfer full): the tokenizer, or %NULL with %T_ERROR_FILE
 */
Tokenizer *tokenizer_new_from_folder (const char *dir, GError **error);

/** tokenizer_ref: Returns: (transfer full): one more reference. */
Tokenizer *tokenizer_ref (Tokenizer *self);

/** tokenizer_unref: drops a reference. */
void tokenizer_unref (Tokenizer *self);

/**
 * tokenizer_add_token:
 * @token: a learned token's name, such as `<toy>`
 *
 * Gives @token an id of its own, the next after all others; a token that has one keeps it. From then on @token is cut out of
 * texts in any case and inside words too. Not while other threads use @self.
 *
 * Returns: the id, or -1 with %T_ERROR_FAILED if @token is empty, has white space in it, or is a piece of the
 * vocabulary, which it would take away from all other words
 */
gint64 tokenizer_add_token (Tokenizer *self, const char *token, GError **error);

/** tokenizer_lookup_token: Returns: the id of a token with a name of its own (learned or special), in any case, or -1. */
gint64 tokenizer_lookup_token (Tokenizer *self, const char *token);

/** tokenizer_encode: Returns: (transfer full) (element-type gint64): all ids of @text with begin and end, however many. */
GArray *tokenizer_encode (Tokenizer *self, const char *text);

/**
 * tokenizer_encode_padded:
 *
 * Encodes @text for the text encoder: begin, at most two fewer ids than the maximal length, end, padding.
 *
 * Returns: (transfer full): tokenizer_max_length() ids
 */
gint64 *tokenizer_encode_padded (Tokenizer *self, const char *text);

/** tokenizer_pieces: Returns: (transfer full) (element-type gint64): the ids of @text without begin and end. */
GArray *tokenizer_pieces (Tokenizer *self, const char *text);

/** tokenizer_n_tokens: one more than the largest id, added tokens included. */
guint tokenizer_n_tokens (Tokenizer *self);

/** tokenizer_n_vocabulary: how many ids the vocabulary has, which is where added ones begin. */
guint tokenizer_n_vocabulary (Tokenizer *self);

/** tokenizer_max_length: how many ids the text encoder takes, begin and end included (77). */
guint tokenizer_max_length (Tokenizer *self);

gint64 tokenizer_bos_id (Tokenizer *self);
gint64 tokenizer_eos_id (Tokenizer *self);
gint64 tokenizer_pad_id (Tokenizer *self);

/**
 * tokenizer_words:
 *
 * The words of @text: runs of letters, single digits, runs of other signs, 's 't 're 've 'm 'll 'd, and tokens with a
 * name of their own. Words entirely beyond the maximal length are left out.
 *
 * Returns: (transfer full) (element-type TokenizerWord): the words in order
 */
GPtrArray *tokenizer_words (Tokenizer *self, const char *text);

/**
 * tokenizer_align_words:
 * @prompt: a prompt with learned tokens
 * @superclasses: (element-type utf8 utf8): token → its superclass, such as `<toy>` → `wolf plushie`; a token of @prompt
 * that is not in it stays in both prompts
 *
 * Puts the superclasses in place of the tokens and says which positions of both prompts belong together.
 *
 * Returns: (transfer full): the alignment, or %NULL with %T_ERROR_FAILED if a superclass has no word in it
 */
TokenizerAlignment *tokenizer_align_words (Tokenizer *self, const char *prompt, GHashTable *superclasses,
                                           GError **error);

/** tokenizer_alignment_free: frees the alignment and its groups. */
void tokenizer_alignment_free (TokenizerAlignment *alignment);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Tokenizer, tokenizer_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TokenizerAlignment, tokenizer_alignment_free)

G_END_DECLS
