/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "media"

#include "media/clip-plan.h"
#include "media/media-file.h"
#include "media/palette.h"

#include <gif_lib.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/*
 * Animated GIF by giflib. One palette serves the whole clip, so that colours do not flicker; dithering is by a fixed
 * pattern for the same reason. Pixels that stay are transparent, which is what makes files small.
 */

/* The last colour of 256 means: as before. */
#define TRANSPARENT 255
#define N_COLOURS 256
/* The nearest colours, by the upper bits of a colour. */
#define BITS 6
#define N_NEAREST (1 << (3 * BITS))
/* A side is sixteen bits. */
#define MAX_SIDE 65535
#define BLOCK 255

/* An ordered pattern of 8 × 8 thresholds (Bayer, 1973). */
static const guint8 bayer[8][8] = {
  { 0, 32, 8, 40, 2, 34, 10, 42 },  { 48, 16, 56, 24, 50, 18, 58, 26 }, { 12, 44, 4, 36, 14, 46, 6, 38 },
  { 60, 28, 52, 20, 62, 30, 54, 22 }, { 3, 35, 11, 43, 1, 33, 9, 41 },  { 51, 19, 59, 27, 49, 17, 57, 25 },
  { 15, 47, 7, 39, 13, 45, 5, 37 },  { 63, 31, 55, 23, 61, 29, 53, 21 },
};

typedef struct
{
  const ClipPlan *plan;
  GifFileType *file;
  GByteArray *bytes;
  Palette palette;
  guint16 *nearest; /* 0: not looked up yet, else its place and one */
  guint8 *shown;    /* what is on the screen */
  guint8 *wanted;
  guint8 *line;
  guint8 *grown;
} Writer;

static void
writer_clear (Writer *self)
{
  if (self->file != NULL)
    EGifCloseFile (g_steal_pointer (&self->file), NULL);
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  g_free (self->nearest);
  g_free (self->shown);
  g_free (self->wanted);
  g_free (self->line);
  g_free (self->grown);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Writer, writer_clear)

static int
output_cb (GifFileType *file, const GifByteType *data, int n)
{
  g_byte_array_append (file->UserData, data, (guint) n);
  return n;
}

static gboolean
fail (const Writer *self, int code, GError **error)
{
  const char *cause = GifErrorString (code);

  return clip_plan_fail (self->plan, cause != NULL ? cause : _("the encoder failed"), error);
}

/* --- colours --- */

/* A whole round is looked at. */
static gboolean
choose_colours (Writer *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (PaletteCount) count = palette_count_new ();

  for (guint i = 0; i < self->plan->n; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      palette_count_add (count, clip_plan_get_frame (self->plan, i, &self->grown), (gsize) self->plan->width * self->plan->height);
    }
  palette_init (&self->palette, count, TRANSPARENT);
  return TRUE;
}

static guint8
find (Writer *self, int red, int green, int blue)
{
  guint place = (guint) (red >> (8 - BITS)) << (2 * BITS) | (guint) (green >> (8 - BITS)) << BITS | (guint) blue >> (8 - BITS);

  /* The middle of what shares these bits. */
  if (self->nearest[place] == 0)
    self->nearest[place] = (guint16) (1 + palette_find (&self->palette, (red & ~3) | 2, (green & ~3) | 2, (blue & ~3) | 2));
  return (guint8) (self->nearest[place] - 1);
}

static void
dither (Writer *self, const guint8 *rgb)
{
  guint width = self->plan->width;

  for (guint y = 0; y < self->plan->height; y++)
    for (guint x = 0; x < width; x++, rgb += 3)
      {
        double shift = ((bayer[y % 8][x % 8] + 0.5) / 64 - 0.5) * self->palette.spread;
        int c[3];

        for (guint k = 0; k < 3; k++)
          c[k] = CLAMP ((int) floor (rgb[k] + shift + 0.5), 0, 255);
        self->wanted[(gsize) y * width + x] = find (self, c[0], c[1], c[2]);
      }
}

/* --- the file --- */

static gboolean
write_blocks (Writer *self, int kind, const char *text, GError **error)
{
  gsize length = strlen (text);

  if (EGifPutExtensionLeader (self->file, kind) == GIF_ERROR)
    return fail (self, self->file->Error, error);
  for (gsize done = 0; done < length; done += BLOCK)
    if (EGifPutExtensionBlock (self->file, (int) MIN (BLOCK, length - done), text + done) == GIF_ERROR)
      return fail (self, self->file->Error, error);
  return EGifPutExtensionTrailer (self->file) != GIF_ERROR || fail (self, self->file->Error, error);
}

/* Netscape's extension says how often it is repeated after the first time; 0 means for ever. */
static gboolean
write_rounds (Writer *self, GError **error)
{
  guint repeats = self->plan->how->rounds > 0 ? self->plan->how->rounds - 1 : 0;
  const guint8 block[3] = { 1, (guint8) (repeats & 255), (guint8) (repeats >> 8) };

  if (self->plan->how->rounds == 1)
    return TRUE;
  if (EGifPutExtensionLeader (self->file, APPLICATION_EXT_FUNC_CODE) == GIF_ERROR
      || EGifPutExtensionBlock (self->file, 11, "NETSCAPE2.0") == GIF_ERROR
      || EGifPutExtensionBlock (self->file, sizeof block, block) == GIF_ERROR
      || EGifPutExtensionTrailer (self->file) == GIF_ERROR)
    return fail (self, self->file->Error, error);
  return TRUE;
}

static gboolean
write_head (Writer *self, GError **error)
{
  ColorMapObject *map = GifMakeMapObject (N_COLOURS, NULL);
  int code = 0;
  gboolean ok;

  self->file = EGifOpen (self->bytes, output_cb, &code);
  if (map == NULL || self->file == NULL)
    {
      g_clear_pointer (&map, GifFreeMapObject);
      return fail (self, code, error);
    }
  for (guint i = 0; i < self->palette.n; i++)
    map->Colors[i] = (GifColorType){ self->palette.rgb[i][0], self->palette.rgb[i][1], self->palette.rgb[i][2] };
  EGifSetGifVersion (self->file, true);
  ok = EGifPutScreenDesc (self->file, (int) self->plan->width, (int) self->plan->height, 8, 0, map) != GIF_ERROR;
  GifFreeMapObject (map);
  return (ok || fail (self, self->file->Error, error)) && write_rounds (self, error)
         && (self->plan->how->comment == NULL
             || write_blocks (self, COMMENT_EXT_FUNC_CODE, self->plan->how->comment, error));
}

/* Delays are hundredths of a second; what one is too long the next is too short. */
static guint
get_delay (const ClipPlan *plan, guint i)
{
  return (guint) (lround (100 * clip_plan_get_time (plan, i + 1)) - lround (100 * clip_plan_get_time (plan, i)));
}

static gboolean
write_frame (Writer *self, guint i, GError **error)
{
  GraphicsControlBlock control = { .DisposalMode = DISPOSE_DO_NOT, .UserInputFlag = false,
                                   .DelayTime = (int) get_delay (self->plan, i), .TransparentColor = TRANSPARENT };
  guint width = self->plan->width;
  GifByteType block[4];

  EGifGCBToExtension (&control, block);
  if (EGifPutExtension (self->file, GRAPHICS_EXT_FUNC_CODE, sizeof block, block) == GIF_ERROR
      || EGifPutImageDesc (self->file, 0, 0, (int) width, (int) self->plan->height, false, NULL) == GIF_ERROR)
    return fail (self, self->file->Error, error);
  for (guint y = 0; y < self->plan->height; y++)
    {
      guint8 *shown = self->shown + (gsize) y * width;
      const guint8 *wanted = self->wanted + (gsize) y * width;

      for (guint x = 0; x < width; x++)
        self->line[x] = i > 0 && shown[x] == wanted[x] ? TRANSPARENT : wanted[x];
      memcpy (shown, wanted, width);
      if (EGifPutLine (self->file, self->line, (int) width) == GIF_ERROR)
        return fail (self, self->file->Error, error);
    }
  return TRUE;
}

static gboolean
write_frames (Writer *self, GCancellable *cancellable, GError **error)
{
  gsize n = (gsize) self->plan->width * self->plan->height;

  self->nearest = g_new0 (guint16, N_NEAREST);
  self->shown = g_malloc (n);
  self->wanted = g_malloc (n);
  self->line = g_malloc (self->plan->width);
  for (guint i = 0; i < self->plan->n; i++)
    {
      dither (self, clip_plan_get_frame (self->plan, i, &self->grown));
      if (!write_frame (self, i, error) || !clip_plan_report (self->plan, i, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
gif_writer_write (const ClipPlan *plan, const char *path, GCancellable *cancellable, GError **error)
{
  g_auto (Writer) writer = { .plan = plan, .bytes = g_byte_array_new () };
  g_autoptr (GBytes) bytes = NULL;
  int code = 0;

  g_return_val_if_fail (plan->width <= MAX_SIDE && plan->height <= MAX_SIDE, FALSE);

  if (!choose_colours (&writer, cancellable, error) || !write_head (&writer, error)
      || !write_frames (&writer, cancellable, error))
    return FALSE;
  if (EGifCloseFile (g_steal_pointer (&writer.file), &code) == GIF_ERROR)
    return fail (&writer, code, error);
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&writer.bytes));
  return media_file_save (path, bytes, error);
}
