/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A real if rough mask from an attention map: threshold, largest piece, holes filled. */

float rough_mask_threshold (const float *map, gsize n);
void rough_mask_make (const float *map, guint width, guint height, guint8 *mask);

G_END_DECLS
