/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tensor/tensor.h"

G_BEGIN_DECLS

/** PictureInput: a picture as a network for single pictures takes it. */
typedef struct
{
  const guint8 *rgb; /* height · width · 3 bytes, borrowed */
  gint64 width;
  gint64 height;
} PictureInput;

Tensor *picture_input_resize (const PictureInput *self, gint64 width, gint64 height);
Tensor *picture_input_normalize (Tensor *x, const double mean[3], const double deviation[3]);

G_END_DECLS
