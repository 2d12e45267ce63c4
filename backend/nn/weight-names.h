/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tensor/weights-file.h"

G_BEGIN_DECLS

/**
 * weight_name_candidates:
 * @canonical: a parameter's name as diffusers and transformers write it today (transformers' text encoder with or
 * without `text_model.`)
 *
 * All names that published files give this parameter: the text encoder's with and without the prefix `text_model.`,
 * and the query, key, value and proj_attn of the VAE's attention in older files.
 *
 * Returns: (transfer full): the names, @canonical first
 */
GStrv weight_name_candidates (const char *canonical);

/**
 * weight_lookup:
 *
 * Finds a parameter under any of its names.
 *
 * Returns: (transfer none) (nullable): the tensor, which belongs to @file
 */
const WeightsEntry *weight_lookup (WeightsFile *file, const char *canonical);

G_END_DECLS
