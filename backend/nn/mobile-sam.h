/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/picture-input.h"
#include "nn/sam-decoder.h"
#include "nn/sam-prompt.h"

G_BEGIN_DECLS

/** MobileSam: MobileSAM (Zhang et al., 2023): the mask of what a box or points mean in a picture. */
typedef struct _MobileSam MobileSam;

/** SamView: a picture that has been looked at, so that questions about it are answered at once. */
typedef struct _SamView SamView;

MobileSam *mobile_sam_new (Weights *weights, GError **error);
void mobile_sam_free (MobileSam *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MobileSam, mobile_sam_free)

SamView *mobile_sam_look (MobileSam *self, const PictureInput *picture, GError **error);
void sam_view_free (SamView *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamView, sam_view_free)

Tensor *mobile_sam_masks (MobileSam *self, SamView *view, const SamPrompt *prompt, Tensor **ious);
guint mobile_sam_pick (const SamPrompt *prompt, const float ious[SAM_CANDIDATES]);

G_END_DECLS
