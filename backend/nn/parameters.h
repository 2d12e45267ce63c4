/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tensor/tensor.h"

G_BEGIN_DECLS

/**
 * Parameter: a named parameter of networks that are trained as a whole.
 * @key: its full name, with the part before it: "vae.encoder.conv_in.weight"
 * @stored: what its file calls it, without the part, "encoder.conv_in.weight"
 * @value: a leaf that wants gradients, or a frozen tensor
 * @frozen: whether it stays as it is
 */
typedef struct
{
  char *key;
  char *stored;
  Tensor *value;
  gboolean frozen;
} Parameter;

/**
 * Parameters: the parameters of networks that are trained as a whole, in the order in which the networks took them.
 * A copy for another thread holds the same storage with gradients of its own.
 */
typedef struct _Parameters Parameters;

Parameters *parameters_new (const char *const *frozen);
Parameters *parameters_new_shared (Parameters *other);
void parameters_free (Parameters *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Parameters, parameters_free)

guint parameters_n (Parameters *self);
const Parameter *parameters_get (Parameters *self, guint i);
const Parameter *parameters_lookup (Parameters *self, const char *key);
Tensor *parameters_add (Parameters *self, const char *key, const char *stored, Tensor *value);
gboolean parameters_gather_grads (Parameters *self, Parameters *other, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean parameters_save (Parameters *self, const char *part, const char *path, TDtype dtype,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
