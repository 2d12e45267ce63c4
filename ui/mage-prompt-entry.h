/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MAGE_TYPE_PROMPT_ENTRY (mage_prompt_entry_get_type ())
G_DECLARE_FINAL_TYPE (MagePromptEntry, mage_prompt_entry, MAGE, PROMPT_ENTRY, GtkTextView)

GtkWidget *mage_prompt_entry_new (void);
void mage_prompt_entry_set_project (MagePromptEntry *self, MageProject *project);
char *mage_prompt_entry_dup_text (MagePromptEntry *self);
void mage_prompt_entry_set_text (MagePromptEntry *self, const char *text);
void mage_prompt_entry_insert_token (MagePromptEntry *self, const char *token);
void mage_prompt_entry_set_placeholder (MagePromptEntry *self, const char *placeholder);
guint mage_prompt_entry_get_n_chips (MagePromptEntry *self);
GStrv mage_prompt_entry_dup_proposals (MagePromptEntry *self);

G_END_DECLS
