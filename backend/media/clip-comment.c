/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "media"

#include "media/clip-comment.h"

#include "media/clip-source.h"
#include "media/media-file.h"
#include "media/picture-format.h"
#include "media/picture.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gif_lib.h>
#include <gst/pbutils/pbutils.h>
#include <string.h>
#include <webp/mux.h>

/*
 * The comment of a file that clip_write() made, wherever its format keeps one: a tag of MP4 and WebM, an extension of GIF,
 * XMP's dc:description in WebP, a text of PNG. A file without one, or that cannot be read, has none: what is wrong with
 * it is for others to say.
 */

/* As long as a busy machine may take to look into a file's head. */
#define TIMEOUT (10 * GST_SECOND)
/* Comments of a few kilobytes are ours; files of any size are read no further than this. */
#define MAX_COMMENT (1 << 20)
#define MAX_FILE (256 << 20)

#define XMP_BEGIN "<rdf:li xml:lang=\"x-default\">"
#define XMP_END "</rdf:li>"
#define DESCRIPTION "<dc:description>"

/**
 * clip_comment_make_xmp:
 * @title: (nullable)
 * @comment: (nullable)
 *
 * Returns: (transfer full) (nullable): an XMP packet (ISO 16684-1) with both; NULL where there is neither
 */
char *
clip_comment_make_xmp (const char *title, const char *comment)
{
  g_autoptr (GString) packet = g_string_new (NULL);

  if (title == NULL && comment == NULL)
    return NULL;
  g_string_append (packet, "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>"
                           "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
                           "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
                           "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">");
  if (title != NULL)
    {
      g_autofree char *text = g_markup_escape_text (title, -1);

      g_string_append_printf (packet, "<dc:title><rdf:Alt>" XMP_BEGIN "%s" XMP_END "</rdf:Alt></dc:title>", text);
    }
  if (comment != NULL)
    {
      g_autofree char *text = g_markup_escape_text (comment, -1);

      g_string_append_printf (packet, DESCRIPTION "<rdf:Alt>" XMP_BEGIN "%s" XMP_END "</rdf:Alt></dc:description>", text);
    }
  g_string_append (packet, "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>");
  return g_string_free (g_steal_pointer (&packet), FALSE);
}

/* --- XMP --- */

typedef struct
{
  gboolean described;
  GString *text;
} XmpReading;

static void
xmp_start_cb (GMarkupParseContext *context, const char *name, const char **names, const char **values, gpointer data,
              GError **error)
{
  XmpReading *self = data;

  if (g_str_equal (name, "dc:description"))
    self->described = TRUE;
}

static void
xmp_end_cb (GMarkupParseContext *context, const char *name, gpointer data, GError **error)
{
  XmpReading *self = data;

  if (g_str_equal (name, "dc:description"))
    self->described = FALSE;
}

static void
xmp_text_cb (GMarkupParseContext *context, const char *text, gsize length, gpointer data, GError **error)
{
  XmpReading *self = data;

  if (self->described && g_str_equal (g_markup_parse_context_get_element (context), "rdf:li"))
    g_string_append_len (self->text, text, (gssize) length);
}

static char *
parse_xmp (const char *packet, gsize size)
{
  const GMarkupParser parser = { xmp_start_cb, xmp_end_cb, xmp_text_cb, NULL, NULL };
  g_autoptr (GString) text = g_string_new (NULL);
  XmpReading reading = { FALSE, text };
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, G_MARKUP_DEFAULT_FLAGS, &reading, NULL);

  if (!g_markup_parse_context_parse (context, packet, (gssize) size, NULL) || text->len == 0)
    return NULL;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
read_webp (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  WebPData whole = { data, size };
  WebPData chunk = { NULL, 0 };
  WebPMux *mux = WebPMuxCreate (&whole, 0);
  char *comment = NULL;

  if (mux == NULL)
    return NULL;
  if (WebPMuxGetChunk (mux, "XMP ", &chunk) == WEBP_MUX_OK && chunk.size <= MAX_COMMENT)
    comment = parse_xmp ((const char *) chunk.bytes, chunk.size);
  WebPMuxDelete (mux);
  return comment;
}

/* --- GIF --- */

typedef struct
{
  const guint8 *data;
  gsize size;
  gsize place;
} Bytes;

static int
input_cb (GifFileType *file, GifByteType *out, int n)
{
  Bytes *self = file->UserData;
  gsize count = MIN ((gsize) n, self->size - self->place);

  memcpy (out, self->data + self->place, count);
  self->place += count;
  return (int) count;
}

static gboolean
read_extension (GifFileType *file, GString *comment)
{
  GifByteType *block = NULL;
  int kind;

  if (DGifGetExtension (file, &kind, &block) == GIF_ERROR)
    return FALSE;
  while (block != NULL)
    {
      if (kind == COMMENT_EXT_FUNC_CODE && comment->len < MAX_COMMENT)
        g_string_append_len (comment, (const char *) block + 1, block[0]);
      if (DGifGetExtensionNext (file, &block) == GIF_ERROR)
        return FALSE;
    }
  return TRUE;
}

/* Ours stands before the first picture; what follows is not looked at. */
static char *
read_gif (GBytes *bytes)
{
  Bytes input = { .place = 0 };
  g_autoptr (GString) comment = g_string_new (NULL);
  GifFileType *file;
  GifRecordType record = UNDEFINED_RECORD_TYPE;

  input.data = g_bytes_get_data (bytes, &input.size);
  file = DGifOpen (&input, input_cb, NULL);
  if (file == NULL)
    return NULL;
  while (DGifGetRecordType (file, &record) != GIF_ERROR && record == EXTENSION_RECORD_TYPE && read_extension (file, comment))
    ;
  DGifCloseFile (file, NULL);
  return comment->len > 0 ? g_string_free (g_steal_pointer (&comment), FALSE) : NULL;
}

/* --- PNG --- */

/* What its head says of its size comes first: a small file may ask for gigabytes. */
static char *
read_png (const char *path)
{
  int width, height;
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  if (gdk_pixbuf_get_file_info (path, &width, &height) == NULL || (gint64) width * height > PICTURE_MAX_PIXELS)
    return NULL;
  pixbuf = gdk_pixbuf_new_from_file (path, NULL);

  return pixbuf != NULL ? g_strdup (gdk_pixbuf_get_option (pixbuf, CLIP_COMMENT_PNG_KEY)) : NULL;
}

/* --- videos --- */

static char *
read_video (const char *path)
{
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  g_autoptr (GstDiscoverer) discoverer = NULL;
  g_autoptr (GstDiscovererInfo) info = NULL;
  const GstTagList *tags;
  char *comment = NULL;

  clip_init ();
  discoverer = gst_discoverer_new (TIMEOUT, NULL);
  if (uri == NULL || discoverer == NULL)
    return NULL;
  info = gst_discoverer_discover_uri (discoverer, uri, NULL);
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  tags = info != NULL ? gst_discoverer_info_get_tags (info) : NULL;
  G_GNUC_END_IGNORE_DEPRECATIONS
  if (tags != NULL)
    gst_tag_list_get_string (tags, GST_TAG_COMMENT, &comment);
  return comment;
}

/**
 * clip_read_comment:
 * @path: a video or picture
 *
 * Returns: (transfer full) (nullable): its comment, valid UTF-8; NULL where there is none
 */
char *
clip_read_comment (const char *path, GCancellable *cancellable)
{
  guint8 head[MEDIA_FILE_HEAD];
  gsize n_head;
  guint64 size = 0;
  const char *format;
  g_autoptr (GMappedFile) map = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *comment = NULL;

  if (!media_file_peek (path, head, &n_head, &size, NULL) || size > MAX_FILE || g_cancellable_is_cancelled (cancellable))
    return NULL;
  format = picture_format_sniff (head, n_head, NULL);
  map = g_mapped_file_new (path, FALSE, NULL);
  bytes = map != NULL ? g_mapped_file_get_bytes (map) : g_bytes_new (NULL, 0);
  if (format == NULL)
    comment = read_video (path);
  else if (g_str_equal (format, "GIF"))
    comment = read_gif (bytes);
  else if (g_str_equal (format, "WebP"))
    comment = read_webp (bytes);
  else if (g_str_equal (format, "PNG"))
    comment = read_png (path);
  return comment != NULL && g_utf8_validate (comment, -1, NULL) ? g_steal_pointer (&comment) : NULL;
}
