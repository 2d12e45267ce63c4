/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Normalising text and splitting it into words, as CLIP's tokenizer does:
 * 's|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+ */

#include <string.h>

#include "nn/tokenizer-private.h"

typedef enum
{
  SIGN_SPACE,
  SIGN_LETTER,
  SIGN_NUMBER,
  SIGN_OTHER
} SignClass;

static SignClass
classify (gunichar sign)
{
  if ((sign >= '\t' && sign <= '\r') || sign == 0x85)
    return SIGN_SPACE;
  switch (g_unichar_type (sign))
    {
    case G_UNICODE_SPACE_SEPARATOR:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return SIGN_SPACE;
    case G_UNICODE_LOWERCASE_LETTER:
    case G_UNICODE_UPPERCASE_LETTER:
    case G_UNICODE_TITLECASE_LETTER:
    case G_UNICODE_MODIFIER_LETTER:
    case G_UNICODE_OTHER_LETTER:
      return SIGN_LETTER;
    case G_UNICODE_DECIMAL_NUMBER:
    case G_UNICODE_LETTER_NUMBER:
    case G_UNICODE_OTHER_NUMBER:
      return SIGN_NUMBER;
    default:
      return SIGN_OTHER;
    }
}

/* The text in NFC; wrong bytes become U+FFFD. */
static char *
compose (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  char *composed = g_utf8_normalize (valid, -1, G_NORMALIZE_NFC);
  return composed ? composed : g_steal_pointer (&valid);
}

static char *
collapse_space (const char *text)
{
  GString *result = g_string_sized_new (strlen (text));
  gboolean after_space = FALSE;

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      const gboolean is_space = classify (g_utf8_get_char (p)) == SIGN_SPACE;
      if (is_space && !after_space)
        g_string_append_c (result, ' ');
      else if (!is_space)
        g_string_append_len (result, p, g_utf8_next_char (p) - p);
      after_space = is_space;
    }
  return g_string_free (result, FALSE);
}

/* Lower case sign by sign, whatever stands beside. Unicode's default mapping; GLib's leaves out the signs that are no
 * letters (Roman numerals, letters in circles), and İ, the only sign that becomes two. */
static void
append_lower (GString *lower, gunichar sign)
{
  if (sign == 0x130)
    g_string_append (lower, "i\xcc\x87");
  else if (sign >= 0x2160 && sign <= 0x216f)
    g_string_append_unichar (lower, sign + 0x10);
  else if (sign >= 0x24b6 && sign <= 0x24cf)
    g_string_append_unichar (lower, sign + 0x1a);
  else
    g_string_append_unichar (lower, g_unichar_tolower (sign));
}

void
tokenizer_text_init (TokenizerText *self, const char *text)
{
  g_autofree char *composed = compose (text);
  GString *lower = g_string_new (NULL);

  self->text = collapse_space (composed);
  self->origins = g_array_new (FALSE, FALSE, sizeof (gsize));
  for (const char *p = self->text; *p; p = g_utf8_next_char (p))
    {
      const gsize origin = (gsize) (p - self->text);
      append_lower (lower, g_utf8_get_char (p));
      while (self->origins->len < lower->len)
        g_array_append_val (self->origins, origin);
    }
  const gsize end = strlen (self->text);
  g_array_append_val (self->origins, end);
  self->lower = g_string_free (lower, FALSE);
}

void
tokenizer_text_clear (TokenizerText *self)
{
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->lower, g_free);
  g_clear_pointer (&self->origins, g_array_unref);
}

char *
tokenizer_text_slice (const TokenizerText *self, gsize start, gsize end)
{
  const gsize from = g_array_index (self->origins, gsize, start);
  const gsize last = g_array_index (self->origins, gsize, end - 1);
  const gsize to = (gsize) (g_utf8_next_char (self->text + last) - self->text);
  return g_strndup (self->text + from, to - from);
}

/* The token that stands at @p, the longest if there are several. */
static const AddedToken *
match_added (Tokenizer *self, const char *p)
{
  const AddedToken *best = NULL;
  for (guint i = 0; i < self->added->len; i++)
    {
      const AddedToken *token = self->added->pdata[i];
      if (g_str_has_prefix (p, token->normalised)
          && (best == NULL || strlen (token->normalised) > strlen (best->normalised)))
        best = token;
    }
  return best;
}

/* The length of a contraction such as 's at the beginning of @length bytes, or 0. */
static gsize
match_contraction (const char *p, gsize length)
{
  static const char *const contractions[] = { "'s", "'t", "'re", "'ve", "'m", "'ll", "'d" };
  for (gsize i = 0; i < G_N_ELEMENTS (contractions); i++)
    {
      const gsize n = strlen (contractions[i]);
      if (n <= length && memcmp (p, contractions[i], n) == 0)
        return n;
    }
  return 0;
}

/* Splits [start, end), which holds no token with a name of its own. */
static void
split_plain (const char *lower, gsize start, gsize end, GArray *pieces)
{
  while (start < end)
    {
      const char *p = lower + start;
      const SignClass class = classify (g_utf8_get_char (p));
      gsize stop = start + match_contraction (p, end - start);
      if (stop == start)
        {
          stop = (gsize) (g_utf8_next_char (p) - lower);
          while (class != SIGN_NUMBER && stop < end && classify (g_utf8_get_char (lower + stop)) == class)
            stop = (gsize) (g_utf8_next_char (lower + stop) - lower);
        }
      if (class != SIGN_SPACE)
        g_array_append_val (pieces, ((TokenizerPiece) { start, stop, -1 }));
      start = stop;
    }
}

GArray *
tokenizer_split (Tokenizer *self, const TokenizerText *text)
{
  GArray *pieces = g_array_new (FALSE, FALSE, sizeof (TokenizerPiece));
  const char *lower = text->lower;
  gsize start = 0;

  for (const char *p = lower; *p;)
    {
      const AddedToken *token = match_added (self, p);
      if (token == NULL)
        {
          p = g_utf8_next_char (p);
          continue;
        }
      const gsize at = (gsize) (p - lower);
      const gsize end = at + strlen (token->normalised);
      split_plain (lower, start, at, pieces);
      g_array_append_val (pieces, ((TokenizerPiece) { at, end, token->id }));
      start = end;
      p = lower + end;
    }
  split_plain (lower, start, strlen (lower), pieces);
  return pieces;
}

gboolean
tokenizer_signs_join (gunichar left, gunichar right)
{
  const SignClass class = classify (left);
  if (class == SIGN_SPACE || classify (right) == SIGN_SPACE)
    return FALSE;
  /* An apostrophe may begin a contraction. */
  return left == '\'' || class == classify (right);
}
