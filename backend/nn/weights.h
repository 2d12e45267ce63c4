/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/parameters.h"

G_BEGIN_DECLS

/**
 * Weights: where a network takes its parameters from while it is made: a component folder of a
 * model, or a generator of random numbers (for measurements at sizes that nobody ships).
 *
 * Failures wait as tensor errors do and name file and tensor.
 */
typedef struct _Weights Weights;

/** WEIGHTS_AS_STORED: a type for weights_open () that leaves every tensor in its mapped file. */
#define WEIGHTS_AS_STORED T_N_DTYPES

Weights *weights_open (const char *component_dir, TDevice device, TDtype dtype, GError **error);
Weights *weights_open_file (const char *path, TDevice device, TDtype dtype, GError **error);
Weights *weights_reopen (const char *component_dir, TDevice device, TDtype dtype);
Weights *weights_new_random (guint64 seed, TDevice device, TDtype dtype);
Weights *weights_new_shared (Parameters *parameters, const char *part, TDevice device);
void weights_free (Weights *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Weights, weights_free)

typedef void (*WeightsTakeFunc) (gpointer network, Weights *weights);
gboolean weights_wake (gpointer network, gboolean *rests, const char *component_dir, TDevice device, TDtype dtype, WeightsTakeFunc take, GDestroyNotify drop);

void weights_record (Weights *self, Parameters *parameters, const char *part);
Tensor *weights_take (Weights *self, const char *path, const char *name, const gint64 *shape, gsize n);
Tensor *weights_take_norm (Weights *self, const char *path, const char *name, gint64 width);
const char *weights_component_dir (Weights *self);
gboolean weights_has (Weights *self, const char *path, const char *name);
TDevice weights_device (Weights *self);
TDtype weights_dtype (Weights *self);
gsize weights_bytes (Weights *self);

G_END_DECLS
