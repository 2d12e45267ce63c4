/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-attention.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_ATTENTION_TIME (mage_attention_time_get_type ())
G_DECLARE_FINAL_TYPE (MageAttentionTime, mage_attention_time, MAGE, ATTENTION_TIME, AdwBin)

void mage_attention_time_show (MageAttentionTime *self, const MageAttention *attention, const MageAttentionLayer *layer, int head,
                               guint cell, guint frame);

G_END_DECLS
