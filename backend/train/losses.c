/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/losses.h"

#include <math.h>

/** loss_noise: ‖ε_θ − ε‖² (Eq. 1; L_sub, L_reg, L_mot). */
Tensor *
loss_noise (Tensor *prediction, Tensor *eps)
{
  return t_mse (prediction, eps);
}

static Tensor *
masked_square (Tensor *prediction, Tensor *eps, Tensor *mask)
{
  return t_mul (t_square (t_sub (prediction, eps)), mask);
}

/** loss_masked_mean: mean (m·d²); @mask [1, 1, F, h, w] in [0, 1]. */
Tensor *
loss_masked_mean (Tensor *prediction, Tensor *eps, Tensor *mask)
{
  T_SCOPE ();

  return t_keep (t_mean (masked_square (prediction, eps, mask)));
}

/** loss_masked_normalised: Σ m·d² / Σ m, m broadcast over channels: a subject's size does not matter. */
Tensor *
loss_masked_normalised (Tensor *prediction, Tensor *eps, Tensor *mask)
{
  T_SCOPE ();
  gint64 channels = t_size (prediction, 1);
  Tensor *weight = t_mul_scalar (t_sum (mask), (double) channels);

  return t_keep (t_div (t_sum (masked_square (prediction, eps, mask)), weight));
}

/* √2·x − x's frame @anchor: what MotionDirector takes appearance away with. */
static Tensor *
without_anchor (Tensor *x, gint64 anchor)
{
  return t_sub (t_mul_scalar (x, sqrt (2.0)), t_narrow (x, 2, anchor, 1));
}

/**
 * loss_debiased:
 * @anchor: the frame that stands for the appearance
 *
 * MotionDirector's temporal loss (MotionDirector_train.py, lines 870–878): L_org + L_ad.
 */
Tensor *
loss_debiased (Tensor *prediction, Tensor *eps, gint64 anchor)
{
  T_SCOPE ();
  Tensor *debiased = t_mse (without_anchor (prediction, anchor), without_anchor (eps, anchor));

  return t_keep (t_add (t_mse (prediction, eps), debiased));
}

/** target_appearance_free: (1+ω)·ε − ω·ε_ap (Eq. 5), what L_mot compares with. */
Tensor *
target_appearance_free (Tensor *eps, Tensor *eps_ap, double omega)
{
  T_SCOPE ();

  return t_keep (t_add_scaled (t_mul_scalar (eps, 1 + omega), eps_ap, -omega));
}

/**
 * loss_attention:
 * @maps: [N, F, h, w]: M_SCA of each subject's token, divided by its maximum per frame
 * @targets: [N, F, h, w]: M̂, see target_masks ()
 *
 * L_attn = ½·Σ_i ‖M_SCA,i − M̂_i‖² (Eq. 8).
 */
Tensor *
loss_attention (Tensor *maps, Tensor *targets)
{
  T_SCOPE ();

  return t_keep (t_mul_scalar (t_mse (maps, targets), 0.5 * (double) t_size (maps, 0)));
}

/** target_masks: M̂: visible masks [N, F, H, W] reduced to [N, F, h, w] by area averaging. */
Tensor *
target_masks (Tensor *visible, gint64 height, gint64 width)
{
  return t_area2d (visible, height, width);
}
