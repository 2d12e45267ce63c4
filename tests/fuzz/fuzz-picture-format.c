/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "media/picture-format.h"

/* What a file's first bytes say, and where a JPEG ends, in pieces of every size. */

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *mime = NULL;
  JpegScan whole = { 0 }, parts = { 0 };
  gsize at = 0;

  picture_format_sniff (data, size, &mime);
  jpeg_scan_feed (&whole, data, size);
  for (gsize n = 1; at < size; at += n, n = n % 7 + 1)
    jpeg_scan_feed (&parts, data + at, MIN (n, size - at));
  g_assert_cmpint (whole.ended, ==, parts.ended);
  return 0;
}
