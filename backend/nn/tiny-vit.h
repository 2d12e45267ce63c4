/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/weights.h"

G_BEGIN_DECLS

/** TinyVit: TinyViT-5M (Wu et al., 2022) as MobileSAM has it: what a mask decoder needs to know of a picture. */
typedef struct _TinyVit TinyVit;

/** TINY_VIT_SIDE: pixels along a side of what it sees. */
#define TINY_VIT_SIDE 1024
/** TINY_VIT_GRID: places along a side of what it makes of that. */
#define TINY_VIT_GRID 64
/** TINY_VIT_CHANNELS: numbers at each place. */
#define TINY_VIT_CHANNELS 256

TinyVit *tiny_vit_new (Weights *weights, const char *path);
void tiny_vit_free (TinyVit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TinyVit, tiny_vit_free)

Tensor *tiny_vit_forward (TinyVit *self, Tensor *x);

G_END_DECLS
