/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tensor/tensor.h"

G_BEGIN_DECLS

/**
 * Optimizer: AdamW (β 0.9 and 0.999, eps 1e-8, PyTorch's formulas) over named parameters with rates
 * of their own and one clip norm over all of them together (golden/README §7, `adamw`).
 */
typedef struct _Optimizer Optimizer;

Optimizer *optimizer_new (double weight_decay, double clip_norm);
void optimizer_free (Optimizer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Optimizer, optimizer_free)

void optimizer_keep_averages (Optimizer *self);
void optimizer_set_pace (Optimizer *self, double rate_factor, double decay);
void optimizer_add (Optimizer *self, const char *name, Tensor *parameter, double rate);
gboolean optimizer_unscale (Optimizer *self, double scale, double *norm, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean optimizer_step (Optimizer *self, double *norm, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean optimizer_exchange_averages (Optimizer *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *optimizer_find_not_finite (Optimizer *self, gboolean gradients);
void optimizer_zero_grad (Optimizer *self);

gboolean optimizer_save (Optimizer *self, const char *path, GHashTable *metadata,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean optimizer_load (Optimizer *self, WeightsFile *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
