/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-attention-look.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_ATTENTION_PINS (mage_attention_pins_get_type ())
G_DECLARE_FINAL_TYPE (MageAttentionPins, mage_attention_pins, MAGE, ATTENTION_PINS, AdwBin)

#define MAGE_ATTENTION_N_PINS 2

void mage_attention_pins_set_ground (MageAttentionPins *self, Frames *ground);
void mage_attention_pins_keep (MageAttentionPins *self, guint i, const MageAttentionLook *look, const char *words);
void mage_attention_pins_set_frame (MageAttentionPins *self, guint frame);
gboolean mage_attention_pins_has (MageAttentionPins *self, guint i);

G_END_DECLS
