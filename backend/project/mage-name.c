/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "project/mage-name.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * Names of things and the words ("<toy>") that stand for them in prompts. A word is in lower case,
 * because text encoders put prompts in lower case, and short, because it is typed.
 */

#define TOKEN_MAX 32

/* File systems take 255 bytes; numbers and endings come behind. */
#define FILE_MAX 100

/**
 * mage_name_from_path:
 * @path: a file or folder
 *
 * Returns: (transfer full): its name without folders, ending and strange characters; "subject" when nothing is left
 */
char *
mage_name_from_path (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *ascii = g_str_to_ascii (base, "C");
  char *dot = strrchr (ascii, '.');
  GString *name = g_string_new (NULL);

  if (dot != NULL && dot != ascii)
    *dot = '\0';
  for (const char *p = ascii; *p != '\0'; p++)
    {
      if (g_ascii_isalnum (*p))
        g_string_append_c (name, g_ascii_tolower (*p));
      else if (name->len > 0 && name->str[name->len - 1] != '_')
        g_string_append_c (name, '_');
    }
  while (name->len > 0 && name->str[name->len - 1] == '_')
    g_string_truncate (name, name->len - 1);
  if (strpbrk (name->str, "abcdefghijklmnopqrstuvwxyz") == NULL)
    g_string_assign (name, "subject");
  return g_string_free (name, FALSE);
}

/**
 * mage_name_to_words:
 * @name: for instance "robot_toy2"
 *
 * Returns: (transfer full): plain words for it, "robot toy"
 */
char *
mage_name_to_words (const char *name)
{
  GString *words = g_string_new (NULL);

  for (const char *p = name; *p != '\0'; p++)
    {
      if (g_ascii_isalpha (*p))
        g_string_append_c (words, g_ascii_tolower (*p));
      else if (!g_ascii_isdigit (*p) && words->len > 0 && words->str[words->len - 1] != ' ')
        g_string_append_c (words, ' ');
    }
  while (words->len > 0 && words->str[words->len - 1] == ' ')
    g_string_truncate (words, words->len - 1);
  return g_string_free (words, FALSE);
}

/** mage_name_to_title: Returns: (transfer full): as it stands above a page: "Person riding horse 2" for "person_riding_horse_2" */
char *
mage_name_to_title (const char *name)
{
  g_autofree char *plain = g_strdelimit (g_strdup (name), "_-", ' ');
  g_auto (GStrv) words = g_strsplit (plain, " ", -1);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *first = NULL;

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", words[i]);
  if (text->len == 0)
    return g_strdup (name);
  first = g_utf8_strup (text->str, g_utf8_next_char (text->str) - text->str);
  return g_strconcat (first, g_utf8_next_char (text->str), NULL);
}

/** mage_name_to_token: Returns: (transfer full): "<robottoy2>" for "Robot toy 2" */
char *
mage_name_to_token (const char *name)
{
  g_autofree char *ascii = g_str_to_ascii (name, "C");
  GString *token = g_string_new ("<");

  for (const char *p = ascii; *p != '\0' && token->len < TOKEN_MAX; p++)
    if (g_ascii_isalnum (*p))
      g_string_append_c (token, g_ascii_tolower (*p));
  if (token->len == 1)
    g_string_append (token, "subject");
  g_string_append_c (token, '>');
  return g_string_free (token, FALSE);
}

/** mage_name_to_file: Returns: (transfer full): a file's or folder's name for @name, which is no path and not hidden */
char *
mage_name_to_file (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);

  if (strlen (valid) > FILE_MAX)
    *g_utf8_find_prev_char (valid, valid + FILE_MAX + 1) = '\0';
  for (char *p = valid; *p != '\0'; p++)
    if (*p == G_DIR_SEPARATOR || g_ascii_iscntrl (*p) || (p == valid && *p == '.'))
      *p = '_';
  return *valid != '\0' ? g_steal_pointer (&valid) : g_strdup ("unnamed");
}

/** mage_name_make_unique: Returns: (transfer full): @name, or @name with the first free number behind it */
char *
mage_name_make_unique (const char *name, MageNameTaken taken, gpointer data)
{
  if (!taken (name, data))
    return g_strdup (name);
  for (guint i = 2;; i++)
    {
      g_autofree char *numbered = g_strdup_printf ("%s_%u", name, i);

      if (!taken (numbered, data))
        return g_steal_pointer (&numbered);
    }
}

/** mage_token_make_unique: Returns: (transfer full): @token, or "<toy2>" for "<toy>" and so on */
char *
mage_token_make_unique (const char *token, MageNameTaken taken, gpointer data)
{
  if (!taken (token, data))
    return g_strdup (token);
  for (guint i = 2;; i++)
    {
      g_autofree char *numbered = g_strdup_printf ("%.*s%u>", (int) strlen (token) - 1, token, i);

      if (!taken (numbered, data))
        return g_steal_pointer (&numbered);
    }
}

/* <sub1>, <sub2>, … are the motions' own. */
static gboolean
is_reserved (const char *inner)
{
  return g_str_has_prefix (inner, "sub") && inner[3] != '\0' && strspn (inner + 3, "0123456789") == strlen (inner + 3);
}

/**
 * mage_token_parse:
 * @text: a word as a person writes it, "toy" or "<toy>"
 * @error: says what words may be
 *
 * Returns: (transfer full): the word in its brackets
 */
char *
mage_token_parse (const char *text, GError **error)
{
  gsize length = strlen (text);
  gboolean in_brackets = length >= 2 && text[0] == '<' && text[length - 1] == '>';
  g_autofree char *inner = in_brackets ? g_strndup (text + 1, length - 2) : g_strdup (text);

  if (*inner == '\0' || strlen (inner) > TOKEN_MAX
      || strspn (inner, "abcdefghijklmnopqrstuvwxyz0123456789_-") != strlen (inner))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("“%s” cannot be a subject's word: use up to %d of a–z, 0–9, “-” and “_”, for example <toy>"),
                   text, TOKEN_MAX);
      return NULL;
    }
  if (is_reserved (inner))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("“<%s>” is kept for the things of a motion: choose another word"), inner);
      return NULL;
    }
  return g_strconcat ("<", inner, ">", NULL);
}

/** mage_token_find_all: Returns: (transfer full): the words in brackets that @prompt holds, each once */
GStrv
mage_token_find_all (const char *prompt)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  for (const char *start = strchr (prompt, '<'); start != NULL; start = strchr (start + 1, '<'))
    {
      gsize length = strcspn (start + 1, "<> \t\n");
      g_autofree char *token = NULL;

      if (length == 0 || start[1 + length] != '>')
        continue;
      token = g_strndup (start, length + 2);
      if (!g_ptr_array_find_with_equal_func (found, token, g_str_equal, NULL))
        g_ptr_array_add (found, g_steal_pointer (&token));
    }
  g_ptr_array_add (found, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&found), FALSE);
}
