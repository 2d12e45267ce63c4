/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-attention-film.h"
#include "ui/mage-attention-look.h"

G_BEGIN_DECLS

#define MAGE_TYPE_ATTENTION_PAGE (mage_attention_page_get_type ())
G_DECLARE_FINAL_TYPE (MageAttentionPage, mage_attention_page, MAGE, ATTENTION_PAGE, AdwNavigationPage)

AdwNavigationPage *mage_attention_page_new (MageSession *session, MageResult *result, guint step);
gboolean mage_attention_page_can_show (MageResult *result);

MageAttentionFilm *mage_attention_page_get_film (MageAttentionPage *self);
const MageAttentionLook *mage_attention_page_get_look (MageAttentionPage *self);
guint mage_attention_page_get_step (MageAttentionPage *self);
void mage_attention_page_set_step (MageAttentionPage *self, guint step);
void mage_attention_page_set_word (MageAttentionPage *self, guint word);
void mage_attention_page_set_branch (MageAttentionPage *self, MageLookBranch branch);
void mage_attention_page_set_temporal (MageAttentionPage *self, gboolean temporal);
void mage_attention_page_set_head (MageAttentionPage *self, int head);
void mage_attention_page_set_frame (MageAttentionPage *self, guint frame);
guint mage_attention_page_get_frame (MageAttentionPage *self);
void mage_attention_page_set_place (MageAttentionPage *self, double x, double y);
void mage_attention_page_move_place (MageAttentionPage *self, int dx, int dy);
void mage_attention_page_cancel (MageAttentionPage *self);
void mage_attention_page_play (MageAttentionPage *self);
void mage_attention_page_keep_next (MageAttentionPage *self);
void mage_attention_page_keep (MageAttentionPage *self, guint pin);

G_END_DECLS
