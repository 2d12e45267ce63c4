/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/mask.h"

G_BEGIN_DECLS

/**
 * PictureCheck: how well a picture can be learned from.
 * @sharpness: the variance of the Laplacian inside the mask beside the variance of the greys themselves: at the
 *   size at which a model sees it; from 0, all blur
 * @hash: what it looks like from far away; see picture_hash_distance()
 * @coverage: the share of the picture that the subject covers, 0…1; 0 without a mask
 * @cut: the share of the picture's edge along which the subject goes on beyond it, 0…1
 */
typedef struct
{
  double sharpness;
  guint64 hash;
  double coverage;
  double cut;
} PictureCheck;

/* Below this a picture is blurred: photographs have 0.09 and more, and below it when shrunk and enlarged by six. */
#define PICTURE_BLURRED 0.03
/* Up to this distance two pictures are as good as the same. */
#define PICTURE_SAME 6
/* A subject that covers less is too small to be seen well. */
#define PICTURE_SMALL 0.04
/* A subject that meets more of the edge is cut off. */
#define PICTURE_CUT 0.02

void picture_check (const Frames *picture, Mask *mask, PictureCheck *check);
guint picture_hash_distance (guint64 a, guint64 b);

G_END_DECLS
