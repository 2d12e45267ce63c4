/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tensor/tensor.h"

G_BEGIN_DECLS

/**
 * CutMixClip: a subject that can be cut out.
 * @pixels: [F, 3, H, W] in [−1, 1]; owned
 * @mask: [F, 1, H, W], 1 inside; owned
 * @left, @right, @top, @bottom: the mask's box over all frames; right and bottom lie outside it
 */
typedef struct
{
  Tensor *pixels;
  Tensor *mask;
  gint left, right, top, bottom;
} CutMixClip;

gboolean cutmix_clip_init (CutMixClip *self, Tensor *pixels, Tensor *mask, GError **error);
void cutmix_clip_clear (CutMixClip *self);

Tensor *cutmix_visible (Tensor *const *masks, guint n);
Tensor *cutmix_compose (const CutMixClip *const *clips, guint n, Tensor *background, TGenerator *generator,
                        Tensor **visible);

G_END_DECLS
