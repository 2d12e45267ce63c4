/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/clip-check.h"

#include "media/clip-reader.h"

#include <math.h>
#include <stdlib.h>

/*
 * What makes a clip hard to learn a motion from. Frames are compared small, so that noise of the camera and of the codec
 * does not count.
 */

/* The longer side at which frames are compared, and how many are looked at, at most. */
#define SIDE 96
#define MOST 240

/* Colours are counted in so many steps a channel. */
#define STEPS 4
#define BINS (STEPS * STEPS * STEPS)

/* A cut: less of the colours stays than this, and the frames differ by more (0…1), and by so many times the usual. */
#define CUT_SHARED 0.6
#define CUT_CHANGE 0.06
#define CUT_TIMES 4
/* Frames that differ by less are the same one; in a clip that usually changes by so many times that. */
#define SAME (0.35 / 255)
#define SAME_TIMES 4
/* So many repeats, in a hundred frames, are worth a word. */
#define REPEATS 8
/* Brightness that varies by less over a frame (standard deviation, 0…1) shows nothing. */
#define EMPTY 0.015
/* A clip whose frames, half a span apart, differ by less does not move. */
#define STILL (1.2 / 255)

/** Glance: what is kept of a frame. */
typedef struct
{
  double shares[BINS];
  double spread;
} Glance;

static void
glance_at (const Frames *frames, guint i, Glance *glance)
{
  const guint8 *rgb = frames_get_frame (frames, i);
  gsize n = (gsize) frames->width * frames->height;
  double sum = 0, squares = 0;

  *glance = (Glance) { 0 };
  for (gsize k = 0; k < n; k++, rgb += 3)
    {
      double grey = (0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]) / 255;

      sum += grey / (double) n;
      squares += grey * grey / (double) n;
      glance->shares[(rgb[0] / 64 * STEPS + rgb[1] / 64) * STEPS + rgb[2] / 64] += 1.0 / (double) n;
    }
  glance->spread = sqrt (MAX (squares - sum * sum, 0));
}

/* The mean difference of two frames, 0…1. */
static double
differ (const Frames *frames, guint i, guint j)
{
  const guint8 *a = frames_get_frame (frames, i);
  const guint8 *b = frames_get_frame (frames, j);
  gsize n = frames_get_frame_size (frames);
  guint64 sum = 0;

  for (gsize k = 0; k < n; k++)
    sum += (guint64) ABS (a[k] - b[k]);
  return (double) sum / 255 / (double) n;
}

static double
share_colours (const Glance *a, const Glance *b)
{
  double shared = 0;

  for (guint i = 0; i < BINS; i++)
    shared += MIN (a->shares[i], b->shares[i]);
  return shared;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static double
find_median (const double *values, guint n)
{
  g_autofree double *sorted = g_memdup2 (values, n * sizeof *values);

  qsort (sorted, n, sizeof *sorted, compare_doubles);
  return sorted[n / 2];
}

static void
add (GArray *troubles, ClipTroubleKind kind, double time, guint n, guint of)
{
  ClipTrouble trouble = { kind, time, n, of };

  g_array_append_val (troubles, trouble);
}

/* Cuts, each by itself, and repeats, together. @changes: from every frame to the next. */
static void
find_jumps (const Glance *glances, const double *changes, guint n_frames, double start, double step, GArray *troubles)
{
  double usual = find_median (changes, n_frames - 1);
  guint n_same = 0, first = 0;

  for (guint i = 1; i < n_frames; i++)
    {
      double change = changes[i - 1];

      if (change > CUT_CHANGE && change > CUT_TIMES * usual
          && share_colours (&glances[i - 1], &glances[i]) < CUT_SHARED)
        add (troubles, CLIP_TROUBLE_CUT, start + i * step, 1, n_frames);
      if (change < SAME && usual > SAME_TIMES * SAME && glances[i].spread >= EMPTY && n_same++ == 0)
        first = i;
    }
  if (n_same * 100 > n_frames * REPEATS)
    add (troubles, CLIP_TROUBLE_REPEAT, start + first * step, n_same, n_frames);
}

static void
find_empty (const Glance *glances, guint n_frames, double start, double step, GArray *troubles)
{
  guint n = 0, first = 0;

  for (guint i = 0; i < n_frames; i++)
    if (glances[i].spread < EMPTY && n++ == 0)
      first = i;
  if (n > 0)
    add (troubles, CLIP_TROUBLE_EMPTY, start + first * step, n, n_frames);
}

/**
 * clip_check_frames:
 * @frames: a span, in order and small; of a single one nothing is said but that it is empty
 * @start: the first one's time, in seconds
 * @step: seconds from one to the next
 *
 * Returns: (transfer full) (element-type ClipTrouble): what was found; cuts first
 */
GArray *
clip_check_frames (const Frames *frames, double start, double step)
{
  GArray *troubles = g_array_new (FALSE, FALSE, sizeof (ClipTrouble));
  guint n = frames->n_frames;
  g_autofree Glance *glances = g_new (Glance, n);
  g_autofree double *changes = g_new (double, n);
  double most = 0;

  for (guint i = 0; i < n; i++)
    glance_at (frames, i, &glances[i]);
  for (guint i = 1; i < n; i++)
    changes[i - 1] = differ (frames, i - 1, i);
  for (guint i = 0; i + n / 2 < n && n > 1; i++)
    most = MAX (most, differ (frames, i, i + n / 2));
  if (n > 1)
    find_jumps (glances, changes, n, start, step, troubles);
  find_empty (glances, n, start, step, troubles);
  if (n > 1 && most < STILL)
    add (troubles, CLIP_TROUBLE_STILL, start, n, n);
  return troubles;
}

/**
 * clip_check:
 * @path: a video
 * @start: of the span, in seconds
 * @length: of the span, in seconds; %CLIP_WHOLE for all that follows
 *
 * Looks at a span of a clip; blocks, for a thread.
 *
 * Returns: (transfer full) (nullable) (element-type ClipTrouble): what was found
 */
GArray *
clip_check (const char *path, double start, double length, GCancellable *cancellable, GError **error)
{
  g_auto (ClipInfo) info = { 0 };
  g_autoptr (Frames) frames = NULL;
  ClipRead want = { .start_s = start };
  double scale, seconds;

  if (!clip_probe (path, &info, cancellable, error))
    return NULL;
  scale = (double) SIDE / MAX (info.width, info.height);
  seconds = CLAMP (info.duration - start, 0, length);
  want.length_s = seconds > 0 ? seconds : CLIP_WHOLE;
  want.rate = info.rate > 0 ? info.rate : 25;
  want.n_frames = (guint) CLAMP (round (seconds * want.rate), 1, MOST);
  want.width = (guint) MAX (round (info.width * scale), 1);
  want.height = (guint) MAX (round (info.height * scale), 1);
  frames = clip_read (path, &want, cancellable, error);
  if (frames == NULL)
    return NULL;
  return clip_check_frames (frames, start, seconds / frames->n_frames);
}
