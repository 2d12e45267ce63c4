/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-attention-film.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define MAGE_TYPE_ATTENTION_PROGRESS (mage_attention_progress_get_type ())
G_DECLARE_FINAL_TYPE (MageAttentionProgress, mage_attention_progress, MAGE, ATTENTION_PROGRESS, AdwBin)

void mage_attention_progress_set_film (MageAttentionProgress *self, MageAttentionFilm *film);

G_END_DECLS
