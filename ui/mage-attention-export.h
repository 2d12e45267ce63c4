/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-attention-look.h"
#include "ui/mage-session.h"

G_BEGIN_DECLS

/** What is saved of what is seen: the frame, all frames, or the engine's numbers of the whole step. */
typedef enum
{
  MAGE_ATTENTION_SAVE_PICTURE,
  MAGE_ATTENTION_SAVE_VIDEO,
  MAGE_ATTENTION_SAVE_NUMBERS
} MageAttentionSave;

void mage_attention_save (GtkWidget *parent, MageSession *session, MageResult *result, const MageAttentionLook *look, Frames *ground,
                          guint frame, const char *words, MageAttentionSave how);
void mage_attention_save_to (MageSession *session, MageResult *result, const MageAttentionLook *look, Frames *ground, guint frame,
                             const char *words, MageAttentionSave how, GFile *file);

G_END_DECLS
