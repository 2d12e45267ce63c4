/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-fixture.h"

#include "media/clip-comment.h"
#include "media/clip-source.h"
#include "media/clip-writer.h"
#include "media/media-error.h"
#include "media/palette.h"
#include "media/picture.h"

#include <glib/gstdio.h>
#include <gst/pbutils/pbutils.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <webp/demux.h>

/* Every format that clips are exported in, read back by others: codec, size, rate, frames, rounds and what is written inside. */

#define N_FRAMES 6
#define SIDE 64

/* A hill of colour that wanders: smooth, with thousands of colours. */
static Frames *
make_clip (guint n)
{
  guint8 *rgb = g_malloc ((gsize) n * SIDE * SIDE * 3);
  guint8 *p = rgb;

  for (guint k = 0; k < n; k++)
    for (guint y = 0; y < SIDE; y++)
      for (guint x = 0; x < SIDE; x++)
        {
          double dx = (double) x - 10 - 8 * k;
          double hill = exp (-(dx * dx + ((double) y - 32) * ((double) y - 32)) / 400);

          *p++ = (guint8) (40 + 200 * hill);
          *p++ = (guint8) (60 + 2 * y);
          *p++ = (guint8) (220 - 150 * hill);
        }
  return frames_new_take (n, SIDE, SIDE, 8, rgb);
}

static char *
dup_record (void)
{
  GString *text = g_string_new ("{\"videomage\":1,\"prompt\":\"“ω” <robot1> & 'ñ' ]]>\",\"filler\":\"");

  for (guint i = 0; i < 900; i++)
    g_string_append_printf (text, "%u ", i);
  return g_string_free (g_string_append (text, "\"}"), FALSE);
}

static char *
export (const Frames *clip, const char *name, const ClipWrite *how)
{
  char *path = scratch_file (name);
  g_autoptr (GError) error = NULL;

  clip_write (clip, path, how, NULL, &error);
  g_assert_no_error (error);
  return path;
}

static double
psnr (const guint8 *a, const guint8 *b, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
  return 10 * log10 (255.0 * 255.0 / MAX (sum / (double) n, 1e-9));
}

static guint8 *
take_rgb (GstSample *sample, const GstVideoInfo *info)
{
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "RGB", "width", G_TYPE_INT, info->width,
                                                  "height", G_TYPE_INT, info->height, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstSample) converted = gst_video_convert_sample (sample, caps, 10 * GST_SECOND, &error);
  gsize row = (gsize) info->width * 3;
  guint8 *rgb = g_malloc (row * (gsize) info->height);
  GstVideoInfo tight;
  GstVideoFrame frame;

  g_assert_no_error (error);
  gst_video_info_from_caps (&tight, gst_sample_get_caps (converted));
  g_assert_true (gst_video_frame_map (&frame, &tight, gst_sample_get_buffer (converted), GST_MAP_READ));
  for (int y = 0; y < info->height; y++)
    memcpy (rgb + (gsize) y * row, (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0) + y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0), row);
  gst_video_frame_unmap (&frame);
  return rgb;
}

/* All frames that a player gets, tight. */
static GPtrArray *
decode (const char *path)
{
  GPtrArray *frames = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (ClipSource) source = clip_source_open (path, NULL, &error);
  GstSample *sample = NULL;
  double time;

  g_assert_no_error (error);
  clip_source_play (source, 0, &error);
  g_assert_no_error (error);
  while (clip_source_next (source, &sample, &time, &error) && sample != NULL)
    {
      g_ptr_array_add (frames, take_rgb (sample, clip_source_get_video_info (source)));
      g_clear_pointer (&sample, gst_sample_unref);
    }
  g_assert_no_error (error);
  return frames;
}

static void
check_video (const char *name, ClipFormat format, const char *codec, double least)
{
  g_autoptr (Frames) clip = make_clip (N_FRAMES);
  g_autofree char *path = export (clip, name, &(ClipWrite){ .format = format });
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstDiscoverer) discoverer = gst_discoverer_new (30 * GST_SECOND, &error);
  g_autoptr (GstDiscovererInfo) info = gst_discoverer_discover_uri (discoverer, uri, &error);
  g_autolist (GstDiscovererStreamInfo) videos = NULL;
  g_autoptr (GPtrArray) frames = NULL;
  g_autoptr (GstCaps) caps = NULL;
  GstDiscovererVideoInfo *video;

  g_assert_no_error (error);
  videos = gst_discoverer_info_get_video_streams (info);
  g_assert_cmpuint (g_list_length (videos), ==, 1);
  video = GST_DISCOVERER_VIDEO_INFO (videos->data);
  caps = gst_discoverer_stream_info_get_caps (GST_DISCOVERER_STREAM_INFO (video));
  g_assert_cmpstr (gst_structure_get_name (gst_caps_get_structure (caps, 0)), ==, codec);
  g_assert_cmpuint (gst_discoverer_video_info_get_width (video), ==, SIDE);
  g_assert_cmpuint (gst_discoverer_video_info_get_height (video), ==, SIDE);
  g_assert_cmpuint (gst_discoverer_video_info_get_framerate_num (video), ==, 8 * gst_discoverer_video_info_get_framerate_denom (video));
  frames = decode (path);
  g_assert_cmpuint (frames->len, ==, N_FRAMES);
  for (guint i = 0; i < frames->len; i++)
    g_assert_cmpfloat (psnr (frames->pdata[i], frames_get_frame (clip, i), (gsize) SIDE * SIDE * 3), >, least);
}

static void
test_videos (void)
{
  check_video ("a.mp4", CLIP_MP4_H264, "video/x-h264", 28);
  check_video ("a.webm", CLIP_WEBM_VP9, "video/x-vp9", 28);
  check_video ("b.webm", CLIP_WEBM_AV1, "video/x-av1", 28);
}

/* Too small for the faster of the two AV1 encoders. */
static void
test_small_av1 (void)
{
  guint8 *rgb = g_malloc0 ((gsize) 3 * 32 * 16 * 3);
  g_autoptr (Frames) clip = frames_new_take (3, 32, 16, 4, rgb);
  g_autofree char *path = export (clip, "small.webm", &(ClipWrite){ .format = CLIP_WEBM_AV1 });
  g_autoptr (GPtrArray) frames = decode (path);

  g_assert_cmpuint (frames->len, ==, 3);
}

/* Two rounds there and back: 0 1 2 3 2 1, twice. */
static void
test_rounds (void)
{
  const guint order[] = { 0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1 };
  g_autoptr (Frames) clip = make_clip (4);
  g_autofree char *path = export (clip, "rounds.mp4", &(ClipWrite){ .rounds = 2, .ping_pong = TRUE, .rate = 16, .quality = 100 });
  g_autoptr (GPtrArray) frames = decode (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (ClipSource) source = clip_source_open (path, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (frames->len, ==, G_N_ELEMENTS (order));
  for (guint i = 0; i < frames->len; i++)
    g_assert_cmpfloat (psnr (frames->pdata[i], frames_get_frame (clip, order[i]), (gsize) SIDE * SIDE * 3), >, 30);
  assert_near (clip_source_get_duration (source), 12 / 16.0, 0.01);
}

static void
test_gif (void)
{
  g_autoptr (Frames) clip = make_clip (N_FRAMES);
  g_autofree char *path = export (clip, "a.gif", &(ClipWrite){ .format = CLIP_GIF, .factor = 2 });
  g_autofree char *once = export (clip, "once.gif", &(ClipWrite){ .format = CLIP_GIF, .rounds = 1 });
  g_autofree char *thrice = export (clip, "thrice.gif", &(ClipWrite){ .format = CLIP_GIF, .rounds = 3 });
  g_autoptr (GPtrArray) frames = decode (once);
  g_autofree char *data = NULL;
  gsize size = 0;
  const guint8 *netscape;

  g_assert_cmpuint (frames->len, ==, N_FRAMES);
  for (guint i = 0; i < frames->len; i++)
    g_assert_cmpfloat (psnr (frames->pdata[i], frames_get_frame (clip, i), (gsize) SIDE * SIDE * 3), >, 33);
  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  g_assert_cmpmem (data, 6, "GIF89a", 6);
  g_assert_cmpuint ((guint8) data[6] | (guint8) data[7] << 8, ==, 2 * SIDE);
  netscape = memmem (data, size, "NETSCAPE2.0", 11);
  g_assert_nonnull (netscape);
  g_assert_cmpuint (netscape[13] | netscape[14] << 8, ==, 0);
  g_clear_pointer (&data, g_free);
  g_assert_true (g_file_get_contents (once, &data, &size, NULL));
  g_assert_null (memmem (data, size, "NETSCAPE2.0", 11));
  g_clear_pointer (&data, g_free);
  g_assert_true (g_file_get_contents (thrice, &data, &size, NULL));
  netscape = memmem (data, size, "NETSCAPE2.0", 11);
  g_assert_cmpuint (netscape[13] | netscape[14] << 8, ==, 2);
}

/* Delays are whole hundredths of a second, and their sum is right: 6 frames of an eighth take 75. */
static void
test_gif_delays (void)
{
  g_autoptr (Frames) clip = make_clip (N_FRAMES);
  g_autofree char *path = export (clip, "delays.gif", &(ClipWrite){ .format = CLIP_GIF });
  g_autofree char *data = NULL;
  gsize size = 0;
  guint n = 0, sum = 0;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  for (const char *p = data; (p = memmem (p, size - (gsize) (p - data), "\x21\xf9\x04", 3)) != NULL; p += 8, n++)
    sum += (guint8) p[4] | (guint) (guint8) p[5] << 8;
  g_assert_cmpuint (n, ==, N_FRAMES);
  g_assert_cmpuint (sum, ==, 75);
}

static void
test_webp (void)
{
  g_autoptr (Frames) clip = make_clip (N_FRAMES);
  g_autofree char *path = export (clip, "a.webp", &(ClipWrite){ .format = CLIP_WEBP, .rounds = 4, .quality = 95 });
  g_autofree char *data = NULL;
  gsize size = 0;
  WebPData whole;
  WebPAnimDecoder *decoder;
  WebPAnimInfo info;
  guint8 *rgba;
  int time = 0;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  whole = (WebPData){ (const uint8_t *) data, size };
  decoder = WebPAnimDecoderNew (&whole, NULL);
  g_assert_nonnull (decoder);
  g_assert_true (WebPAnimDecoderGetInfo (decoder, &info));
  g_assert_cmpuint (info.frame_count, ==, N_FRAMES);
  g_assert_cmpuint (info.canvas_width, ==, SIDE);
  g_assert_cmpuint (info.loop_count, ==, 4);
  for (guint i = 0; i < N_FRAMES; i++)
    {
      guint8 rgb[SIDE * SIDE * 3];

      g_assert_true (WebPAnimDecoderGetNext (decoder, &rgba, &time));
      g_assert_cmpint (time, ==, (int) (125 * (i + 1)));
      for (gsize k = 0; k < (gsize) SIDE * SIDE; k++)
        memcpy (rgb + 3 * k, rgba + 4 * k, 3);
      g_assert_cmpfloat (psnr (rgb, frames_get_frame (clip, i), sizeof rgb), >, 30);
    }
  WebPAnimDecoderDelete (decoder);
}

static void
test_pictures (void)
{
  g_autoptr (Frames) clip = make_clip (N_FRAMES);
  g_autofree char *folder = export (clip, "frames", &(ClipWrite){ .format = CLIP_PNG_FRAMES });
  g_autofree char *still = export (clip, "still.png", &(ClipWrite){ .format = CLIP_PNG_STILL, .frame = 3 });
  g_autofree char *beyond = g_build_filename (folder, "0007.png", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) picture = picture_load (still, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (frames_get_frame (picture, 0), frames_get_frame_size (picture), frames_get_frame (clip, 3), frames_get_frame_size (clip));
  for (guint i = 0; i < N_FRAMES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%04u.png", i + 1);
      g_autofree char *file = g_build_filename (folder, name, NULL);
      g_autoptr (Frames) frame = picture_load (file, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpmem (frames_get_frame (frame, 0), frames_get_frame_size (frame), frames_get_frame (clip, i), frames_get_frame_size (clip));
    }
  g_assert_false (g_file_test (beyond, G_FILE_TEST_EXISTS));
  /* What is there is nobody's to overwrite. */
  g_assert_false (clip_write (clip, folder, &(ClipWrite){ .format = CLIP_PNG_FRAMES }, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
}

/* What is written into a file is found again, whatever it is. */
static void
test_comments (void)
{
  g_autoptr (Frames) clip = make_clip (3);
  g_autofree char *record = dup_record ();

  for (guint i = 0; i < CLIP_N_FORMATS; i++)
    {
      const ClipFormatInfo *info = clip_format_get_info ((ClipFormat) i);
      g_autofree char *name = g_strdup_printf ("comment-%s%s", info->name, info->extension);
      g_autofree char *plain = g_strdup_printf ("plain-%s%s", info->name, info->extension);
      g_autofree char *path = export (clip, name, &(ClipWrite){ .format = (ClipFormat) i, .title = "A <title>", .comment = record });
      g_autofree char *without = export (clip, plain, &(ClipWrite){ .format = (ClipFormat) i });
      g_autofree char *file = *info->extension != '\0' ? g_strdup (path) : g_build_filename (path, "0002.png", NULL);
      g_autofree char *other = *info->extension != '\0' ? g_strdup (without) : g_build_filename (without, "0002.png", NULL);
      g_autofree char *found = clip_read_comment (file, NULL);
      g_autofree char *none = clip_read_comment (other, NULL);

      g_test_message ("%s", info->name);
      g_assert_cmpstr (found, ==, record);
      g_assert_null (none);
    }
}

/* Whatever else is called so has no comment, and is no reason to end. */
static void
test_no_comments (void)
{
  const char *heads[] = { "GIF89a", "RIFF\x10\0\0\0WEBPVP8X", "\x89PNG\r\n\x1a\n", "\0\0\0\x18" "ftypmp42", "" };
  const gsize sizes[] = { 6, 16, 8, 12, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      g_autofree char *path = scratch_file ("damaged");
      g_autofree char *comment = NULL;

      g_assert_true (g_file_set_contents (path, heads[i], (gssize) sizes[i], NULL));
      comment = clip_read_comment (path, NULL);
      g_assert_null (comment);
    }
}

static void
cancel_halfway (double fraction, gpointer data)
{
  if (fraction > 0.4)
    g_cancellable_cancel (data);
}

static void
test_cancelled (void)
{
  g_autoptr (Frames) clip = make_clip (N_FRAMES);
  g_autofree char *folder = scratch_file ("cancelled");

  g_mkdir (folder, 0755);
  for (guint i = 0; i < CLIP_N_FORMATS; i++)
    {
      g_autofree char *path = g_build_filename (folder, "file", NULL);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      g_autoptr (GDir) dir = NULL;

      if (!clip_format_get_info ((ClipFormat) i)->moves)
        continue;
      g_assert_false (clip_write (clip, path, &(ClipWrite){ .format = (ClipFormat) i, .progress = cancel_halfway, .progress_data = cancellable },
                                  cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      dir = g_dir_open (folder, 0, NULL);
      g_assert_null (g_dir_read_name (dir));
    }
}

/* A file that may not grow, as on a full disk, is told of in one sentence that names what was chosen, and nothing is left. */
static void
test_no_room (void)
{
  g_autoptr (Frames) clip = make_clip (N_FRAMES);
  g_autofree char *folder = scratch_file ("no-room");
  struct rlimit before, small;

  g_mkdir (folder, 0755);
  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &before);
  for (guint i = 0; i < CLIP_N_FORMATS; i++)
    {
      g_autofree char *path = g_build_filename (folder, "chosen", NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (GDir) dir = NULL;
      gboolean written;

      small = (struct rlimit){ 256, before.rlim_max };
      setrlimit (RLIMIT_FSIZE, &small);
      written = clip_write (clip, path, &(ClipWrite){ .format = (ClipFormat) i }, NULL, &error);
      setrlimit (RLIMIT_FSIZE, &before);
      g_assert_false (written);
      g_assert_error (error, MEDIA_ERROR, MEDIA_ERROR_WRITE);
      g_assert_null (strstr (error->message, folder));
      g_assert_nonnull (strstr (error->message, "pace"));
      dir = g_dir_open (folder, 0, NULL);
      g_assert_null (g_dir_read_name (dir));
    }
}

/* Few colours come out as they are; many are met closely. */
static void
test_palette (void)
{
  const guint8 four[] = { 0, 0, 0, 255, 255, 255, 200, 10, 10, 10, 10, 200 };
  g_autoptr (PaletteCount) few = palette_count_new ();
  g_autoptr (PaletteCount) many = palette_count_new ();
  g_autoptr (Frames) clip = make_clip (1);
  Palette palette;
  double sum = 0;

  palette_count_add (few, four, 4);
  palette_init (&palette, few, PALETTE_MAX);
  g_assert_cmpuint (palette.n, ==, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpmem (palette.rgb[palette_find (&palette, four[3 * i], four[3 * i + 1], four[3 * i + 2])], 3, four + 3 * i, 3);
  palette_count_add (many, frames_get_frame (clip, 0), (gsize) SIDE * SIDE);
  palette_init (&palette, many, 64);
  g_assert_cmpuint (palette.n, ==, 64);
  for (gsize i = 0; i < (gsize) SIDE * SIDE; i++)
    {
      const guint8 *pixel = frames_get_frame (clip, 0) + 3 * i;
      const guint8 *colour = palette.rgb[palette_find (&palette, pixel[0], pixel[1], pixel[2])];

      for (guint c = 0; c < 3; c++)
        sum += (pixel[c] - colour[c]) * (pixel[c] - colour[c]);
    }
  g_assert_cmpfloat (sqrt (sum / (3.0 * SIDE * SIDE)), <, 5);
}

static void
test_formats (void)
{
  ClipFormat format;

  for (guint i = 0; i < CLIP_N_FORMATS; i++)
    {
      g_assert_true (clip_format_find (clip_format_get_info ((ClipFormat) i)->name, &format));
      g_assert_cmpuint (format, ==, i);
    }
  g_assert_true (clip_format_find_for_path ("/a.b/c.WEBM", &format));
  g_assert_cmpuint (format, ==, CLIP_WEBM_VP9);
  g_assert_false (clip_format_find_for_path ("/a/folder", &format));
  g_assert_false (clip_format_find ("avi", &format));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/export/formats", test_formats);
  g_test_add_func ("/export/palette", test_palette);
  g_test_add_func ("/export/videos", test_videos);
  g_test_add_func ("/export/small-av1", test_small_av1);
  g_test_add_func ("/export/rounds", test_rounds);
  g_test_add_func ("/export/gif", test_gif);
  g_test_add_func ("/export/gif-delays", test_gif_delays);
  g_test_add_func ("/export/webp", test_webp);
  g_test_add_func ("/export/pictures", test_pictures);
  g_test_add_func ("/export/comments", test_comments);
  g_test_add_func ("/export/no-comments", test_no_comments);
  g_test_add_func ("/export/cancelled", test_cancelled);
  g_test_add_func ("/export/no-room", test_no_room);
  return run_and_clean ();
}
