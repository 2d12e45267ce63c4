/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-attention-page.h"

G_BEGIN_DECLS

void mage_attention_keys_add (MageAttentionPage *page);

G_END_DECLS
