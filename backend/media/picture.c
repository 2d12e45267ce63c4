/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/picture.h"

#include "media/media-error.h"
#include "media/media-file.h"
#include "media/picture-format.h"
#include "media/resample.h"

#include <glib/gi18n.h>
#include <string.h>

/* Still pictures ↔ RGB. The size that the header states is checked before the decoder may ask
 * for memory: gdk-pixbuf tells it in “size-prepared” and stops when the size is set to 0 by 0. */

/* Big enough to keep the calls few, small enough to notice a cancel at once. */
#define CHUNK 65536

typedef struct
{
  GdkPixbufLoader *loader;
  const char *name;
  const char *format; /* nullable */
  guint min_side;
  JpegScan jpeg;
  gint64 rows; /* rows that the decoder has announced, from the top */
  GError *refused;
} Decoding;

static void
decoding_clear (Decoding *self)
{
  /* An open loader that is finalized warns; its last error has been told already. */
  if (self->loader != NULL)
    gdk_pixbuf_loader_close (self->loader, NULL);
  g_clear_object (&self->loader);
  g_clear_error (&self->refused);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Decoding, decoding_clear)

static gboolean
check_size (const char *name, int width, int height, guint min_side, GError **error)
{
  if (width <= 0 || height <= 0)
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_DAMAGED,
                   _ ("“%s” is damaged: it has no pixels. Choose another copy of it."), name);
      return FALSE;
    }
  if (width > PICTURE_MAX_SIDE || height > PICTURE_MAX_SIDE
      || (gint64) width * height > PICTURE_MAX_PIXELS)
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_TOO_LARGE,
                   _ ("“%s” is too large: %d × %d pixels. Scale it to at most %d megapixels."),
                   name, width, height, PICTURE_MAX_PIXELS / 1000000);
      return FALSE;
    }
  if ((guint) width < min_side || (guint) height < min_side)
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_TOO_SMALL,
                   _ ("“%s” is too small: %d × %d pixels. Choose one of at least %u × %u."), name,
                   width, height, min_side, min_side);
      return FALSE;
    }
  return TRUE;
}

static void
size_prepared_cb (GdkPixbufLoader *loader, int width, int height, gpointer data)
{
  Decoding *self = data;

  if (self->refused == NULL
      && !check_size (self->name, width, height, self->min_side, &self->refused))
    gdk_pixbuf_loader_set_size (loader, 0, 0);
}

static void
area_updated_cb (GdkPixbufLoader *loader, int x, int y, int width, int height, gpointer data)
{
  Decoding *self = data;

  self->rows = MAX (self->rows, (gint64) y + height);
}

/* Turns what the decoder said into what a person can use. */
static void
set_decode_error (Decoding *self, const GError *cause, GError **error)
{
  if (self->refused != NULL)
    g_propagate_error (error, g_steal_pointer (&self->refused));
  else if (self->format == NULL)
    g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_NOT_A_PICTURE,
                 _ ("“%s” is not a picture. Choose a JPEG, PNG or another picture file."),
                 self->name);
  else if (g_error_matches (cause, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_UNKNOWN_TYPE))
    g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_NO_DECODER,
                 _ ("“%s” is a picture in the format %s, which this system cannot read. Save it as "
                    "JPEG or PNG, or install gdk-pixbuf's loader for %s."),
                 self->name, self->format, self->format);
  else if (g_error_matches (cause, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_INSUFFICIENT_MEMORY))
    g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_TOO_LARGE,
                 _ ("There is not enough memory to open “%s”. Scale it down."), self->name);
  else
    g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_DAMAGED,
                 _ ("“%s” is damaged or cut off (%s). Choose another copy of it."), self->name,
                 self->format);
}

/* The loader is chosen by the file's first bytes where they are known: gdk-pixbuf's own guess may
 * hang on the name or on a database that is not installed. */
static gboolean
decoding_init (Decoding *self, const char *name, const guint8 *head, gsize n_head, guint min_side,
               GError **error)
{
  const char *mime = NULL;
  g_autoptr (GError) cause = NULL;

  self->name = name;
  self->format = picture_format_sniff (head, n_head, &mime);
  self->min_side = min_side;
  self->loader = mime != NULL ? gdk_pixbuf_loader_new_with_mime_type (mime, &cause)
                              : gdk_pixbuf_loader_new ();
  if (self->loader == NULL)
    {
      set_decode_error (self, cause, error);
      return FALSE;
    }
  g_signal_connect (self->loader, "size-prepared", G_CALLBACK (size_prepared_cb), self);
  g_signal_connect (self->loader, "area-updated", G_CALLBACK (area_updated_cb), self);
  return TRUE;
}

static gboolean
decoding_write (Decoding *self, const guint8 *data, gsize n_data, GError **error)
{
  g_autoptr (GError) cause = NULL;

  jpeg_scan_feed (&self->jpeg, data, n_data);
  if (gdk_pixbuf_loader_write (self->loader, data, n_data, &cause) && self->refused == NULL)
    return TRUE;
  set_decode_error (self, cause, error);
  return FALSE;
}

static GdkPixbuf *
decoding_finish (Decoding *self, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GdkPixbuf) upright = NULL;
  GdkPixbuf *pixbuf;
  gboolean complete = gdk_pixbuf_loader_close (self->loader, &cause)
                      && (g_strcmp0 (self->format, "JPEG") != 0 || self->jpeg.ended);

  pixbuf = gdk_pixbuf_loader_get_pixbuf (self->loader);
  /* A decoder that tells of rows as they come may be content with a file that is cut off. */
  if (!complete || pixbuf == NULL || self->refused != NULL
      || (self->rows > 0 && self->rows < gdk_pixbuf_get_height (pixbuf)))
    {
      set_decode_error (self, cause, error);
      return NULL;
    }
  upright = gdk_pixbuf_apply_embedded_orientation (pixbuf);
  if (upright == NULL)
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_TOO_LARGE,
                   _ ("There is not enough memory to open “%s”. Scale it down."), self->name);
      return NULL;
    }
  /* Formats whose loader skips “size-prepared” are checked here. */
  if (!check_size (self->name, gdk_pixbuf_get_width (upright), gdk_pixbuf_get_height (upright),
                   self->min_side, error))
    return NULL;
  return g_steal_pointer (&upright);
}

static GdkPixbuf *
decode_stream (Decoding *self, GInputStream *stream, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *chunk = g_malloc (CHUNK);

  while (TRUE)
    {
      g_autoptr (GError) cause = NULL;
      gssize n = g_input_stream_read (stream, chunk, CHUNK, cancellable, &cause);

      if (n == 0)
        return decoding_finish (self, error);
      if (n > 0)
        {
          if (!decoding_write (self, chunk, (gsize) n, error))
            return NULL;
        }
      else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return NULL;
        }
      else
        {
          g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_UNREADABLE, _ ("“%s” cannot be read: %s."),
                       self->name, cause->message);
          return NULL;
        }
    }
}

/* Alpha is laid over white: cut-out pictures come from white pages more often than from others. */
static Frames *
frames_from_pixbuf (GdkPixbuf *pixbuf)
{
  guint width = (guint) gdk_pixbuf_get_width (pixbuf);
  guint height = (guint) gdk_pixbuf_get_height (pixbuf);
  gsize stride = (gsize) gdk_pixbuf_get_rowstride (pixbuf);
  gboolean alpha = gdk_pixbuf_get_has_alpha (pixbuf);
  const guint8 *pixels = gdk_pixbuf_read_pixels (pixbuf);
  guint8 *rgb = g_malloc ((gsize) width * height * 3);

  for (guint y = 0; y < height; y++)
    {
      const guint8 *in = pixels + y * stride;
      guint8 *out = rgb + (gsize) y * width * 3;

      if (!alpha)
        {
          memcpy (out, in, (gsize) width * 3);
          continue;
        }
      for (guint x = 0; x < width; x++, in += 4, out += 3)
        for (guint c = 0; c < 3; c++)
          out[c] = (guint8) ((in[c] * in[3] + 255 * (255 - in[3]) + 127) / 255);
    }
  return frames_new_take (1, width, height, 0, rgb);
}

/**
 * picture_load_pixbuf:
 * @path: a picture file of any format that gdk-pixbuf knows
 * @min_side: the least width and height in pixels
 *
 * Loads a picture upright, alpha and all; for masks and thumbnails. picture_load() tells the rest.
 *
 * Returns: (transfer full): the picture, or %NULL with an error
 */
GdkPixbuf *
picture_load_pixbuf (const char *path, guint min_side, GCancellable *cancellable, GError **error)
{
  g_auto (Decoding) decoding = { 0 };
  g_autofree char *name = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (GError) cause = NULL;
  guint8 head[MEDIA_FILE_HEAD];
  gsize n_head = 0;
  guint64 size = 0;

  g_return_val_if_fail (path != NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error)
      || !media_file_peek (path, head, &n_head, &size, error))
    return NULL;
  name = g_filename_display_basename (path);
  file = g_file_new_for_path (path);
  stream = g_file_read (file, cancellable, &cause);
  if (stream == NULL)
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_UNREADABLE, _ ("“%s” cannot be opened: %s."),
                   name, cause->message);
      return NULL;
    }
  if (!decoding_init (&decoding, name, head, n_head, min_side, error))
    return NULL;
  return decode_stream (&decoding, G_INPUT_STREAM (stream), cancellable, error);
}

/**
 * picture_load:
 * @path: a picture file of any format that gdk-pixbuf knows; of an animation the first frame
 *
 * Loads a picture as 8-bit RGB, turned upright as its EXIF data says, transparent parts laid
 * over white, 16 bits reduced to 8 and CMYK converted. A file that is cut off is refused. The
 * size is checked before memory is asked for.
 *
 * Returns: (transfer full): one frame, or %NULL with a #MediaError or %G_IO_ERROR_CANCELLED
 */
Frames *
picture_load (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  pixbuf = picture_load_pixbuf (path, PICTURE_MIN_SIDE, cancellable, error);
  return pixbuf != NULL ? frames_from_pixbuf (pixbuf) : NULL;
}

/**
 * picture_load_bytes:
 * @bytes: what a picture file holds
 * @name: how messages call it
 *
 * Like picture_load(), for a picture that is in memory, such as one pasted.
 *
 * Returns: (transfer full): one frame, or %NULL with an error
 */
Frames *
picture_load_bytes (GBytes *bytes, const char *name, GCancellable *cancellable, GError **error)
{
  g_auto (Decoding) decoding = { 0 };
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  const guint8 *data;
  gsize n_data = 0;

  g_return_val_if_fail (bytes != NULL && name != NULL, NULL);

  data = g_bytes_get_data (bytes, &n_data);
  stream = g_memory_input_stream_new_from_bytes (bytes);
  if (!decoding_init (&decoding, name, data, n_data, PICTURE_MIN_SIDE, error))
    return NULL;
  pixbuf = decode_stream (&decoding, stream, cancellable, error);
  return pixbuf != NULL ? frames_from_pixbuf (pixbuf) : NULL;
}

/**
 * picture_fit:
 * @picture: a picture, or a clip whose frames are all treated alike
 * @width: wanted width in pixels
 * @height: wanted height in pixels
 *
 * Crops the middle to the wanted shape and scales it to the wanted size; never stretches.
 *
 * Returns: (transfer full): the same frames at @width × @height
 */
Frames *
picture_fit (Frames *picture, guint width, guint height)
{
  CropBox whole, box;
  gsize size;
  guint8 *rgb;

  g_return_val_if_fail (picture != NULL, NULL);
  g_return_val_if_fail (width > 0 && height > 0, NULL);

  if (picture->width == width && picture->height == height)
    return frames_ref (picture);
  whole = (CropBox){ 0, 0, picture->width, picture->height };
  box = crop_box_centre (&whole, width, height);
  size = (gsize) width * height * 3;
  rgb = g_malloc (size * picture->n_frames);
  for (guint i = 0; i < picture->n_frames; i++)
    resample (frames_get_frame (picture, i), (gsize) picture->width * 3, picture->width,
              picture->height, 3, &box, rgb + i * size, width, height);
  return frames_new_take (picture->n_frames, width, height, picture->rate, rgb);
}

/**
 * picture_to_png:
 * @index: which frame, from 0
 *
 * Returns: (transfer full): a PNG file of one frame, or %NULL with %MEDIA_ERROR_WRITE
 */
GBytes *
picture_to_png (const Frames *frames, guint index, GError **error)
{
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  g_autoptr (GBytes) rgb = NULL;
  g_autoptr (GError) cause = NULL;
  gsize size;
  char *png = NULL;
  gsize n_png = 0;

  g_return_val_if_fail (frames != NULL && index < frames->n_frames, NULL);

  size = frames_get_frame_size (frames);
  rgb = g_bytes_new_from_bytes (frames->rgb, index * size, size);
  pixbuf = gdk_pixbuf_new_from_bytes (rgb, GDK_COLORSPACE_RGB, FALSE, 8, (int) frames->width,
                                      (int) frames->height, (int) frames->width * 3);
  if (!gdk_pixbuf_save_to_buffer (pixbuf, &png, &n_png, "png", &cause, NULL))
    {
      g_set_error (error, MEDIA_ERROR, MEDIA_ERROR_WRITE, _ ("The picture cannot be saved: %s"),
                   cause->message);
      return NULL;
    }
  return g_bytes_new_take (png, n_png);
}

/**
 * picture_save_png:
 * @index: which frame, from 0
 * @path: the file to make or replace
 *
 * Saves one frame as PNG. The file is written beside and renamed, so it is complete or absent.
 *
 * Returns: whether it was saved; %MEDIA_ERROR_WRITE if not
 */
gboolean
picture_save_png (const Frames *frames, guint index, const char *path, GError **error)
{
  g_autoptr (GBytes) png = NULL;

  g_return_val_if_fail (frames != NULL && path != NULL, FALSE);

  png = picture_to_png (frames, index, error);
  return png != NULL && media_file_save (path, png, error);
}
