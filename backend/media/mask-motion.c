/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/mask-motion.h"

#include <math.h>
#include <string.h>

/* What following a subject from frame to frame asks of masks: how far it moved, where it surely is, what colours it has. */

/* A subject is compared at about this many pixels a side; finer tells no more. */
#define MATCH_SIDE 40
/* How far it may move between two frames, in parts of its longer side. */
#define MATCH_REACH 0.5
/* Colours are counted in this many steps a channel. */
#define COLOUR_STEPS 8
#define N_COLOURS (COLOUR_STEPS * COLOUR_STEPS * COLOUR_STEPS)

static gboolean
is_inside (const Mask *mask, int x, int y)
{
  return x >= 0 && y >= 0 && x < (int) mask->width && y < (int) mask->height
         && mask_get_pixels (mask)[(gsize) y * mask->width + (gsize) x] >= MASK_THRESHOLD;
}

/** mask_get_area: pixels in the subject. */
gsize
mask_get_area (const Mask *mask)
{
  const guint8 *alpha = mask_get_pixels (mask);
  gsize n = 0;

  for (gsize i = 0; i < (gsize) mask->width * mask->height; i++)
    n += alpha[i] >= MASK_THRESHOLD;
  return n;
}

/** mask_overlap_moved: intersection over union of @a, moved by @shift, and @b, which has its size. */
double
mask_overlap_moved (const Mask *a, const Mask *b, MaskPoint shift)
{
  gsize both = 0, either = 0;

  for (int y = 0; y < (int) b->height; y++)
    for (int x = 0; x < (int) b->width; x++)
      {
        gboolean in_a = is_inside (a, x - shift.x, y - shift.y), in_b = is_inside (b, x, y);

        both += in_a && in_b;
        either += in_a || in_b;
      }
  return either > 0 ? (double) both / (double) either : 0;
}

/* --- how far it moved --- */

/* The pixels of a subject that are compared. */
typedef struct
{
  MaskPoint *points;
  guint n;
  guint width;
  guint height;
} Sample;

static Sample
sample_subject (const Mask *mask, const cairo_rectangle_int_t *box, int step)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (MaskPoint));
  Sample sample;

  for (int y = box->y; y < box->y + box->height; y += step)
    for (int x = box->x; x < box->x + box->width; x += step)
      if (is_inside (mask, x, y))
        g_array_append_vals (points, (&(MaskPoint){ x, y }), 1);
  sample = (Sample){ NULL, points->len, mask->width, mask->height };
  sample.points = (MaskPoint *) (gpointer) g_array_free (points, FALSE);
  return sample;
}

/* Mean difference of what is seen at both places; those that would leave the picture count as half wrong. */
static double
difference (const Sample *self, const guint8 *before, const guint8 *after, int dx, int dy)
{
  gsize sum = 0;

  for (guint i = 0; i < self->n; i++)
    {
      int x = self->points[i].x + dx, y = self->points[i].y + dy;
      const guint8 *a = before + 3 * ((gsize) self->points[i].y * self->width + (gsize) self->points[i].x), *b;

      if (x < 0 || y < 0 || x >= (int) self->width || y >= (int) self->height)
        {
          sum += 128;
          continue;
        }
      b = after + 3 * ((gsize) y * self->width + (gsize) x);
      for (guint c = 0; c < 3; c++)
        sum += (gsize) ABS (a[c] - b[c]);
    }
  return (double) sum / (double) self->n;
}

static void
search (const Sample *self, const guint8 *before, const guint8 *after, MaskPoint around, int reach, int step,
        MaskPoint *best, double *least)
{
  for (int dy = around.y - reach; dy <= around.y + reach; dy += step)
    for (int dx = around.x - reach; dx <= around.x + reach; dx += step)
      {
        double value = difference (self, before, after, dx, dy);

        if (value >= *least)
          continue;
        *least = value;
        *best = (MaskPoint){ dx, dy };
      }
}

/**
 * mask_find_shift:
 * @mask: where the subject is in @before
 * @before: RGB bytes of the mask's size
 * @after: the same of another frame
 *
 * Where the subject's pixels fit best: first in large steps over half its size around, then finer. No movement at
 * all is taken where nothing fits better.
 *
 * Returns: how far it moved, in pixels
 */
MaskPoint
mask_find_shift (const Mask *mask, const guint8 *before, const guint8 *after)
{
  cairo_rectangle_int_t box;
  MaskPoint best = { 0, 0 };
  Sample sample;
  double least;
  int longer, step, reach;

  if (!mask_get_box (mask, &box))
    return best;
  longer = MAX (box.width, box.height);
  step = MAX (longer / MATCH_SIDE, 1);
  reach = MAX ((int) (MATCH_REACH * longer), 4);
  sample = sample_subject (mask, &box, step);
  if (sample.n > 0)
    {
      least = difference (&sample, before, after, 0, 0);
      search (&sample, before, after, best, reach / (2 * step) * (2 * step), 2 * step, &best, &least);
      for (int fine = step; fine >= 1; fine /= 2)
        search (&sample, before, after, best, 2 * fine, fine, &best, &least);
    }
  g_free (sample.points);
  return best;
}

/* --- where it surely is --- */

/* Chamfer distance to what is outside, in fifths of pixels (5 and 7 for the diagonal); the picture's edge is outside. */
static guint32 *
distances (const Mask *mask)
{
  gsize width = mask->width, height = mask->height, stride = width + 2;
  guint32 *d = g_new0 (guint32, stride * (height + 2));

  for (gsize y = 1; y <= height; y++)
    for (gsize x = 1; x <= width; x++)
      {
        guint32 *p = d + y * stride + x;

        if (is_inside (mask, (int) x - 1, (int) y - 1))
          *p = MIN (MIN (p[-1], p[-(gssize) stride]) + 5, MIN (p[-(gssize) stride - 1], p[-(gssize) stride + 1]) + 7);
      }
  for (gsize y = height; y >= 1; y--)
    for (gsize x = width; x >= 1; x--)
      {
        guint32 *p = d + y * stride + x;

        *p = MIN (*p, MIN (MIN (p[1], p[stride]) + 5, MIN (p[stride + 1], p[stride - 1]) + 7));
      }
  return d;
}

/* The places within @reach of @at are no longer chosen. */
static void
blot (guint32 *d, const Mask *mask, MaskPoint at, int reach)
{
  gsize stride = mask->width + 2;

  for (int y = MAX (at.y - reach, 0); y <= MIN (at.y + reach, (int) mask->height - 1); y++)
    for (int x = MAX (at.x - reach, 0); x <= MIN (at.x + reach, (int) mask->width - 1); x++)
      if (hypot (x - at.x, y - at.y) <= reach)
        d[((gsize) y + 1) * stride + (gsize) x + 1] = 0;
}

/**
 * mask_find_inner_points:
 * @points: (array length=n_points): room for them
 * @n_points: how many are wanted
 *
 * The places farthest from the subject's edge, and from each other.
 *
 * Returns: how many there are
 */
guint
mask_find_inner_points (const Mask *mask, MaskPoint *points, guint n_points)
{
  g_autofree guint32 *d = distances (mask);
  gsize stride = mask->width + 2;
  guint n = 0;

  while (n < n_points)
    {
      guint32 farthest = 0;
      MaskPoint at = { 0, 0 };

      for (gsize y = 0; y < mask->height; y++)
        for (gsize x = 0; x < mask->width; x++)
          if (d[(y + 1) * stride + x + 1] > farthest)
            {
              farthest = d[(y + 1) * stride + x + 1];
              at = (MaskPoint){ (int) x, (int) y };
            }
      if (farthest == 0)
        break;
      points[n++] = at;
      blot (d, mask, at, (int) (2 * farthest / 5));
    }
  return n;
}

/* --- what colours it has --- */

static void
count_colours (const Mask *mask, const guint8 *rgb, double counts[N_COLOURS])
{
  const guint8 *alpha = mask_get_pixels (mask);
  double n = 0;

  memset (counts, 0, N_COLOURS * sizeof *counts);
  for (gsize i = 0; i < (gsize) mask->width * mask->height; i++)
    {
      const guint8 *p = rgb + 3 * i;

      if (alpha[i] < MASK_THRESHOLD)
        continue;
      counts[(p[0] * COLOUR_STEPS / 256 * COLOUR_STEPS + p[1] * COLOUR_STEPS / 256) * COLOUR_STEPS + p[2] * COLOUR_STEPS / 256]++;
      n++;
    }
  for (guint i = 0; i < N_COLOURS; i++)
    counts[i] /= MAX (n, 1);
}

/**
 * mask_colour_likeness:
 *
 * Bhattacharyya's coefficient of the colours of two subjects.
 *
 * Returns: 1 for the same shares of the same colours, 0 for none in common
 */
double
mask_colour_likeness (const Mask *a, const guint8 *rgb_a, const Mask *b, const guint8 *rgb_b)
{
  g_autofree double *counts = g_new (double, 2 * N_COLOURS);
  double sum = 0;

  count_colours (a, rgb_a, counts);
  count_colours (b, rgb_b, counts + N_COLOURS);
  for (guint i = 0; i < N_COLOURS; i++)
    sum += sqrt (counts[i] * counts[N_COLOURS + i]);
  return sum;
}
