/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/resample.h"

#include <math.h>

/* One way to scale for pictures, masks and video frames, so that a mask always fits its picture:
 * separable Catmull-Rom, its kernel widened when the picture shrinks, so that every source pixel
 * is counted and nothing aliases. Only as many rows as one output row needs are held as floats. */

#define KERNEL_RADIUS 2.0

typedef struct
{
  guint first;
  guint n;
  float *weights; /* points into Axis.weights */
} Tap;

typedef struct
{
  guint max_taps;
  Tap *taps;
  float *weights;
} Axis;

/* Cubic convolution with a = −1/2 (Keys 1981), which keeps linear slopes exact. */
static double
kernel (double x)
{
  x = fabs (x);
  if (x < 1.0)
    return (1.5 * x - 2.5) * x * x + 1.0;
  if (x < 2.0)
    return ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0;
  return 0.0;
}

static void
axis_clear (Axis *self)
{
  g_free (self->taps);
  g_free (self->weights);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Axis, axis_clear)

static void
axis_init (Axis *self, guint size, double start, double length, guint out_size)
{
  double scale = length / out_size;
  double stretch = MAX (scale, 1.0);
  double radius = KERNEL_RADIUS * stretch;

  self->max_taps = MIN ((guint) ceil (2 * radius) + 1, size);
  self->taps = g_new (Tap, out_size);
  self->weights = g_new (float, (gsize) out_size * self->max_taps);
  for (guint i = 0; i < out_size; i++)
    {
      double centre = start + (i + 0.5) * scale;
      int low = CLAMP ((int) floor (centre - radius + 0.5), 0, (int) size - 1);
      int high = CLAMP ((int) floor (centre + radius + 0.5), low + 1, (int) size);
      Tap *tap = &self->taps[i];
      double sum = 0.0;

      tap->first = (guint) low;
      tap->n = MIN ((guint) (high - low), self->max_taps);
      tap->weights = self->weights + (gsize) i * self->max_taps;
      for (guint j = 0; j < tap->n; j++)
        sum += kernel ((low + (int) j + 0.5 - centre) / stretch);
      for (guint j = 0; j < tap->n; j++)
        tap->weights[j] = sum > 1e-6
                            ? (float) (kernel ((low + (int) j + 0.5 - centre) / stretch) / sum)
                            : 1.0f / tap->n;
    }
}

static void
scale_row (const Axis *axis, const guint8 *row, guint channels, float *out, guint out_width)
{
  for (guint i = 0; i < out_width; i++)
    {
      const Tap *tap = &axis->taps[i];
      const guint8 *p = row + (gsize) tap->first * channels;

      if (channels == 3)
        {
          float r = 0, g = 0, b = 0;

          for (guint j = 0; j < tap->n; j++, p += 3)
            {
              r += tap->weights[j] * p[0];
              g += tap->weights[j] * p[1];
              b += tap->weights[j] * p[2];
            }
          out[3 * i] = r;
          out[3 * i + 1] = g;
          out[3 * i + 2] = b;
        }
      else
        {
          for (guint c = 0; c < channels; c++)
            {
              float sum = 0;

              for (guint j = 0; j < tap->n; j++)
                sum += tap->weights[j] * p[j * channels + c];
              out[i * channels + c] = sum;
            }
        }
    }
}

static void
write_row (const float *sum, guint8 *out, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      float v = sum[i] + 0.5f;

      out[i] = v <= 0.0f ? 0 : v >= 255.0f ? 255 : (guint8) v;
    }
}

/**
 * crop_box_centre:
 * @within: the rectangle to crop
 * @to_width: wanted shape
 * @to_height: wanted shape
 *
 * The largest rectangle of the shape @to_width : @to_height in the middle of @within.
 *
 * Returns: the rectangle, in the pixels of @within
 */
CropBox
crop_box_centre (const CropBox *within, double to_width, double to_height)
{
  CropBox box = *within;

  if (box.width * to_height > box.height * to_width)
    box.width = box.height * to_width / to_height;
  else
    box.height = box.width * to_height / to_width;
  box.x += (within->width - box.width) / 2;
  box.y += (within->height - box.height) / 2;
  return box;
}

/**
 * resample:
 * @pixels: `[height, width, channels]`, rows @stride bytes apart
 * @box: the part of the picture to take; it should lie inside
 * @out: (out): `[out_height, out_width, channels]`, tightly packed
 *
 * Scales a part of a picture to a size, up or down, without aliasing.
 */
void
resample (const guint8 *pixels, gsize stride, guint width, guint height, guint channels,
          const CropBox *box, guint8 *out, guint out_width, guint out_height)
{
  g_auto (Axis) across = { 0 };
  g_auto (Axis) down = { 0 };
  g_autofree float *ring = NULL;
  g_autofree float *sum = NULL;
  gsize n = (gsize) out_width * channels;
  guint next = 0;

  g_return_if_fail (pixels != NULL && out != NULL && box != NULL);
  g_return_if_fail (width > 0 && height > 0 && channels > 0 && out_width > 0 && out_height > 0);

  axis_init (&across, width, box->x, box->width, out_width);
  axis_init (&down, height, box->y, box->height, out_height);
  ring = g_new (float, n * down.max_taps);
  sum = g_new (float, n);
  for (guint y = 0; y < out_height; y++)
    {
      const Tap *tap = &down.taps[y];

      /* Source rows only ever go down the picture, so row r lives in slot r mod max_taps. */
      for (next = MAX (next, tap->first); next < tap->first + tap->n; next++)
        scale_row (&across, pixels + next * stride, channels, ring + next % down.max_taps * n,
                   out_width);
      for (gsize i = 0; i < n; i++)
        sum[i] = 0.0f;
      for (guint j = 0; j < tap->n; j++)
        {
          const float *row = ring + (tap->first + j) % down.max_taps * n;
          float w = tap->weights[j];

          for (gsize i = 0; i < n; i++)
            sum[i] += w * row[i];
        }
      write_row (sum, out + y * n, n);
    }
}
