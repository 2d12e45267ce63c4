/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "media/clip-difference.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>

/* How two clips differ, pixel by pixel: in numbers, and as a picture. */

/**
 * clip_difference_measure:
 * @error: when the clips have not the same size or length
 */
gboolean
clip_difference_measure (const Frames *a, const Frames *b, ClipDifference *difference, GError **error)
{
  const guint8 *p, *q;
  guint64 sum = 0;

  *difference = (ClipDifference){ 0 };
  if (a->n_frames != b->n_frames || a->width != b->width || a->height != b->height)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("Only videos of the same size and length have a difference: one has %u frames of %u×%u, the other %u of %u×%u"),
                   a->n_frames, a->width, a->height, b->n_frames, b->width, b->height);
      return FALSE;
    }
  difference->n_pixels = (gsize) a->n_frames * a->width * a->height;
  p = frames_get_frame (a, 0);
  q = frames_get_frame (b, 0);
  for (gsize i = 0; i < difference->n_pixels; i++)
    {
      guint most = 0;

      for (guint c = 0; c < 3; c++)
        {
          guint d = (guint) abs (p[3 * i + c] - q[3 * i + c]);

          most = MAX (most, d);
          sum += d;
        }
      difference->n_different += most > 0;
      difference->max = MAX (difference->max, most);
    }
  difference->mean = (double) sum / (3.0 * difference->n_pixels);
  return TRUE;
}

/**
 * clip_difference_get_colour:
 * @value: −1…1
 * @rgb: (out): blue, white at 0, red; the ends are of the same lightness, and told apart by colour-blind people
 */
void
clip_difference_get_colour (double value, guint8 rgb[3])
{
  static const double blue[3] = { 33, 102, 172 };
  static const double red[3] = { 178, 24, 43 };
  const double *end = value < 0 ? blue : red;
  double share = CLAMP (fabs (value), 0, 1);

  for (guint c = 0; c < 3; c++)
    rgb[c] = (guint8) lround (255 + (end[c] - 255) * share);
}

/**
 * clip_difference_paint:
 * @a: a clip
 * @b: one of the same size and length
 * @full: the difference of 255 that has the full colour; 0 is taken as 1
 *
 * Returns: (transfer full): red where @b is brighter, blue where @a is, by the channel that differs most; white where they are equal
 */
Frames *
clip_difference_paint (const Frames *a, const Frames *b, guint full)
{
  gsize n = (gsize) a->n_frames * a->width * a->height;
  const guint8 *p = frames_get_frame (a, 0);
  const guint8 *q = frames_get_frame (b, 0);
  guint8 *out = g_malloc (n * 3);

  g_assert (frames_get_frame_size (a) == frames_get_frame_size (b) && a->n_frames == b->n_frames);
  for (gsize i = 0; i < n; i++)
    {
      int most = 0;

      for (guint c = 0; c < 3; c++)
        {
          int d = q[3 * i + c] - p[3 * i + c];

          if (abs (d) > abs (most))
            most = d;
        }
      clip_difference_get_colour ((double) most / MAX (full, 1), out + 3 * i);
    }
  return frames_new_take (a->n_frames, a->width, a->height, a->rate, out);
}
