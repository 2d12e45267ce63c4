/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-prompt-chip.h"

/* Finds the words in brackets, "<toy>", in a prompt, whole ones and one that is being typed. */

static void
chip_clear (gpointer data)
{
  g_free (((MagePromptChip *) data)->token);
}

static gboolean
can_be_inside (gunichar c)
{
  return c != '<' && c != '>' && !g_unichar_isspace (c);
}

/** mage_prompt_chip_find_all: Returns: (transfer full) (element-type MagePromptChip): every word in brackets, known or not */
GArray *
mage_prompt_chip_find_all (const char *text)
{
  GArray *chips = g_array_new (FALSE, FALSE, sizeof (MagePromptChip));
  const char *open = NULL;
  guint at = 0;
  guint start = 0;

  g_array_set_clear_func (chips, chip_clear);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p), at++)
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '<')
        {
          open = p;
          start = at;
        }
      else if (c == '>' && open != NULL && p > open + 1)
        {
          MagePromptChip chip = { start, at + 1, g_strndup (open, p + 1 - open) };

          g_array_append_val (chips, chip);
          open = NULL;
        }
      else if (!can_be_inside (c))
        open = NULL;
    }
  return chips;
}

/**
 * mage_prompt_chip_dup_fragment:
 * @cursor: in characters
 * @start: (out): where the fragment begins, in characters
 *
 * Returns: (transfer full) (nullable): the word in brackets that is being typed before the cursor: "<to"
 */
char *
mage_prompt_chip_dup_fragment (const char *text, guint cursor, guint *start)
{
  const char *end = g_utf8_offset_to_pointer (text, cursor);

  for (const char *p = end; p > text;)
    {
      p = g_utf8_prev_char (p);
      if (*p == '<')
        {
          *start = (guint) g_utf8_pointer_to_offset (text, p);
          return g_strndup (p, end - p);
        }
      if (!can_be_inside (g_utf8_get_char (p)))
        return NULL;
    }
  return NULL;
}
