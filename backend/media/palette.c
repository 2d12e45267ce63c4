/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "media"

#include "media/palette.h"

#include <math.h>
#include <string.h>

/*
 * The colours that show a clip best. Heckbert's median cut ("Color image quantization for frame buffer display", 1982)
 * over a histogram of 32 steps a channel: the box with the largest summed squared error along its longest side is cut
 * where that error falls most; then the colours move to the means of what lies nearest, as k-means does.
 */

#define BITS 5
#define STEPS (1 << BITS)
#define N_BINS (STEPS * STEPS * STEPS)
#define ROUNDS 4

struct _PaletteCount
{
  guint64 n[N_BINS];
  guint64 sum[N_BINS][3];
};

/* Bins from @first on, @n of them, in Builder.order. */
typedef struct
{
  guint first;
  guint n;
  guint channel; /* along which it is cut */
  double error;  /* about its mean, along that channel */
} Box;

typedef struct
{
  const PaletteCount *count;
  guint *order;
  guint n_bins;
  Box boxes[PALETTE_MAX];
  guint n_boxes;
} Builder;

PaletteCount *
palette_count_new (void)
{
  return g_new0 (PaletteCount, 1);
}

void
palette_count_free (PaletteCount *self)
{
  g_free (self);
}

/** palette_count_add: counts @n_pixels tight RGB pixels. */
void
palette_count_add (PaletteCount *self, const guint8 *rgb, gsize n_pixels)
{
  for (gsize i = 0; i < n_pixels; i++, rgb += 3)
    {
      guint bin = (guint) (rgb[0] >> (8 - BITS)) << (2 * BITS) | (guint) (rgb[1] >> (8 - BITS)) << BITS | rgb[2] >> (8 - BITS);

      self->n[bin]++;
      for (guint c = 0; c < 3; c++)
        self->sum[bin][c] += rgb[c];
    }
}

static double
bin_mean (const PaletteCount *count, guint bin, guint channel)
{
  return (double) count->sum[bin][channel] / (double) count->n[bin];
}

/* --- cutting --- */

static void
measure (const Builder *self, Box *box)
{
  box->error = -1;
  for (guint c = 0; c < 3; c++)
    {
      double n = 0, sum = 0, squares = 0, error;

      for (guint i = box->first; i < box->first + box->n; i++)
        {
          double weight = (double) self->count->n[self->order[i]];
          double value = bin_mean (self->count, self->order[i], c);

          n += weight;
          sum += weight * value;
          squares += weight * value * value;
        }
      error = squares - sum * sum / n;
      if (error > box->error)
        {
          box->error = error;
          box->channel = c;
        }
    }
}

typedef struct
{
  const PaletteCount *count;
  guint channel;
} Sorting;

static int
compare_bins (gconstpointer a, gconstpointer b, gpointer data)
{
  const Sorting *sorting = data;
  double x = bin_mean (sorting->count, *(const guint *) a, sorting->channel);
  double y = bin_mean (sorting->count, *(const guint *) b, sorting->channel);

  return x < y ? -1 : x > y;
}

/* Where the errors of both parts together are smallest: where sum²/n of both is largest. */
static guint
find_cut (const Builder *self, const Box *box)
{
  double n_all = 0, sum_all = 0, n = 0, sum = 0, best = -1;
  guint cut = 1;

  for (guint i = 0; i < box->n; i++)
    {
      guint bin = self->order[box->first + i];

      n_all += (double) self->count->n[bin];
      sum_all += (double) self->count->sum[bin][box->channel];
    }
  for (guint i = 0; i + 1 < box->n; i++)
    {
      guint bin = self->order[box->first + i];
      double gain;

      n += (double) self->count->n[bin];
      sum += (double) self->count->sum[bin][box->channel];
      gain = sum * sum / n + (sum_all - sum) * (sum_all - sum) / (n_all - n);
      if (gain > best)
        {
          best = gain;
          cut = i + 1;
        }
    }
  return cut;
}

static gboolean
cut_worst (Builder *self)
{
  Box *worst = NULL;
  Box *added = &self->boxes[self->n_boxes];
  Sorting sorting;
  guint cut;

  for (guint i = 0; i < self->n_boxes; i++)
    if (self->boxes[i].n > 1 && (worst == NULL || self->boxes[i].error > worst->error))
      worst = &self->boxes[i];
  if (worst == NULL)
    return FALSE;
  sorting = (Sorting){ self->count, worst->channel };
  g_sort_array (self->order + worst->first, worst->n, sizeof (guint), compare_bins, &sorting);
  cut = find_cut (self, worst);
  *added = (Box){ worst->first + cut, worst->n - cut, 0, 0 };
  worst->n = cut;
  measure (self, worst);
  measure (self, added);
  self->n_boxes++;
  return TRUE;
}

/* --- refining --- */

static void
set_mean (Palette *palette, guint i, const double sum[3], double n)
{
  for (guint c = 0; c < 3; c++)
    palette->rgb[i][c] = (guint8) CLAMP (sum[c] / n + 0.5, 0, 255);
}

static void
take_boxes (const Builder *self, Palette *palette)
{
  palette->n = self->n_boxes;
  for (guint i = 0; i < self->n_boxes; i++)
    {
      double sum[3] = { 0 }, n = 0;

      for (guint k = 0; k < self->boxes[i].n; k++)
        {
          guint bin = self->order[self->boxes[i].first + k];

          n += (double) self->count->n[bin];
          for (guint c = 0; c < 3; c++)
            sum[c] += (double) self->count->sum[bin][c];
        }
      set_mean (palette, i, sum, n);
    }
}

static void
refine (const Builder *self, Palette *palette)
{
  double sums[PALETTE_MAX][3] = { 0 };
  double counts[PALETTE_MAX] = { 0 };

  for (guint i = 0; i < self->n_bins; i++)
    {
      guint bin = self->order[i];
      guint k = palette_find (palette, (int) (bin_mean (self->count, bin, 0) + 0.5), (int) (bin_mean (self->count, bin, 1) + 0.5),
                              (int) (bin_mean (self->count, bin, 2) + 0.5));

      counts[k] += (double) self->count->n[bin];
      for (guint c = 0; c < 3; c++)
        sums[k][c] += (double) self->count->sum[bin][c];
    }
  for (guint i = 0; i < palette->n; i++)
    if (counts[i] > 0)
      set_mean (palette, i, sums[i], counts[i]);
}

/* The root mean square distance to the nearest other colour. */
static double
measure_spread (const Palette *self)
{
  double sum = 0;

  for (guint i = 0; i < self->n; i++)
    {
      int nearest = G_MAXINT;

      for (guint k = 0; k < self->n; k++)
        {
          int distance = 0;

          for (guint c = 0; c < 3; c++)
            distance += (self->rgb[i][c] - self->rgb[k][c]) * (self->rgb[i][c] - self->rgb[k][c]);
          if (k != i && distance < nearest)
            nearest = distance;
        }
      sum += nearest;
    }
  return self->n > 1 ? sqrt (sum / self->n / 3) : 0;
}

/**
 * palette_init:
 * @count: of at least one pixel
 * @n: at most so many colours; a clip with fewer gets what it has
 */
void
palette_init (Palette *self, const PaletteCount *count, guint n)
{
  Builder builder = { .count = count };
  g_autofree guint *order = g_new (guint, N_BINS);

  g_return_if_fail (n > 0 && n <= PALETTE_MAX);

  builder.order = order;
  for (guint bin = 0; bin < N_BINS; bin++)
    if (count->n[bin] > 0)
      order[builder.n_bins++] = bin;
  g_return_if_fail (builder.n_bins > 0);

  builder.boxes[0] = (Box){ 0, builder.n_bins, 0, 0 };
  builder.n_boxes = 1;
  measure (&builder, &builder.boxes[0]);
  while (builder.n_boxes < n && cut_worst (&builder))
    ;
  take_boxes (&builder, self);
  for (guint i = 0; i < ROUNDS; i++)
    refine (&builder, self);
  self->spread = measure_spread (self);
}

/** palette_find: Returns: the nearest colour */
guint
palette_find (const Palette *self, int red, int green, int blue)
{
  guint best = 0;
  int least = G_MAXINT;

  for (guint i = 0; i < self->n; i++)
    {
      int r = self->rgb[i][0] - red;
      int g = self->rgb[i][1] - green;
      int b = self->rgb[i][2] - blue;
      int distance = r * r + g * g + b * b;

      if (distance < least)
        {
          least = distance;
          best = i;
        }
    }
  return best;
}
