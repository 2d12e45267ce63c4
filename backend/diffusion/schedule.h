/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tensor/tensor.h"

G_BEGIN_DECLS

/**
 * Schedule: the noise schedule ᾱ_t and what follows from it: noising, DDIM and its inversion
 * (METHOD §0, §5; golden/README §5). x_t = √ᾱ_t·x + √(1−ᾱ_t)·ε.
 */
typedef struct _Schedule Schedule;

Schedule *schedule_new (double beta_start, double beta_end, guint n_steps, guint offset, GError **error);
Schedule *schedule_load (const char *config_path, GError **error);
void schedule_free (Schedule *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Schedule, schedule_free)

guint schedule_n_steps (Schedule *self);
double schedule_alpha_bar (Schedule *self, gint64 t);
Tensor *schedule_betas (Schedule *self);
Tensor *schedule_alphas_cumprod (Schedule *self);
GArray *schedule_timesteps (Schedule *self, guint n);
GArray *schedule_inverse_timesteps (Schedule *self, guint n);
Tensor *schedule_add_noise (Schedule *self, Tensor *x, Tensor *noise, const gint64 *t, gsize n);
Tensor *schedule_ddim_step (Schedule *self, Tensor *x_t, Tensor *eps, gint64 t, guint n, Tensor **x0);
Tensor *schedule_clean_between (Schedule *self, Tensor *x_t, Tensor *x_s, gint64 t, guint n);
Tensor *schedule_invert_step (Schedule *self, Tensor *x_s, Tensor *eps, gint64 t, guint n);

G_END_DECLS
