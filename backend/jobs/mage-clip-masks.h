/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-clip-maker.h"

G_BEGIN_DECLS

EngineClip *mage_clip_masks_refine (const MageClipMaker *maker, const EngineClip *clip, GError **error);

G_END_DECLS
