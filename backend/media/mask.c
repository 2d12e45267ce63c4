/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/mask.h"

#include "media/media-error.h"
#include "media/picture.h"
#include "media/resample.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* Where a subject is: 8-bit maps, PNG files of one channel. */

/* METHOD: the box of a mask is widened by a tenth. */
#define WIDEN 1.1
/* What stands where the subject is not. */
#define MID_GREY 128

/**
 * mask_new:
 * @alpha: (transfer none): exactly width·height bytes, 255 inside the subject
 *
 * Returns: (transfer full): a mask around @alpha, which is shared
 */
Mask *
mask_new (guint width, guint height, GBytes *alpha)
{
  Mask *self;

  g_return_val_if_fail (alpha != NULL, NULL);
  g_return_val_if_fail (width > 0 && height > 0, NULL);
  g_return_val_if_fail (g_bytes_get_size (alpha) == (gsize) width * height, NULL);

  self = g_atomic_rc_box_new (Mask);
  self->width = width;
  self->height = height;
  self->alpha = g_bytes_ref (alpha);
  return self;
}

/**
 * mask_new_take:
 * @alpha: (transfer full): width·height bytes from g_malloc()
 *
 * Returns: (transfer full): a mask
 */
Mask *
mask_new_take (guint width, guint height, guint8 *alpha)
{
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (alpha != NULL && width > 0 && height > 0, NULL);

  bytes = g_bytes_new_take (alpha, (gsize) width * height);
  return mask_new (width, height, bytes);
}

/**
 * mask_ref:
 *
 * Returns: (transfer full): @self, once more
 */
Mask *
mask_ref (Mask *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

static void
mask_clear (gpointer data)
{
  Mask *self = data;

  g_clear_pointer (&self->alpha, g_bytes_unref);
}

/**
 * mask_unref:
 * @self: (transfer full): a mask
 *
 * Gives a reference back; the last one frees the mask.
 */
void
mask_unref (Mask *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, mask_clear);
}

/**
 * mask_get_pixels:
 *
 * Returns: (transfer none): `[height, width]`, valid as long as @self
 */
const guint8 *
mask_get_pixels (const Mask *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_bytes_get_data (self->alpha, NULL);
}

/**
 * mask_load:
 * @path: a picture file
 *
 * Loads any picture as a mask: its luminance (BT.601), black where it is transparent. No
 * threshold is applied.
 *
 * Returns: (transfer full): the mask, or %NULL with an error as of picture_load()
 */
Mask *
mask_load (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GdkPixbuf) pixbuf = picture_load_pixbuf (path, 1, cancellable, error);
  guint width, height, channels;
  gsize stride;
  const guint8 *pixels;
  guint8 *alpha;

  if (pixbuf == NULL)
    return NULL;
  width = (guint) gdk_pixbuf_get_width (pixbuf);
  height = (guint) gdk_pixbuf_get_height (pixbuf);
  channels = (guint) gdk_pixbuf_get_n_channels (pixbuf);
  stride = (gsize) gdk_pixbuf_get_rowstride (pixbuf);
  pixels = gdk_pixbuf_read_pixels (pixbuf);
  alpha = g_malloc ((gsize) width * height);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        const guint8 *p = pixels + y * stride + (gsize) x * channels;
        guint luminance = (299u * p[0] + 587u * p[1] + 114u * p[2] + 500u) / 1000u;
        guint opacity = channels == 4 ? p[3] : 255u;

        alpha[(gsize) y * width + x] = (guint8) ((luminance * opacity + 127u) / 255u);
      }
  return mask_new_take (width, height, alpha);
}

/**
 * mask_fit:
 * @width: wanted width in pixels
 * @height: wanted height in pixels
 *
 * Crops and scales a mask exactly as picture_fit() does its picture.
 *
 * Returns: (transfer full): the mask at @width × @height
 */
Mask *
mask_fit (Mask *self, guint width, guint height)
{
  CropBox whole, box;
  guint8 *alpha;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (width > 0 && height > 0, NULL);

  if (self->width == width && self->height == height)
    return mask_ref (self);
  whole = (CropBox){ 0, 0, self->width, self->height };
  box = crop_box_centre (&whole, width, height);
  alpha = g_malloc ((gsize) width * height);
  resample (mask_get_pixels (self), self->width, self->width, self->height, 1, &box, alpha, width,
            height);
  return mask_new_take (width, height, alpha);
}

/**
 * mask_get_box:
 * @box: (out): the smallest rectangle around every pixel at or above %MASK_THRESHOLD
 *
 * Returns: whether there is such a pixel
 */
gboolean
mask_get_box (const Mask *self, cairo_rectangle_int_t *box)
{
  const guint8 *alpha;
  int left = G_MAXINT, top = G_MAXINT, right = -1, bottom = -1;

  g_return_val_if_fail (self != NULL && box != NULL, FALSE);

  alpha = mask_get_pixels (self);
  for (int y = 0; y < (int) self->height; y++)
    for (int x = 0; x < (int) self->width; x++)
      if (alpha[(gsize) y * self->width + (gsize) x] >= MASK_THRESHOLD)
        {
          left = MIN (left, x);
          right = MAX (right, x);
          top = MIN (top, y);
          bottom = y;
        }
  if (right < 0)
    return FALSE;
  *box = (cairo_rectangle_int_t){ left, top, right - left + 1, bottom - top + 1 };
  return TRUE;
}

/* Moves a stretch of @length around @centre into 0…@size; one that is longer stays centred on the
 * picture and reaches beyond both its edges. */
static int
place (double centre, int length, int size)
{
  int start = (int) floor (centre - length / 2.0 + 0.5);

  if (length >= size)
    return (size - length) / 2;
  return CLAMP (start, 0, size - length);
}

/**
 * mask_widen_box:
 * @box: a box as of mask_get_box()
 * @picture_width: the picture's width in pixels
 * @picture_height: the picture's height in pixels
 * @width: wanted shape
 * @height: wanted shape
 * @widened: (out): a box of the wanted shape that holds @box
 *
 * Widens a box by a tenth and to the shape @width : @height, and moves it into the picture. Where
 * the shape is too long for the picture the box reaches beyond it on both sides, so that the
 * subject is neither cut nor stretched.
 */
void
mask_widen_box (const cairo_rectangle_int_t *box, guint picture_width, guint picture_height,
                guint width, guint height, cairo_rectangle_int_t *widened)
{
  double w, h;

  g_return_if_fail (box != NULL && widened != NULL);
  g_return_if_fail (picture_width > 0 && picture_height > 0 && width > 0 && height > 0);

  w = box->width * WIDEN;
  h = box->height * WIDEN;
  if (w * height < h * width)
    w = h * width / height;
  else
    h = w * height / width;
  widened->width = MAX ((int) round (w), box->width);
  widened->height = MAX ((int) round (h), box->height);
  widened->x = place (box->x + box->width / 2.0, widened->width, (int) picture_width);
  widened->y = place (box->y + box->height / 2.0, widened->height, (int) picture_height);
}

static void
copy_subject (const Frames *picture, const Mask *mask, const cairo_rectangle_int_t *box,
              guint8 *out)
{
  const guint8 *rgb = frames_get_frame (picture, 0);
  const guint8 *alpha = mask_get_pixels (mask);
  int left = MAX (box->x, 0);
  int right = MIN (box->x + box->width, (int) picture->width);

  memset (out, MID_GREY, (gsize) box->width * (gsize) box->height * 3);
  for (int y = MAX (box->y, 0); y < MIN (box->y + box->height, (int) picture->height); y++)
    for (int x = left; x < right; x++)
      {
        gsize in = (gsize) y * picture->width + (gsize) x;
        guint8 *p = out + ((gsize) (y - box->y) * (gsize) box->width + (gsize) (x - box->x)) * 3;

        for (guint c = 0; c < 3; c++)
          p[c] = (guint8) ((rgb[3 * in + c] * alpha[in] + MID_GREY * (255 - alpha[in]) + 127) / 255);
      }
}

/**
 * mask_crop_subject:
 * @picture: a picture, or a clip whose first frame is taken
 * @mask: where the subject is, of the picture's size
 * @width: the model's width in pixels
 * @height: the model's height in pixels
 *
 * Cuts a subject out: the mask's box widened by a tenth to the model's shape, mid-grey where the
 * mask is 0, blended where it is between, scaled to @width × @height.
 *
 * Returns: (transfer full): one frame, or %NULL with %MEDIA_ERROR_EMPTY when the mask is empty or
 *   has another size than the picture, %MEDIA_ERROR_TOO_LARGE when a long thin subject asks for
 *   more than %PICTURE_MAX_PIXELS
 */
Frames *
mask_crop_subject (const Frames *picture, const Mask *mask, guint width, guint height,
                   GError **error)
{
  cairo_rectangle_int_t box, widened;
  CropBox whole, crop;
  g_autofree guint8 *subject = NULL;
  guint8 *out;

  g_return_val_if_fail (picture != NULL && mask != NULL, NULL);
  g_return_val_if_fail (width > 0 && height > 0, NULL);

  if (mask->width != picture->width || mask->height != picture->height)
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_EMPTY,
                   _ ("The mask is %u × %u pixels and its picture %u × %u. Make the mask again."),
                   mask->width, mask->height, picture->width, picture->height);
      return NULL;
    }
  if (!mask_get_box (mask, &box))
    {
      g_set_error_literal (error, MEDIA_ERROR, MEDIA_ERROR_EMPTY,
                           _ ("The mask is empty. Mark the subject in the picture first."));
      return NULL;
    }
  mask_widen_box (&box, picture->width, picture->height, width, height, &widened);
  if ((gint64) widened.width * widened.height > PICTURE_MAX_PIXELS)
    {
      g_set_error_literal (error, MEDIA_ERROR, MEDIA_ERROR_TOO_LARGE,
                           _ ("The subject is too long for the model's shape at the picture's "
                              "size. Scale the picture down."));
      return NULL;
    }
  subject = g_malloc ((gsize) widened.width * (gsize) widened.height * 3);
  copy_subject (picture, mask, &widened, subject);
  /* Rounding to whole pixels leaves the shape off by less than one; the crop takes that away. */
  whole = (CropBox){ 0, 0, widened.width, widened.height };
  crop = crop_box_centre (&whole, width, height);
  out = g_malloc ((gsize) width * height * 3);
  resample (subject, (gsize) widened.width * 3, (guint) widened.width, (guint) widened.height, 3,
            &crop, out, width, height);
  return frames_new_take (1, width, height, 0, out);
}
