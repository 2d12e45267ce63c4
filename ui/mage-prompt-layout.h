/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Room for the face before a word and for the chip's end behind it, in pixels. */
#define MAGE_PROMPT_END 9
#define MAGE_PROMPT_PAD_BEFORE 34
#define MAGE_PROMPT_PAD_AFTER 12
#define MAGE_PROMPT_PAD_BETWEEN (MAGE_PROMPT_PAD_BEFORE + MAGE_PROMPT_PAD_AFTER)
/* Between the lines of a prompt that is wrapped. */
#define MAGE_PROMPT_WRAP_GAP 10

/**
 * MagePromptRoom: the room for a face that lines leave at their beginning, in pixels.
 * @all: before every line
 * @indent: as of a paragraph: before the first line, or, where negative, before all but the first
 */
typedef struct
{
  int all;
  int indent;
} MagePromptRoom;

MagePromptRoom mage_prompt_layout_get_room (GtkWidget *widget, const char *text, GArray *chips, int width);
int mage_prompt_layout_get_height (GtkWidget *widget, const char *text, GArray *chips, int width);

G_END_DECLS
