/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/bpe.h"
#include "nn/tokenizer.h"

G_BEGIN_DECLS

/* A token with a name of its own. */
typedef struct
{
  char *content;     /* as given */
  char *normalised;  /* as looked for in normalised text */
  gint64 id;
} AddedToken;

struct _Tokenizer
{
  gatomicrefcount refs;
  GHashTable *vocabulary;  /* piece → id */
  Bpe *bpe;
  GPtrArray *added;        /* of AddedToken */
  guint n_vocabulary;
  guint n_tokens;
  guint max_length;
  gint64 bos, eos, pad;
};

/** Tokenizer.new_empty: without vocabulary or tokens. */
Tokenizer *tokenizer_new_empty (void);

/** Gives @content the id @id, to be cut out of texts; @content must not be blank. */
void tokenizer_set_token (Tokenizer *self, const char *content, gint64 id);

/* Text in the forms that the tokenizer works on. */
typedef struct
{
  char *text;        /* NFC, with one blank for each run of white space */
  char *lower;       /* the same in lower case: what is split and encoded */
  GArray *origins;   /* of gsize: for each byte of lower, where its sign begins in text; one more for the end */
} TokenizerText;

void tokenizer_text_init (TokenizerText *self, const char *text);
void tokenizer_text_clear (TokenizerText *self);

/** The part of the typed text that stands for [start, end) of the lower-case one. (transfer full) */
char *tokenizer_text_slice (const TokenizerText *self, gsize start, gsize end);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TokenizerText, tokenizer_text_clear)

/* A word: [start, end) of the lower-case text, or a token with a name of its own. */
typedef struct
{
  gsize start, end;
  gint64 token_id;  /* -1 for plain words */
} TokenizerPiece;

/** All words of a text, in order. (transfer full) (element-type TokenizerPiece) */
GArray *tokenizer_split (Tokenizer *self, const TokenizerText *text);

/** Appends the ids of one word. */
void tokenizer_encode_piece (Tokenizer *self, const TokenizerText *text, const TokenizerPiece *piece, GArray *ids);

/** Whether two signs side by side would belong to one word, so that texts must not be put together there. */
gboolean tokenizer_signs_join (gunichar left, gunichar right);

G_END_DECLS
