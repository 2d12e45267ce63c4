/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-attention-look.h"

G_BEGIN_DECLS

/**
 * MageAttentionChoice: what of a video's attention somebody wants to look at, whether or not it is there already.
 * @step: from 1 on
 * @names: the layers that were chosen: over the picture, over time; owned
 * @temporal: which of both is looked at
 * @word: where it is over the picture; @any_word: nobody chose one yet
 * @head: or MAGE_ATTENTION_ALL_HEADS
 * @mix: see MageAttentionLook
 */
typedef struct
{
  guint step;
  char *names[2];
  gboolean temporal;
  guint word;
  gboolean any_word;
  int head;
  MageLookBranch branch;
  float mix[MAGE_ATTENTION_N_BRANCHES];
} MageAttentionChoice;

void mage_attention_choice_init (MageAttentionChoice *self);
void mage_attention_choice_clear (MageAttentionChoice *self);
void mage_attention_choice_set_mix (MageAttentionChoice *self, double subject, double motion);
void mage_attention_choice_set_layer (MageAttentionChoice *self, const char *name);
gboolean mage_attention_choice_aim (MageAttentionChoice *self, MageAttention *attention, MageAttentionLook *look);
void mage_attention_choice_go_back (MageAttentionChoice *self, const MageAttentionLook *look);
void mage_attention_choice_apply (MageAttentionChoice *self, MageAttentionLook *look);
void mage_attention_choice_get_layers (const MageAttentionChoice *self, const MageAttention *seen, const char *layers[3]);
MageAttentionLayer *mage_attention_choice_find_word_layer (const MageAttentionChoice *self, const MageAttentionLook *look);

G_END_DECLS
