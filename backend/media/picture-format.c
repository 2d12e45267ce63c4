/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/picture-format.h"

#include <string.h>

/* Picture formats by their first bytes. A file's name proves nothing: people rename files. */

typedef struct
{
  const char *name;
  const char *mime;
  guint offset;
  const char *magic;
  guint length;
} Signature;

/* The AVIF and HEIC lines are brands of an ISO base media file; the box type "ftyp" stands before
 * them. The general brands "mif1" and "msf1" say only “some picture of this family”. */
static const Signature signatures[] = {
  { "PNG", "image/png", 0, "\x89PNG\r\n\x1a\n", 8 },
  { "JPEG", "image/jpeg", 0, "\xff\xd8\xff", 3 },
  { "GIF", "image/gif", 0, "GIF87a", 6 },
  { "GIF", "image/gif", 0, "GIF89a", 6 },
  { "WebP", "image/webp", 8, "WEBP", 4 },
  { "TIFF", "image/tiff", 0, "II*\0", 4 },
  { "TIFF", "image/tiff", 0, "MM\0*", 4 },
  { "BMP", "image/bmp", 0, "BM", 2 },
  { "JPEG XL", "image/jxl", 0, "\xff\x0a", 2 },
  { "JPEG XL", "image/jxl", 0, "\0\0\0\x0cJXL \r\n\x87\n", 12 },
  { "JPEG 2000", "image/jp2", 0, "\0\0\0\x0cjP  \r\n\x87\n", 12 },
  { "Photoshop", "image/vnd.adobe.photoshop", 0, "8BPS", 4 },
  { "AVIF", "image/avif", 4, "ftypavif", 8 },
  { "AVIF", "image/avif", 4, "ftypavis", 8 },
  { "HEIC", "image/heic", 4, "ftypheic", 8 },
  { "HEIC", "image/heic", 4, "ftypheix", 8 },
  { "HEIC", "image/heic", 4, "ftypheim", 8 },
  { "HEIC", "image/heic", 4, "ftypheis", 8 },
  { "HEIC", "image/heic", 4, "ftyphevc", 8 },
  { "HEIC", "image/heic", 4, "ftyphevx", 8 },
  { "HEIF", "image/heif", 4, "ftypmif1", 8 },
  { "HEIF", "image/heif", 4, "ftypmsf1", 8 },
};

/**
 * picture_format_sniff:
 * @data: the beginning of a file
 * @n_data: how many bytes of it there are
 * @mime: (out) (optional): the format's media type
 *
 * Tells a picture format by its signature.
 *
 * Returns: (nullable): the format's usual name, or %NULL for anything else
 */
const char *
picture_format_sniff (const guint8 *data, gsize n_data, const char **mime)
{
  for (gsize i = 0; i < G_N_ELEMENTS (signatures); i++)
    {
      const Signature *s = &signatures[i];

      if (n_data >= s->offset + s->length && memcmp (data + s->offset, s->magic, s->length) == 0)
        {
          if (mime != NULL)
            *mime = s->mime;
          return s->name;
        }
    }
  return NULL;
}

enum
{
  JPEG_DATA,
  JPEG_MARKER,
  JPEG_LENGTH_HIGH,
  JPEG_LENGTH_LOW,
};

static void
jpeg_scan_marker (JpegScan *self, guint8 marker)
{
  if (marker == 0xff) /* fill bytes */
    return;
  self->state = JPEG_DATA;
  if (marker == 0xd9)
    self->ended = TRUE;
  else if (marker > 0x01 && (marker < 0xd0 || marker > 0xd8)) /* those have no segment */
    self->state = JPEG_LENGTH_HIGH;
}

/**
 * jpeg_scan_feed:
 * @data: the next bytes of the file
 * @n_data: how many
 *
 * Looks for the end marker. It must be asked for because libjpeg fills a file that is cut off with
 * grey and calls it well; and not by its bytes alone, which a thumbnail inside has too.
 */
void
jpeg_scan_feed (JpegScan *self, const guint8 *data, gsize n_data)
{
  for (gsize i = 0; i < n_data; i++)
    {
      if (self->skip > 0)
        {
          gsize n = MIN (self->skip, n_data - i);

          self->skip -= (guint) n;
          i += n - 1;
          continue;
        }
      switch (self->state)
        {
        case JPEG_MARKER:
          jpeg_scan_marker (self, data[i]);
          break;
        case JPEG_LENGTH_HIGH:
          self->length = (guint) data[i] << 8;
          self->state = JPEG_LENGTH_LOW;
          break;
        case JPEG_LENGTH_LOW:
          self->length |= data[i];
          self->skip = self->length > 2 ? self->length - 2 : 0;
          self->state = JPEG_DATA;
          break;
        default:
          if (data[i] == 0xff)
            self->state = JPEG_MARKER;
          break;
        }
    }
}
