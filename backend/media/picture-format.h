/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * JpegScan:
 * @ended: whether the end marker has been seen
 *
 * Follows the markers of a JPEG file as its bytes come in. Start from zero.
 */
typedef struct
{
  gboolean ended;
  guint state;
  guint length;
  guint skip;
} JpegScan;

void jpeg_scan_feed (JpegScan *self, const guint8 *data, gsize n_data);
const char *picture_format_sniff (const guint8 *data, gsize n_data, const char **mime);

G_END_DECLS
