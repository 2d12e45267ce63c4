/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-picture-canvas.h"

G_BEGIN_DECLS

#define MAGE_TYPE_MASK_STAGE (mage_mask_stage_get_type ())
G_DECLARE_FINAL_TYPE (MageMaskStage, mage_mask_stage, MAGE, MASK_STAGE, GtkWidget)

void mage_mask_stage_set_session (MageMaskStage *self, MageSession *session);
void mage_mask_stage_set_media (MageMaskStage *self, MageMedia *media);
MagePictureCanvas *mage_mask_stage_get_canvas (MageMaskStage *self);
MageMaskEditor *mage_mask_stage_get_editor (MageMaskStage *self);

G_END_DECLS
