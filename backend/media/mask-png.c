/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/mask.h"

#include "media/media-error.h"
#include "media/media-file.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * Masks as PNG files of one 8-bit channel. They are mostly of one piece, so that the quickest compression is nearly
 * as good as the best: a mask of twelve megapixels is written in a few hundredths of a second, after every stroke.
 */

#define LEVEL 1
/* Deflate's worst case is five bytes a block of 16 KiB; this is beyond it. */
#define SLACK 1024

/* PNG's checksum (ISO 3309), eight steps of the shift register at a time. */
static guint32
update_crc (guint32 crc, const guint8 *bytes, gsize n)
{
  static guint32 table[256];
  static gsize made;

  if (g_once_init_enter (&made))
    {
      for (guint32 i = 0; i < 256; i++)
        {
          table[i] = i;
          for (guint bit = 0; bit < 8; bit++)
            table[i] = table[i] & 1 ? 0xedb88320u ^ (table[i] >> 1) : table[i] >> 1;
        }
      g_once_init_leave (&made, 1);
    }
  for (gsize i = 0; i < n; i++)
    crc = table[(crc ^ bytes[i]) & 0xff] ^ (crc >> 8);
  return crc;
}

static void
append_number (GByteArray *png, guint32 number)
{
  guint32 big = GUINT32_TO_BE (number);

  g_byte_array_append (png, (const guint8 *) &big, sizeof big);
}

static void
append_chunk (GByteArray *png, const char *type, const guint8 *bytes, gsize n)
{
  guint32 crc = update_crc (0xffffffffu, (const guint8 *) type, 4);

  append_number (png, (guint32) n);
  g_byte_array_append (png, (const guint8 *) type, 4);
  g_byte_array_append (png, bytes, (guint) n);
  append_number (png, update_crc (crc, bytes, n) ^ 0xffffffffu);
}

/* Each row begins with a 0: its bytes stand as they are. */
static guint8 *
make_rows (const Mask *mask, gsize *size)
{
  gsize stride = (gsize) mask->width + 1;
  guint8 *rows = g_malloc (stride * mask->height);

  for (guint y = 0; y < mask->height; y++)
    {
      rows[y * stride] = 0;
      memcpy (rows + y * stride + 1, mask_get_pixels (mask) + (gsize) y * mask->width, mask->width);
    }
  *size = stride * mask->height;
  return rows;
}

static guint8 *
compress (const guint8 *rows, gsize size, gsize *n_out, GError **error)
{
  g_autoptr (GZlibCompressor) zlib = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, LEVEL);
  gsize room = size + size / 1000 + SLACK;
  g_autofree guint8 *out = g_malloc (room);
  GConverterResult result = G_CONVERTER_CONVERTED;
  gsize done = 0;

  *n_out = 0;
  while (result == G_CONVERTER_CONVERTED)
    {
      gsize n_read, n_written;

      result = g_converter_convert (G_CONVERTER (zlib), rows + done, size - done, out + *n_out, room - *n_out,
                                    G_CONVERTER_INPUT_AT_END, &n_read, &n_written, error);
      if (result == G_CONVERTER_ERROR)
        return NULL;
      done += n_read;
      *n_out += n_written;
    }
  return g_steal_pointer (&out);
}

/**
 * mask_to_png:
 *
 * Returns: (transfer full): a PNG file of one 8-bit channel, or %NULL with %MEDIA_ERROR_WRITE
 */
GBytes *
mask_to_png (const Mask *self, GError **error)
{
  static const guint8 signature[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  static const guint8 grey[] = { 8, 0, 0, 0, 0 };
  g_autoptr (GByteArray) png = g_byte_array_new ();
  g_autoptr (GByteArray) header = g_byte_array_new ();
  g_autoptr (GError) local = NULL;
  g_autofree guint8 *rows = NULL;
  g_autofree guint8 *packed = NULL;
  gsize size, n_packed;

  g_return_val_if_fail (self != NULL, NULL);

  rows = make_rows (self, &size);
  packed = compress (rows, size, &n_packed, &local);
  if (packed == NULL)
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_WRITE, _ ("The mask cannot be saved: %s."), local->message);
      return NULL;
    }
  append_number (header, self->width);
  append_number (header, self->height);
  g_byte_array_append (header, grey, sizeof grey);
  g_byte_array_append (png, signature, sizeof signature);
  append_chunk (png, "IHDR", header->data, header->len);
  append_chunk (png, "IDAT", packed, n_packed);
  append_chunk (png, "IEND", NULL, 0);
  return g_byte_array_free_to_bytes (g_steal_pointer (&png));
}

/**
 * mask_save_png:
 * @path: the file to make or replace
 *
 * Saves a mask as an 8-bit grey PNG, written beside and renamed.
 *
 * Returns: whether it was saved; %MEDIA_ERROR_WRITE if not
 */
gboolean
mask_save_png (const Mask *self, const char *path, GError **error)
{
  g_autoptr (GBytes) png = NULL;

  g_return_val_if_fail (self != NULL && path != NULL, FALSE);

  png = mask_to_png (self, error);
  return png != NULL && media_file_save (path, png, error);
}
