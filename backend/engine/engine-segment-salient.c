/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine-segment-private.h"

#include <glib/gi18n.h>

/* What stands out in a picture, by U²-Net-p. */

/* From this value on a pixel belongs to what stands out. */
#define THRESHOLD 0.5f

/* Less than one pixel in two thousand is no subject but a speck. */
#define LEAST_PART (1 / 2000.0)

void
segment_salient_clear (SegmentSalient *self)
{
  g_clear_pointer (&self->mask, g_bytes_unref);
}

/* How surely, over the pixels that count. */
static double
make_mask (const float *map, guint width, guint height, guint8 *mask, gsize *n, SegmentBox *box)
{
  double sum = 0;
  guint left = width, right = 0, top = height, bottom = 0;

  *n = 0;
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        gsize at = (gsize) y * width + x;

        mask[at] = map[at] >= THRESHOLD ? 255 : 0;
        if (mask[at] == 0)
          continue;
        (*n)++;
        sum += map[at];
        left = MIN (left, x);
        right = MAX (right, x + 1);
        top = MIN (top, y);
        bottom = MAX (bottom, y + 1);
      }
  *box = (SegmentBox){ left, top, right, bottom };
  return *n > 0 ? sum / (double) *n : 0;
}

/**
 * segment_salient_find:
 * @salient: (out caller-allocates): to be cleared
 *
 * Returns: whether something stands out; G_IO_ERROR_NOT_FOUND when nothing does
 */
gboolean
segment_salient_find (U2Netp *network, const PictureInput *picture, SegmentSalient *salient, GError **error)
{
  T_SCOPE_NO_GRAD ();
  gsize n_pixels = (gsize) (picture->width * picture->height), n = 0;
  g_autofree float *map = t_dup_data (u2netp_find (network, picture), T_F32, NULL, error);
  g_autofree guint8 *mask = map != NULL ? g_malloc (n_pixels) : NULL;

  if (map == NULL)
    return FALSE;
  salient->score = make_mask (map, (guint) picture->width, (guint) picture->height, mask, &n, &salient->box);
  if ((double) n < LEAST_PART * (double) n_pixels)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           _("Nothing stands out in the picture: draw a box around the subject, or click on it"));
      return FALSE;
    }
  salient->mask = g_bytes_new_take (g_steal_pointer (&mask), n_pixels);
  return TRUE;
}
