/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/weights.h"

G_BEGIN_DECLS

/** SamPoint: a click, in pixels of the picture, that says: this belongs to it, or this does not. */
typedef struct
{
  double x;
  double y;
  gboolean inside;
} SamPoint;

/** SamBox: a rectangle around what is meant, in pixels of the picture. */
typedef struct
{
  double left;
  double top;
  double right;
  double bottom;
} SamBox;

/**
 * SamPrompt: what somebody says of the subject: points, a box, or both.
 * @box: (nullable): its left edge left of its right one, its upper one above its lower
 * @mask: (nullable): the logits of an earlier answer about the same picture, SAM_MASK_SIDE² of them
 */
typedef struct
{
  const SamPoint *points;
  gsize n_points;
  const SamBox *box;
  const float *mask;
} SamPrompt;

/** SAM_MASK_SIDE: places along a side of an answer as the decoder gives it. */
#define SAM_MASK_SIDE 256

/** SamPromptEncoder: SAM's prompt encoder (Kirillov et al., 2023): places as numbers that its decoder understands. */
typedef struct _SamPromptEncoder SamPromptEncoder;

SamPromptEncoder *sam_prompt_encoder_new (Weights *weights, const char *path, gint64 side, gint64 grid);
void sam_prompt_encoder_free (SamPromptEncoder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamPromptEncoder, sam_prompt_encoder_free)

Tensor *sam_prompt_encoder_forward (SamPromptEncoder *self, const SamPrompt *prompt, double scale_x, double scale_y);
Tensor *sam_prompt_encoder_mask (SamPromptEncoder *self, const SamPrompt *prompt);
Tensor *sam_prompt_encoder_places (SamPromptEncoder *self);

G_END_DECLS
