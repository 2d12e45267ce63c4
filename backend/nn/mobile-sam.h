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

/**
 * SamAnswer: what there may be where a prompt says.
 * @logits: [SAM_CANDIDATES, SAM_MASK_SIDE, SAM_MASK_SIDE] float32 on the CPU, over a square whose upper left part the
 *   picture fills; see sam_view_fit_mask ()
 * @ious: [SAM_CANDIDATES] float32 on the CPU: how well the network thinks that each mask fits; about 0…1
 */
typedef struct
{
  Tensor *logits;
  Tensor *ious;
} SamAnswer;

SamView *sam_view_new (const PictureInput *picture, GError **error);
void sam_view_free (SamView *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamView, sam_view_free)
void sam_view_digest (SamView *self, GChecksum *checksum);
gboolean sam_view_save (SamView *self, const char *path, GError **error);
gboolean sam_view_load (SamView *self, const char *path);
Tensor *sam_view_fit_mask (SamView *self, Tensor *logits);

gboolean mobile_sam_look (MobileSam *self, SamView *view, GError **error);
gboolean mobile_sam_ask (MobileSam *self, SamView *view, const SamPrompt *prompt, SamAnswer *answer, GError **error);
guint mobile_sam_pick (const SamPrompt *prompt, const float ious[SAM_CANDIDATES]);

G_END_DECLS
