/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/picture-input.h"

/* From the bytes of a picture of any size to what a network was trained on. */

/**
 * picture_input_resize:
 *
 * Resized as picture programs do it, in bytes, so that a large picture is never in memory as numbers.
 *
 * Returns: [1, 3, @height, @width] float32, 0…255, on the CPU
 */
Tensor *
picture_input_resize (const PictureInput *self, gint64 width, gint64 height)
{
  T_SCOPE_NO_GRAD ();
  Tensor *x;

  if (self->width < 1 || self->height < 1)
    {
      t_take_error (g_error_new (T_ERROR, T_ERROR_FAILED,
                                 "a picture of %" G_GINT64_FORMAT "×%" G_GINT64_FORMAT " pixels shows nothing",
                                 self->width, self->height));
      return NULL;
    }
  x = t_from_data (self->rgb, T_U8, T_SHAPE (1, self->height, self->width, 3));
  x = t_permute (x, T_DIMS (0, 3, 1, 2));
  if (width != self->width || height != self->height)
    x = t_bilinear2d_antialias (x, height, width);
  return t_keep (t_contiguous (t_to_dtype (x, T_F32)));
}

/** picture_input_normalize: (@x − @mean) / @deviation, per channel; @x [N, 3, H, W] float32 on the CPU. */
Tensor *
picture_input_normalize (Tensor *x, const double mean[3], const double deviation[3])
{
  T_SCOPE_NO_GRAD ();
  Tensor *m = t_from_data (mean, T_F64, T_SHAPE (1, 3, 1, 1));
  Tensor *d = t_from_data (deviation, T_F64, T_SHAPE (1, 3, 1, 1));

  return t_keep (t_div (t_sub (x, t_to_dtype (m, T_F32)), t_to_dtype (d, T_F32)));
}
