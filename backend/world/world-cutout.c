/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "world"

#include "world/world-cutout.h"

#include "world/world-render.h"
#include "world/world-words.h"

#include <math.h>
#include <string.h>

/*
 * The background that a frame is nearest to is subtracted; what is left marks the characters, and the
 * square around them is brought to one size, so that it no longer matters where and how large they are.
 */

#define SIDE WORLD_CUTOUT_FRAME
#define PIXELS (SIDE * SIDE)
#define N_PLACES (WORLD_N_BACKGROUNDS * WORLD_N_LAYOUTS)

/* A pixel this far off, in levels, may be a character; this much further it is one for certain. */
#define FAR 22
#define FURTHER 40
/* Further off than this a pixel is no background in any case, however much. */
#define LIMIT 60
/* Every so many pixels are compared when the background is looked for. */
#define SPARSE 3
/* Share of the marks that may lie beyond either side of the square, and its margin. */
#define OUTLIERS 0.015
#define MARGIN 0.10

struct _WorldCutout
{
  guint8 places[N_PLACES][PIXELS * 3];
  double marks[PIXELS];
};

/** world_cutout_new: renders the backgrounds. */
WorldCutout *
world_cutout_new (void)
{
  WorldCutout *self = g_new0 (WorldCutout, 1);

  for (guint i = 0; i < N_PLACES; i++)
    {
      WorldScene scene = { .background = i / WORLD_N_LAYOUTS, .layout = i % WORLD_N_LAYOUTS };
      g_autoptr (WorldRenderer) renderer = world_renderer_new (&scene, SIDE, SIDE);

      world_renderer_paint (renderer, 0, self->places[i], NULL);
    }
  return self;
}

void
world_cutout_free (WorldCutout *self)
{
  g_free (self);
}

/* By how much most pixels are brighter than the place: the frame's tint. */
static void
measure_tint (const guint8 *frame, const guint8 *place, double tint[3])
{
  for (guint channel = 0; channel < 3; channel++)
    {
      guint counts[511] = { 0 };
      guint n = 0;
      guint level = 0;

      for (guint i = channel; i < PIXELS * 3; i += 3 * SPARSE)
        counts[255 + frame[i] - place[i]]++;
      while (n <= PIXELS / SPARSE / 2)
        n += counts[level++];
      tint[channel] = (double) level - 1 - 255;
    }
}

static double
compare (const guint8 *frame, const guint8 *place)
{
  double tint[3];
  double sum = 0;

  measure_tint (frame, place, tint);
  for (guint i = 0; i < PIXELS * 3; i += 3 * SPARSE)
    for (guint channel = 0; channel < 3; channel++)
      sum += MIN (fabs (frame[i + channel] - place[i + channel] - tint[channel]), LIMIT);
  /* A wrong place can be tinted to look like the right one. */
  return sum / (PIXELS / SPARSE) + 0.5 * (fabs (tint[0]) + fabs (tint[1]) + fabs (tint[2]));
}

/* The difference from the place, mean over three by three pixels against noise, as 0…1. */
static double
mark_pixel (const guint8 *frame, const guint8 *place, const double tint[3], int x, int y)
{
  double sums[3] = { 0 };
  double largest;

  for (int j = -1; j <= 1; j++)
    for (int i = -1; i <= 1; i++)
      {
        guint at = (guint) (CLAMP (y + j, 0, SIDE - 1) * SIDE + CLAMP (x + i, 0, SIDE - 1)) * 3;

        for (guint channel = 0; channel < 3; channel++)
          sums[channel] += frame[at + channel] - place[at + channel] - tint[channel];
      }
  largest = MAX (fabs (sums[0]), MAX (fabs (sums[1]), fabs (sums[2]))) / 9;
  return CLAMP ((largest - FAR) / FURTHER, 0, 1);
}

/* Where along one axis the marks begin and end, but for a few. */
static void
find_range (const double *marks, guint step, guint other, double range[2])
{
  double sums[SIDE] = { 0 };
  double all = 0;
  double passed = 0;

  for (guint i = 0; i < SIDE; i++)
    for (guint j = 0; j < SIDE; j++)
      sums[i] += marks[i * step + j * other];
  for (guint i = 0; i < SIDE; i++)
    all += sums[i];
  range[0] = 0;
  range[1] = SIDE;
  for (guint i = 0; i < SIDE; i++)
    {
      if (passed <= OUTLIERS * all)
        range[0] = i;
      passed += sums[i];
      if (passed < (1 - OUTLIERS) * all)
        range[1] = i + 2;
    }
}

static double
sample (const guint8 *frame, double x, double y, guint channel)
{
  int x0 = (int) floor (CLAMP (x, 0, SIDE - 1.001));
  int y0 = (int) floor (CLAMP (y, 0, SIDE - 1.001));
  double u = CLAMP (x, 0, SIDE - 1.001) - x0;
  double v = CLAMP (y, 0, SIDE - 1.001) - y0;
  const guint8 *p = frame + (y0 * SIDE + x0) * 3 + channel;

  return (1 - v) * ((1 - u) * p[0] + u * p[3]) + v * ((1 - u) * p[SIDE * 3] + u * p[SIDE * 3 + 3]);
}

/* The square of the frame as the net sees it. */
static void
cut (const WorldCutout *self, const guint8 *frame, const WorldSquare *square, float *cutout)
{
  double step = square->size / WORLD_CUTOUT_SIDE;

  for (guint i = 0; i < WORLD_CUTOUT_SIDE * WORLD_CUTOUT_SIDE; i++)
    {
      double x = square->left + (i % WORLD_CUTOUT_SIDE + 0.5) * step - 0.5;
      double y = square->top + (i / WORLD_CUTOUT_SIDE + 0.5) * step - 0.5;
      gboolean inside = x >= -0.5 && y >= -0.5 && x <= SIDE - 0.5 && y <= SIDE - 0.5;
      int near = inside ? (int) CLAMP (lrint (y), 0, SIDE - 1) * SIDE + (int) CLAMP (lrint (x), 0, SIDE - 1) : 0;

      for (guint channel = 0; channel < 3; channel++)
        cutout[i * WORLD_CUTOUT_CHANNELS + channel] = inside ? (float) (sample (frame, x, y, channel) / 127.5 - 1) : 0;
      cutout[i * WORLD_CUTOUT_CHANNELS + 3] = inside ? (float) (2 * self->marks[near] - 1) : -1;
    }
}

/**
 * world_cutout_make:
 * @frame: 64 · 64 · 3 bytes
 * @cutout: (out): 32 · 32 · 4 numbers to fill
 * @square: (out): where in the frame that is
 *
 * Returns: the background that the frame is nearest to
 */
WorldBackground
world_cutout_make (WorldCutout *self, const guint8 *frame, float *cutout, WorldSquare *square)
{
  guint best = 0;
  double least = G_MAXDOUBLE;
  double tint[3], across[2], down[2];
  double size;

  for (guint i = 0; i < N_PLACES; i++)
    {
      double difference = compare (frame, self->places[i]);

      if (difference < least)
        best = i;
      least = MIN (least, difference);
    }
  measure_tint (frame, self->places[best], tint);
  for (int i = 0; i < PIXELS; i++)
    self->marks[i] = mark_pixel (frame, self->places[best], tint, i % SIDE, i / SIDE);
  find_range (self->marks, 1, SIDE, across);
  find_range (self->marks, SIDE, 1, down);
  size = MAX (MAX (across[1] - across[0], down[1] - down[0]), 8) * (1 + 2 * MARGIN);
  *square = (WorldSquare) { (across[0] + across[1] - size) / 2, (down[0] + down[1] - size) / 2, size };
  cut (self, frame, square, cutout);
  return best / WORLD_N_LAYOUTS;
}
