/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ClipDifference:
 * @n_pixels: how many there are, over all frames
 * @n_different: how many of them differ
 * @max: the largest difference of a channel, of 255
 * @mean: the mean one of all channels, of 255
 */
typedef struct
{
  gsize n_pixels;
  gsize n_different;
  guint max;
  double mean;
} ClipDifference;

gboolean clip_difference_measure (const Frames *a, const Frames *b, ClipDifference *difference, GError **error);
Frames *clip_difference_paint (const Frames *a, const Frames *b, guint full);
void clip_difference_get_colour (double value, guint8 rgb[3]);

G_END_DECLS
