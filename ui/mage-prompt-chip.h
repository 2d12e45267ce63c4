/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** MagePromptChip: where a word of the project stands in a text, in characters. */
typedef struct
{
  guint start;
  guint end;
  char *token;
} MagePromptChip;

GArray *mage_prompt_chip_find_all (const char *text);
char *mage_prompt_chip_dup_fragment (const char *text, guint cursor, guint *start);

G_END_DECLS
