/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/rough-mask.h"

#include <string.h>

#define BINS 64

/**
 * rough_mask_threshold:
 * @map: values in [0, 1]
 *
 * Otsu's threshold: parts the values into two classes so that the variance between them is largest
 * (N. Otsu, A threshold selection method from gray-level histograms, 1979).
 */
float
rough_mask_threshold (const float *map, gsize n)
{
  double histogram[BINS] = { 0 }, sum = 0, below = 0, weight = 0, best = -1;
  guint at = BINS / 2;

  for (gsize i = 0; i < n; i++)
    histogram[MIN ((guint) (CLAMP (map[i], 0, 1) * BINS), BINS - 1)]++;
  for (guint b = 0; b < BINS; b++)
    sum += b * histogram[b];
  for (guint b = 0; b + 1 < BINS; b++)
    {
      double rest, difference, variance;
      weight += histogram[b];
      below += b * histogram[b];
      rest = (double) n - weight;
      if (weight == 0 || rest == 0)
        continue;
      difference = below / weight - (sum - below) / rest;
      variance = weight * rest * difference * difference;
      if (variance > best)
        {
          best = variance;
          at = b + 1;
        }
    }
  return (float) at / BINS;
}

/* Marks the piece of @value around @start with @label; returns its size. 4-neighbours. */
static guint
flood (guint8 *cells, guint width, guint height, guint start, guint8 value, guint8 label, guint *stack)
{
  guint n = 0, size = 0;

  stack[n++] = start;
  cells[start] = label;
  while (n > 0)
    {
      guint at = stack[--n], x = at % width, y = at / width;
      guint next[4], k = 0;
      size++;
      if (x > 0)
        next[k++] = at - 1;
      if (x + 1 < width)
        next[k++] = at + 1;
      if (y > 0)
        next[k++] = at - width;
      if (y + 1 < height)
        next[k++] = at + width;
      for (guint i = 0; i < k; i++)
        if (cells[next[i]] == value)
          {
            cells[next[i]] = label;
            stack[n++] = next[i];
          }
    }
  return size;
}

/* Cells: 0 outside, 1 inside, 2 seen, 3 the largest piece, 4 outside that reaches the border. */
static void
keep_largest (guint8 *cells, guint width, guint height, guint *stack)
{
  guint largest = 0, where = 0;

  for (guint i = 0; i < width * height; i++)
    if (cells[i] == 1)
      {
        guint size = flood (cells, width, height, i, 1, 2, stack);
        if (size > largest)
          {
            largest = size;
            where = i;
          }
      }
  if (largest > 0)
    flood (cells, width, height, where, 2, 3, stack);
  for (guint i = 0; i < width * height; i++)
    cells[i] = cells[i] == 3 ? 3 : 0;
}

static void
mark_outside (guint8 *cells, guint width, guint height, guint *stack)
{
  for (guint i = 0; i < width * height; i++)
    {
      guint x = i % width, y = i / width;
      gboolean border = x == 0 || y == 0 || x + 1 == width || y + 1 == height;
      if (border && cells[i] == 0)
        flood (cells, width, height, i, 0, 4, stack);
    }
}

/**
 * rough_mask_make:
 * @map: height · width values, divided by their maximum
 * @mask: (out caller-allocates): height · width bytes, 255 inside
 *
 * What lies above Otsu's threshold: its largest piece, without holes.
 */
void
rough_mask_make (const float *map, guint width, guint height, guint8 *mask)
{
  guint n = width * height;
  float threshold = rough_mask_threshold (map, n);
  g_autofree guint *stack = g_new (guint, n);

  for (guint i = 0; i < n; i++)
    mask[i] = map[i] >= threshold;
  keep_largest (mask, width, height, stack);
  mark_outside (mask, width, height, stack);
  for (guint i = 0; i < n; i++)
    mask[i] = mask[i] == 4 ? 0 : 255;
}
