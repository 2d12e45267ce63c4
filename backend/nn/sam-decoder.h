/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/weights.h"

G_BEGIN_DECLS

/** SamDecoder: SAM's mask decoder (Kirillov et al., 2023): masks out of a picture's embedding and a prompt. */
typedef struct _SamDecoder SamDecoder;

/** SAM_CANDIDATES: masks of each answer: the first means one thing, the others whole, part and part of it. */
#define SAM_CANDIDATES 4

SamDecoder *sam_decoder_new (Weights *weights, const char *path);
void sam_decoder_free (SamDecoder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamDecoder, sam_decoder_free)

Tensor *sam_decoder_forward (SamDecoder *self, Tensor *image, Tensor *places, Tensor *prompt, Tensor **ious);

G_END_DECLS
