/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-measure.h"

#include <math.h>
#include <string.h>

/*
 * Measures of a video that need no network. They are small and plain, fit for telling variants of one
 * model apart; they are not the paper's CLIP and DINO scores.
 */

/* --- change and motion --- */

/* Movement is compared by place: in cells of an even grid. */
#define GRID 8

static double
grey (const guint8 *rgb)
{
  return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
}

/**
 * mage_measure_change:
 *
 * How much a video changes: the mean difference of neighbouring frames over all bytes, 0…1. A still one has 0.
 */
double
mage_measure_change (const Frames *frames)
{
  gsize size = frames_get_frame_size (frames);
  double sum = 0;

  for (guint i = 1; i < frames->n_frames; i++)
    {
      const guint8 *a = frames_get_frame (frames, i - 1);
      const guint8 *b = frames_get_frame (frames, i);

      for (gsize j = 0; j < size; j++)
        sum += ABS (a[j] - b[j]);
    }
  return frames->n_frames > 1 ? sum / 255 / ((double) size * (frames->n_frames - 1)) : 0;
}

/* How much changes in every cell between every two neighbouring frames, in grey: [F − 1, GRID, GRID]. */
static double *
find_energy (const Frames *frames)
{
  double *energy = g_new0 (double, (gsize) (frames->n_frames - 1) * GRID * GRID);

  for (guint i = 1; i < frames->n_frames; i++)
    {
      const guint8 *a = frames_get_frame (frames, i - 1);
      const guint8 *b = frames_get_frame (frames, i);

      for (guint y = 0; y < frames->height; y++)
        for (guint x = 0; x < frames->width; x++)
          {
            gsize pixel = ((gsize) y * frames->width + x) * 3;
            guint cell = (y * GRID / frames->height) * GRID + x * GRID / frames->width;

            energy[(i - 1) * GRID * GRID + cell] += fabs (grey (a + pixel) - grey (b + pixel));
          }
    }
  return energy;
}

/* Pearson's; 0 where one side does not vary. */
static double
correlate (const double *a, const double *b, gsize n)
{
  double mean_a = 0, mean_b = 0, ab = 0, aa = 0, bb = 0;

  for (gsize i = 0; i < n; i++)
    {
      mean_a += a[i] / n;
      mean_b += b[i] / n;
    }
  for (gsize i = 0; i < n; i++)
    {
      ab += (a[i] - mean_a) * (b[i] - mean_b);
      aa += (a[i] - mean_a) * (a[i] - mean_a);
      bb += (b[i] - mean_b) * (b[i] - mean_b);
    }
  return aa > 0 && bb > 0 ? ab / sqrt (aa * bb) : 0;
}

/**
 * mage_measure_motion:
 * @clip: the motion, with as many frames
 *
 * Whether a video moves when and where the clip does: the correlation of what changes from frame to
 * frame in each cell of a grid of 8 × 8, over all cells and pairs of frames. 1: at the same times and
 * places; 0: unrelated, or one of them stands still.
 */
double
mage_measure_motion (const Frames *frames, const Frames *clip)
{
  g_autofree double *a = NULL;
  g_autofree double *b = NULL;

  g_return_val_if_fail (frames->n_frames == clip->n_frames, 0);

  if (frames->n_frames < 2)
    return 0;
  a = find_energy (frames);
  b = find_energy (clip);
  return correlate (a, b, (gsize) (frames->n_frames - 1) * GRID * GRID);
}

/* --- colours --- */

/* Colours a channel; a pixel counts for the two nearest of each, so that small shifts change little. */
#define LEVELS 6

/* A subject that fills less of the frames than this was not found. */
#define LEAST 0.002

struct _MageColours
{
  double counts[LEVELS][LEVELS][LEVELS];
  double total;
};

MageColours *
mage_colours_new (void)
{
  return g_new0 (MageColours, 1);
}

void
mage_colours_free (MageColours *self)
{
  g_free (self);
}

static void
count_pixel (MageColours *self, const guint8 *rgb)
{
  guint low[3];
  double part[3];

  for (guint c = 0; c < 3; c++)
    {
      double place = rgb[c] / 255.0 * (LEVELS - 1);

      low[c] = MIN ((guint) place, LEVELS - 2);
      part[c] = place - low[c];
    }
  for (guint corner = 0; corner < 8; corner++)
    {
      guint r = corner & 1, g = corner >> 1 & 1, b = corner >> 2;

      self->counts[low[0] + r][low[1] + g][low[2] + b]
        += (r ? part[0] : 1 - part[0]) * (g ? part[1] : 1 - part[1]) * (b ? part[2] : 1 - part[2]);
    }
  self->total += 1;
}

/** mage_colours_add: counts the pixels of @frames, or those inside @mask, (nullable), which has the frames' size. */
void
mage_colours_add (MageColours *self, const Frames *frames, const Mask *mask)
{
  gsize n = (gsize) frames->width * frames->height;

  g_return_if_fail (mask == NULL || (mask->width == frames->width && mask->height == frames->height));

  for (guint i = 0; i < frames->n_frames; i++)
    for (gsize j = 0; j < n; j++)
      if (mask == NULL || mask_get_pixels (mask)[j] >= MASK_THRESHOLD)
        count_pixel (self, frames_get_frame (frames, i) + j * 3);
}

/** mage_colours_add_masked: counts the pixels of @frames where @masks, n_frames · height · width bytes, are set. */
void
mage_colours_add_masked (MageColours *self, const Frames *frames, GBytes *masks)
{
  gsize n = (gsize) frames->n_frames * frames->width * frames->height, size;
  const guint8 *mask = g_bytes_get_data (masks, &size);
  const guint8 *rgb = frames_get_frame (frames, 0);

  g_return_if_fail (size == n);

  for (gsize i = 0; i < n; i++)
    if (mask[i] >= MASK_THRESHOLD)
      count_pixel (self, rgb + i * 3);
}

/**
 * mage_measure_identity:
 * @masks: where the subject is in the video: n_frames · height · width bytes
 * @colours: of the subject, from its pictures inside their masks
 *
 * How alike the colours of a subject in a video are to those in its pictures: the intersection of both
 * histograms. 0: nothing in common, or not found; 1: the same colours in the same parts.
 */
double
mage_measure_identity (const Frames *frames, GBytes *masks, const MageColours *colours)
{
  g_autoptr (MageColours) own = mage_colours_new ();
  const double *wanted = &colours->counts[0][0][0];
  const double *found = &own->counts[0][0][0];
  double sum = 0;

  mage_colours_add_masked (own, frames, masks);
  if (colours->total <= 0 || own->total <= LEAST * frames->n_frames * frames->width * frames->height)
    return 0;
  for (guint i = 0; i < LEVELS * LEVELS * LEVELS; i++)
    sum += MIN (wanted[i] / colours->total, found[i] / own->total);
  return sum;
}
