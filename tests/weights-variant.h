/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tensor/tensor.h"

G_BEGIN_DECLS

/* Other files made of one of ours: a tensor left out, a tensor whose dimensions are one, batch norms apart again. */
void weights_variant_omit (const char *source, const char *to, const char *tensor);
void weights_variant_flatten (const char *source, const char *to, const char *tensor);

/* @is_folded: whether this is the weight of a convolution that swallowed a batch norm */
typedef struct
{
  gboolean (*is_folded) (const WeightsEntry *entry);
  const char *conv;
  const char *norm;
  gboolean conv_bias;
  const char *joined; /* tensors whose names end so have their last two dimensions joined; or NULL */
} WeightsVariant;

void weights_variant_part (const char *source, const char *to, const WeightsVariant *variant);

G_END_DECLS
