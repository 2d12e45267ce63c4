/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "media/clip-comparison.h"

#include "media/clip-difference.h"
#include "media/resample.h"

#include <math.h>
#include <string.h>

/* Two clips seen as one: what the window shows of a comparison, as frames that can be written. */

/* Of the line between both, in pixels of the clip; a clip is at least so many times as wide, or there is none. */
#define LINE 1
#define LEAST_WIDTH 16

/**
 * clip_fit_time:
 *
 * Returns: (transfer full): @frames as long as another clip: at every frame of that one what is seen at its time; a shorter one
 *   stands at its last frame
 */
Frames *
clip_fit_time (Frames *frames, guint n_frames, double rate)
{
  gsize size = frames_get_frame_size (frames);
  guint8 *rgb;

  if (frames->n_frames == n_frames && frames->rate == rate)
    return frames_ref (frames);
  rgb = g_malloc (size * n_frames);
  for (guint i = 0; i < n_frames; i++)
    {
      double at = rate > 0 ? floor (i / rate * frames->rate + 1e-6) : i;

      memcpy (rgb + i * size, frames_get_frame (frames, (guint) MIN (at, frames->n_frames - 1.0)), size);
    }
  return frames_new_take (n_frames, frames->width, frames->height, rate, rgb);
}

static Frames *
fit_size (Frames *frames, guint width, guint height)
{
  CropBox whole = { 0, 0, frames->width, frames->height };
  gsize size = (gsize) width * height * 3;
  guint8 *rgb;

  if (frames->width == width && frames->height == height)
    return frames_ref (frames);
  rgb = g_malloc (size * frames->n_frames);
  for (guint i = 0; i < frames->n_frames; i++)
    resample (frames_get_frame (frames, i), (gsize) frames->width * 3, frames->width, frames->height, 3, &whole, rgb + i * size, width,
              height);
  return frames_new_take (frames->n_frames, width, height, frames->rate, rgb);
}

static Frames *
wipe (const Frames *a, const Frames *b, double mix)
{
  gsize size = frames_get_frame_size (a), row = (gsize) a->width * 3;
  guint at = (guint) lround (CLAMP (mix, 0, 1) * a->width);
  guint8 *rgb = g_malloc (size * a->n_frames);

  for (guint f = 0; f < a->n_frames; f++)
    for (guint y = 0; y < a->height; y++)
      {
        guint8 *to = rgb + f * size + y * row;

        memcpy (to, frames_get_frame (a, f) + y * row, at * 3);
        memcpy (to + at * 3, frames_get_frame (b, f) + y * row + at * 3, row - at * 3);
        if (at > 0 && at < a->width && a->width >= LEAST_WIDTH)
          memset (to + at * 3, 255, LINE * 3);
      }
  return frames_new_take (a->n_frames, a->width, a->height, a->rate, rgb);
}

static Frames *
blend (const Frames *a, const Frames *b, double mix)
{
  gsize n = frames_get_frame_size (a) * a->n_frames;
  const guint8 *p = frames_get_frame (a, 0), *q = frames_get_frame (b, 0);
  guint8 *rgb = g_malloc (n);

  for (gsize i = 0; i < n; i++)
    rgb[i] = (guint8) lround (p[i] + (q[i] - p[i]) * CLAMP (mix, 0, 1));
  return frames_new_take (a->n_frames, a->width, a->height, a->rate, rgb);
}

/**
 * clip_join:
 * @mix: where the line stands, or how much of @b shines through, 0…1
 * @error: when the clips have no difference, since their sizes or lengths are others
 *
 * Returns: (transfer full): both in one, as large as @a and as long as the longer one
 */
Frames *
clip_join (Frames *a, Frames *b, ClipJoin how, double mix, GError **error)
{
  gboolean longer = b->n_frames / MAX (b->rate, 1e-3) > a->n_frames / MAX (a->rate, 1e-3) + 1e-9;
  guint n_frames = longer ? b->n_frames : a->n_frames;
  double rate = longer ? b->rate : a->rate;
  g_autoptr (Frames) first = clip_fit_time (a, n_frames, rate);
  g_autoptr (Frames) in_time = clip_fit_time (b, n_frames, rate);
  g_autoptr (Frames) other = NULL;
  ClipDifference difference;

  if (how == CLIP_JOIN_DIFFERENCE)
    return clip_difference_measure (a, b, &difference, error) ? clip_difference_paint (a, b, difference.max) : NULL;
  other = fit_size (in_time, first->width, first->height);
  return how == CLIP_JOIN_WIPE ? wipe (first, other, mix) : blend (first, other, mix);
}
