/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/picture-format.h"

#include <string.h>

/* Picture formats by their first bytes. A file's name proves nothing: people rename files. */

typedef struct
{
  const char *name;
  guint offset;
  const char *magic;
  guint length;
} Signature;

/* The AVIF and HEIC lines are brands of an ISO base media file; the box type "ftyp" stands before
 * them. The general brands "mif1" and "msf1" say only “some picture of this family”. */
static const Signature signatures[] = {
  { "PNG", 0, "\x89PNG\r\n\x1a\n", 8 },
  { "JPEG", 0, "\xff\xd8\xff", 3 },
  { "GIF", 0, "GIF87a", 6 },
  { "GIF", 0, "GIF89a", 6 },
  { "WebP", 8, "WEBP", 4 },
  { "TIFF", 0, "II*\0", 4 },
  { "TIFF", 0, "MM\0*", 4 },
  { "BMP", 0, "BM", 2 },
  { "JPEG XL", 0, "\xff\x0a", 2 },
  { "JPEG XL", 0, "\0\0\0\x0cJXL \r\n\x87\n", 12 },
  { "JPEG 2000", 0, "\0\0\0\x0cjP  \r\n\x87\n", 12 },
  { "Photoshop", 0, "8BPS", 4 },
  { "AVIF", 4, "ftypavif", 8 },
  { "AVIF", 4, "ftypavis", 8 },
  { "HEIC", 4, "ftypheic", 8 },
  { "HEIC", 4, "ftypheix", 8 },
  { "HEIC", 4, "ftypheim", 8 },
  { "HEIC", 4, "ftypheis", 8 },
  { "HEIC", 4, "ftyphevc", 8 },
  { "HEIC", 4, "ftyphevx", 8 },
  { "HEIF", 4, "ftypmif1", 8 },
  { "HEIF", 4, "ftypmsf1", 8 },
};

/**
 * picture_format_sniff:
 * @data: the beginning of a file
 * @n_data: how many bytes of it there are
 *
 * Tells a picture format by its signature.
 *
 * Returns: (nullable): the format's usual name, or %NULL for anything else
 */
const char *
picture_format_sniff (const guint8 *data, gsize n_data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (signatures); i++)
    {
      const Signature *s = &signatures[i];

      if (n_data >= s->offset + s->length && memcmp (data + s->offset, s->magic, s->length) == 0)
        return s->name;
    }
  return NULL;
}
