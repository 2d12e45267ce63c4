/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-trainable.h"

G_BEGIN_DECLS

#define MAGE_TYPE_FUSION (mage_fusion_get_type ())
G_DECLARE_FINAL_TYPE (MageFusion, mage_fusion, MAGE, FUSION, MageTrainable)

MageFusion *mage_fusion_new (GListModel *subjects);
GListModel *mage_fusion_get_subjects (MageFusion *self);
gboolean mage_fusion_is_possible (MageFusion *self);
gboolean mage_fusion_holds (MageFusion *self, const char *token);

/** In a fusion's run.json: the words of the subjects that were fused, divided by spaces. */
#define MAGE_RUN_TOKENS "tokens"

G_END_DECLS
