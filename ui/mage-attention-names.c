/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-attention-names.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

/* From the names that diffusers gives to layers to words: “Up 2, block 1”. */

/** mage_attention_name_is_temporal: whether the layer looks over time. */
gboolean
mage_attention_name_is_temporal (const char *name)
{
  return strstr (name, ".temp_attentions.") != NULL || g_str_has_prefix (name, "transformer_in");
}

/** mage_attention_name_to_words: Returns: (transfer full): where the layer is; an unknown name is its own words */
char *
mage_attention_name_to_words (const char *name)
{
  gboolean temporal = mage_attention_name_is_temporal (name);
  const char *half = !temporal ? "" : g_str_has_suffix (name, "attn2") ? _(", second look") : _(", first look");
  const char *rest;
  unsigned block, layer;

  if (g_str_has_prefix (name, "transformer_in"))
    return g_strdup_printf (_("Entrance%s"), half);
  rest = strstr (name, "attentions.");
  if (rest == NULL || sscanf (rest, "attentions.%u", &layer) != 1)
    return g_strdup (name);
  if (g_str_has_prefix (name, "mid_block"))
    return g_strdup_printf (_("Middle%s"), half);
  if (sscanf (name, "down_blocks.%u", &block) == 1)
    return g_strdup_printf (_("Down %u, block %u%s"), block + 1, layer + 1, half);
  if (sscanf (name, "up_blocks.%u", &block) == 1)
    return g_strdup_printf (_("Up %u, block %u%s"), block + 1, layer + 1, half);
  return g_strdup (name);
}

/* The part of a name that a layer over the picture and the one over time behind it share. */
static gboolean
is_beside (const char *name, const char *other)
{
  const char *at = strstr (name, "attentions."), *there = strstr (other, "temp_attentions.");
  gsize length;

  if (at == NULL || there == NULL)
    return FALSE;
  length = (gsize) (at - name);
  return length == (gsize) (there - other) && strncmp (name, other, length) == 0
         && at[strlen ("attentions.")] == there[strlen ("temp_attentions.")];
}

/** mage_attention_name_find_beside: Returns: (nullable): of @names the layer over time that follows @name, or @name where it is one */
const char *
mage_attention_name_find_beside (const char *name, const char *const *names)
{
  if (mage_attention_name_is_temporal (name))
    return name;
  for (guint i = 0; names[i] != NULL; i++)
    if (is_beside (name, names[i]))
      return names[i];
  return mage_attention_name_choose (names, TRUE);
}

/** mage_attention_name_choose: Returns: (nullable): the layer to begin with: the first of the last part of the way up, where maps are the finest */
const char *
mage_attention_name_choose (const char *const *names, gboolean temporal)
{
  const char *chosen = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    if (mage_attention_name_is_temporal (names[i]) == temporal
        && (chosen == NULL || (g_str_has_prefix (names[i], "up_blocks.") && strncmp (names[i], chosen, strlen ("up_blocks.N")) != 0)))
      chosen = names[i];
  return chosen;
}

/** mage_attention_word_is_minor: whether a word of a prompt names nothing that could be seen. Prompts are in English, as the models are. */
gboolean
mage_attention_word_is_minor (const char *word)
{
  static const char *const minor[] = { "a", "an", "the", "this", "that", "is", "are", "be", "being", "of", "in", "on", "at", "to", "by", "for",
                                       "from", "with", "and", "or", "as", "its", "his", "her", "their", "into", "onto", "over", "under", NULL };
  g_autofree char *lower = g_utf8_strdown (word, -1);

  return !g_unichar_isalnum (g_utf8_get_char (word)) ? *word != '<' : g_strv_contains (minor, lower);
}

/** mage_attention_word_choose: Returns: the word to begin with: the first that was learned, else the first that names something */
guint
mage_attention_word_choose (const char *const *words, guint n)
{
  for (guint i = 0; i < n; i++)
    if (*words[i] == '<')
      return i;
  for (guint i = 0; i < n; i++)
    if (!mage_attention_word_is_minor (words[i]))
      return i;
  return 0;
}
