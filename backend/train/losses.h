/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tensor/tensor.h"

G_BEGIN_DECLS

/* The losses as formulas over predictions; ‖·‖² is the mean over all elements (METHOD §0). */

Tensor *loss_noise (Tensor *prediction, Tensor *eps);
Tensor *loss_masked_mean (Tensor *prediction, Tensor *eps, Tensor *mask);
Tensor *loss_masked_normalised (Tensor *prediction, Tensor *eps, Tensor *mask);
Tensor *loss_debiased (Tensor *prediction, Tensor *eps, gint64 anchor);
Tensor *target_appearance_free (Tensor *eps, Tensor *eps_ap, double omega);
Tensor *loss_attention (Tensor *maps, Tensor *targets);
Tensor *target_masks (Tensor *visible, gint64 height, gint64 width);

G_END_DECLS
