/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/picture-check.h"

#include "media/mask-edit.h"
#include "media/resample.h"

#include <math.h>
#include <string.h>

/* How well a picture can be learned from: sharp, not the same as another, the subject large and whole. */

/* Models see pictures at about this size; what is blurred beyond it they do not miss. */
#define SEEN_SIDE 512
/* A hash is made of the lowest frequencies, side by side, of a picture of this side. */
#define HASH_SIDE 32
#define HASH_WAVES 8
/* An even surface has no variance to compare with; grey levels, squared. */
#define LEAST_VARIANCE 25.0

typedef struct
{
  guint width;
  guint height;
  guint8 *grey;
} Grey;

/* BT.601 luminance, at the given size. */
static Grey
make_grey (const Frames *picture, guint width, guint height)
{
  const guint8 *rgb = frames_get_frame (picture, 0);
  CropBox whole = { 0, 0, picture->width, picture->height };
  g_autofree guint8 *small = g_malloc ((gsize) width * height * 3);
  Grey self = { width, height, g_malloc ((gsize) width * height) };

  resample (rgb, (gsize) picture->width * 3, picture->width, picture->height, 3, &whole, small, width, height);
  for (gsize i = 0; i < (gsize) width * height; i++)
    self.grey[i] = (guint8) ((299u * small[3 * i] + 587u * small[3 * i + 1] + 114u * small[3 * i + 2] + 500u) / 1000u);
  return self;
}

/* --- sharpness --- */

typedef struct
{
  double sum;
  double squares;
  gsize n;
} Moments;

static void
add (Moments *self, double value)
{
  self->sum += value;
  self->squares += value * value;
  self->n++;
}

static double
get_variance (const Moments *self)
{
  double mean = self->n > 0 ? self->sum / (double) self->n : 0;

  return self->n > 0 ? self->squares / (double) self->n - mean * mean : 0;
}

/* How sharp it is depends on the picture's size, and how strong its contrast is says nothing: so at one size,
 * and beside the variance of what it is the Laplacian of. */
static double
get_sharpness (const Frames *picture, const Mask *mask)
{
  double scale = MIN (1, (double) SEEN_SIDE / MAX (picture->width, picture->height));
  guint width = (guint) MAX (3, round (picture->width * scale));
  guint height = (guint) MAX (3, round (picture->height * scale));
  Grey grey = make_grey (picture, width, height);
  g_autofree guint8 *inside = NULL;
  Moments laplacian = { 0 };
  Moments level = { 0 };

  if (mask != NULL)
    {
      CropBox whole = { 0, 0, mask->width, mask->height };

      inside = g_malloc ((gsize) width * height);
      resample (mask_get_pixels (mask), mask->width, mask->width, mask->height, 1, &whole, inside, width, height);
    }
  for (guint y = 1; y + 1 < height; y++)
    for (guint x = 1; x + 1 < width; x++)
      {
        const guint8 *p = grey.grey + (gsize) y * width + x;

        if (inside != NULL && inside[(gsize) y * width + x] < MASK_THRESHOLD)
          continue;
        add (&laplacian, p[-1] + p[1] + p[-(gssize) width] + p[width] - 4.0 * p[0]);
        add (&level, p[0]);
      }
  g_free (grey.grey);
  return get_variance (&laplacian) / MAX (get_variance (&level), LEAST_VARIANCE);
}

/* --- what it looks like from far away --- */

/* The part of wave (u, v) in the picture (DCT-II, without its constant factors). */
static double
get_wave (const Grey *grey, guint u, guint v)
{
  double sum = 0;

  for (guint y = 0; y < HASH_SIDE; y++)
    {
      double row = 0;

      for (guint x = 0; x < HASH_SIDE; x++)
        row += grey->grey[y * HASH_SIDE + x] * cos (G_PI * u * (2 * x + 1) / (2.0 * HASH_SIDE));
      sum += row * cos (G_PI * v * (2 * y + 1) / (2.0 * HASH_SIDE));
    }
  return sum;
}

static int
compare_waves (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

/* A bit a wave: whether there is more of it than of half of them. The constant one says nothing. */
static guint64
get_hash (const Frames *picture)
{
  Grey grey = make_grey (picture, HASH_SIDE, HASH_SIDE);
  double waves[HASH_WAVES * HASH_WAVES];
  double sorted[HASH_WAVES * HASH_WAVES];
  guint64 hash = 0;

  for (guint i = 0; i < G_N_ELEMENTS (waves); i++)
    waves[i] = i == 0 ? 0 : get_wave (&grey, i % HASH_WAVES, i / HASH_WAVES);
  g_free (grey.grey);
  memcpy (sorted, waves, sizeof waves);
  qsort (sorted, G_N_ELEMENTS (sorted), sizeof *sorted, compare_waves);
  for (guint i = 0; i < G_N_ELEMENTS (waves); i++)
    if (waves[i] > sorted[G_N_ELEMENTS (sorted) / 2])
      hash |= G_GUINT64_CONSTANT (1) << i;
  return hash;
}

/** picture_hash_distance: Returns: in how many of 64 respects two pictures differ */
guint
picture_hash_distance (guint64 a, guint64 b)
{
  return (guint) __builtin_popcountll (a ^ b);
}

/* --- the subject --- */

static double
get_cut (const Mask *mask)
{
  const guint8 *alpha = mask_get_pixels (mask);
  guint n = 0;

  for (guint x = 0; x < mask->width; x++)
    n += (alpha[x] >= MASK_THRESHOLD) + (alpha[(gsize) (mask->height - 1) * mask->width + x] >= MASK_THRESHOLD);
  for (guint y = 0; y < mask->height; y++)
    n += (alpha[(gsize) y * mask->width] >= MASK_THRESHOLD)
         + (alpha[(gsize) y * mask->width + mask->width - 1] >= MASK_THRESHOLD);
  return n / (2.0 * ((double) mask->width + mask->height));
}

/**
 * picture_check:
 * @mask: (nullable): where the subject is
 * @check: (out): what was found
 *
 * Measures how well a picture can be learned from. An empty mask counts as none.
 */
void
picture_check (const Frames *picture, Mask *mask, PictureCheck *check)
{
  g_return_if_fail (picture != NULL && check != NULL);

  *check = (PictureCheck) { .coverage = mask != NULL ? mask_get_coverage (mask) : 0, .hash = get_hash (picture) };
  check->sharpness = get_sharpness (picture, check->coverage > 0 ? mask : NULL);
  if (check->coverage > 0)
    check->cut = get_cut (mask);
}
