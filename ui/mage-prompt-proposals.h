/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MAGE_TYPE_PROMPT_PROPOSALS (mage_prompt_proposals_get_type ())
G_DECLARE_FINAL_TYPE (MagePromptProposals, mage_prompt_proposals, MAGE, PROMPT_PROPOSALS, GtkPopover)

GStrv mage_prompt_proposals_dup_fitting (MageProject *project, const char *fragment);

GtkWidget *mage_prompt_proposals_new (void);
void mage_prompt_proposals_offer (MagePromptProposals *self, MageProject *project, const char *const *tokens, const GdkRectangle *at);
void mage_prompt_proposals_hide (MagePromptProposals *self);
gboolean mage_prompt_proposals_are_offered (MagePromptProposals *self);
void mage_prompt_proposals_move (MagePromptProposals *self, int by);
void mage_prompt_proposals_accept (MagePromptProposals *self);

G_END_DECLS
