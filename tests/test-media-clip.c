/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-fixture.h"

#include "media/caption-folder.h"
#include "media/clip-reader.h"
#include "media/clip-writer.h"

#include <gst/pbutils/pbutils.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

/* Clips: every awkward file, sampling by time, and what is written comes back. */

/* Frame k of n is grey 20 + 7·k all over, so a frame that is read tells which one it was. */
static Frames *
make_grey_clip (guint n, guint width, guint height, double rate)
{
  gsize size = (gsize) width * height * 3;
  guint8 *rgb = g_malloc (size * n);

  for (guint k = 0; k < n; k++)
    memset (rgb + k * size, (int) (20 + 7 * k), size);
  return frames_new_take (n, width, height, rate, rgb);
}

static guint
grey_index (const Frames *clip, guint frame)
{
  double k = (frame_mean (clip, frame, 1) - 20) / 7;

  assert_near (k, (int) (k + 0.5), 0.45);
  return (guint) (k + 0.5);
}

static char *
write_ok (const Frames *clip, const char *name, const ClipWrite *how)
{
  char *path = scratch_file (name);
  g_autoptr (GError) error = NULL;

  clip_write (clip, path, how, NULL, &error);
  g_assert_no_error (error);
  return path;
}

static Frames *
read_ok (const char *path, const ClipRead *want)
{
  g_autoptr (GError) error = NULL;
  Frames *clip = clip_read (path, want, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (clip);
  g_assert_cmpuint (clip->n_frames, ==, want->n_frames);
  g_assert_cmpuint (clip->width, ==, want->width);
  g_assert_cmpuint (clip->height, ==, want->height);
  g_assert_cmpfloat (clip->rate, ==, want->rate);
  return clip;
}

static void
assert_refused (const char *name, MediaError code, const char *word)
{
  g_autofree char *path = media_file (name);
  g_autofree char *base = g_path_get_basename (name);
  ClipRead want = { .n_frames = 8, .rate = 8, .width = 64, .height = 64 };
  ClipInfo info;
  g_autoptr (GError) error = NULL;

  g_assert_false (clip_probe (path, &info, NULL, &error));
  g_assert_nonnull (strstr (error->message, base));
  assert_sentence (error, (int) code, word);
  g_assert_null (clip_read (path, &want, NULL, &error));
  assert_sentence (error, (int) code, word);
}

/* --- awkward files ---------------------------------------------------------------------------- */

static void
test_refused (void)
{
  assert_refused ("nasty/zero_bytes.mp4", MEDIA_ERROR_UNREADABLE, "empty");
  assert_refused ("nasty/audio_only.mp4", MEDIA_ERROR_NO_VIDEO, "no video");
  assert_refused ("nasty/text_renamed.jpg", MEDIA_ERROR_NOT_A_VIDEO, "not a video");
  assert_refused ("nasty/rgb16.png", MEDIA_ERROR_NOT_A_VIDEO, "picture (PNG)");
  assert_refused ("nasty/cmyk.jpg", MEDIA_ERROR_NOT_A_VIDEO, "picture (JPEG)");
  assert_refused ("nasty/photo.avif", MEDIA_ERROR_NOT_A_VIDEO, "picture (AVIF)");
  assert_refused ("nasty", MEDIA_ERROR_UNREADABLE, "not a file");
  assert_refused ("absent.mp4", MEDIA_ERROR_UNREADABLE, "cannot be opened");
}

static void
test_playlist (void)
{
  g_autofree char *path = scratch_file ("list.m3u8");
  g_autoptr (GError) error = NULL;
  ClipInfo info;

  g_assert_true (g_file_set_contents (path, "#EXTM3U\nhttp://localhost/a.ts\n", -1, NULL));
  g_assert_false (clip_probe (path, &info, NULL, &error));
  assert_sentence (error, MEDIA_ERROR_NOT_A_VIDEO, "playlist");
}

static void
test_probe (void)
{
  g_autofree char *path = media_file ("person_pouring_coffee.mp4");
  g_autoptr (GError) error = NULL;
  g_auto (ClipInfo) info = { 0 };

  g_assert_true (clip_probe (path, &info, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (info.width, ==, 1024);
  g_assert_cmpuint (info.height, ==, 576);
  assert_near (info.duration, 3.0, 0.1);
  assert_near (info.rate, 15.0, 0.01);
  g_assert_nonnull (strstr (info.codec, "H.264"));
}

/* A file cut off after its index: what is there can be taken, what is not is told. */
static void
test_truncated (void)
{
  g_autofree char *source = media_file ("person_pouring_coffee.mp4");
  g_autofree char *path = scratch_file ("half.mp4");
  g_autofree char *data = NULL;
  gsize size = 0;
  ClipRead want = { .length_s = 0.5, .n_frames = 4, .rate = 8, .width = 64, .height = 64 };
  g_autoptr (Frames) clip = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (source, &data, &size, NULL));
  g_assert_true (g_file_set_contents (path, data, (gssize) size * 6 / 10, NULL));
  clip = read_ok (path, &want);
  want.length_s = CLIP_WHOLE;
  g_assert_null (clip_read (path, &want, NULL, &error));
  assert_sentence (error, MEDIA_ERROR_DAMAGED, "can be read only up to");

  /* Of this one not even the first frame is whole. */
  assert_refused ("nasty/truncated.mp4", MEDIA_ERROR_DAMAGED, "not one frame");
}

/* Its matrix turns the stored picture to the left, so that the bright pavement, stored below, comes
 * to lie on the right; turned the other way it would be on the left. */
static void
test_rotated (void)
{
  g_autofree char *path = media_file ("nasty/rotated_90_metadata.mp4");
  g_autoptr (GError) error = NULL;
  g_auto (ClipInfo) info = { 0 };
  ClipRead want = { .n_frames = 4, .rate = 8, .width = 288, .height = 512 };
  g_autoptr (Frames) clip = NULL;
  g_autoptr (Frames) left = NULL;
  g_autoptr (Frames) right = NULL;

  g_assert_true (clip_probe (path, &info, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (info.width, ==, 288);
  g_assert_cmpuint (info.height, ==, 512);
  clip = read_ok (path, &want);
  want.crop = (CropBox){ 144, 0, 144, 512 };
  right = read_ok (path, &want);
  want.crop.x = 0;
  left = read_ok (path, &want);
  g_assert_cmpfloat (frame_mean (right, 0, 0), >, frame_mean (left, 0, 0) + 30);
}

static void
test_gif (void)
{
  g_autofree char *path = media_file ("nasty/animated.gif");
  g_autoptr (GError) error = NULL;
  g_auto (ClipInfo) info = { 0 };
  ClipRead want = { .length_s = CLIP_WHOLE, .n_frames = 8, .rate = 8, .width = 64, .height = 36 };
  g_autoptr (Frames) clip = read_ok (path, &want);
  g_autoptr (Frames) first = frames_dup_slice (clip, 0, 1);
  g_autoptr (Frames) last = frames_dup_slice (clip, 7, 1);

  g_assert_false (g_bytes_equal (first->rgb, last->rgb));
  g_assert_true (clip_probe (path, &info, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (info.width, ==, 256);
  g_assert_cmpfloat (info.duration, >, 0.5);
}

static void
test_cancel (void)
{
  g_autofree char *path = media_file ("person_pouring_coffee.mp4");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  ClipRead want = { .n_frames = 8, .rate = 8, .width = 64, .height = 64 };
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (clip_read (path, &want, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* --- sampling --------------------------------------------------------------------------------- */

static void
test_even (void)
{
  g_autoptr (Frames) made = make_grey_clip (32, 64, 64, 16);
  g_autofree char *path = write_ok (made, "even.mp4", &(ClipWrite){ .quality = 95 });
  ClipRead want = { .n_frames = 8, .rate = 8, .width = 64, .height = 64 };
  g_autoptr (Frames) by_default = read_ok (path, &want);
  g_autoptr (Frames) whole = NULL;
  g_autoptr (Frames) middle = NULL;
  g_autoptr (Frames) tail = NULL;
  g_autoptr (GError) error = NULL;

  /* The default is 8 frames at 8 a second: the first second, every other frame of 16 a second. */
  for (guint k = 0; k < 8; k++)
    g_assert_cmpuint (grey_index (by_default, k), ==, 2 * k);
  want.length_s = CLIP_WHOLE;
  whole = read_ok (path, &want);
  for (guint k = 0; k < 8; k++)
    g_assert_cmpuint (grey_index (whole, k), ==, 4 * k);
  want.start_s = 1.25;
  want.length_s = 0.5;
  middle = read_ok (path, &want);
  for (guint k = 0; k < 8; k++)
    g_assert_cmpuint (grey_index (middle, k), ==, 20 + k);
  /* A span that reaches beyond the end is cut there. */
  want.start_s = 1.5;
  want.length_s = 5;
  tail = read_ok (path, &want);
  for (guint k = 0; k < 8; k++)
    g_assert_cmpuint (grey_index (tail, k), ==, 24 + k);
  want.start_s = 2.5;
  g_assert_null (clip_read (path, &want, NULL, &error));
  assert_sentence (error, MEDIA_ERROR_SPAN, "lasts only 2.0 s");
}

/* A clip with fewer frames than wanted repeats them. */
static void
test_short (void)
{
  g_autoptr (Frames) made = make_grey_clip (4, 64, 64, 8);
  g_autofree char *path = write_ok (made, "short.webm", &(ClipWrite){ .format = CLIP_WEBM_VP9 });
  ClipRead want = { .n_frames = 8, .rate = 8, .width = 64, .height = 64 };
  g_autoptr (Frames) clip = read_ok (path, &want);

  for (guint k = 0; k < 8; k++)
    g_assert_cmpuint (grey_index (clip, k), ==, k / 2);
}

static void
test_still_clip (void)
{
  g_autoptr (Frames) made = make_grey_clip (1, 64, 64, 8);
  g_autofree char *path = write_ok (made, "still.mp4", &(ClipWrite){ 0 });
  ClipRead want = { .n_frames = 8, .rate = 8, .width = 64, .height = 64 };
  g_autoptr (GError) error = NULL;

  g_assert_null (clip_read (path, &want, NULL, &error));
  assert_sentence (error, MEDIA_ERROR_NOT_A_VIDEO, "only one frame");
}

static guint
count_distinct (const char *path, double start, double length, guint n)
{
  ClipRead want = { .start_s = start, .length_s = length, .n_frames = n, .rate = 8, .width = 64, .height = 36 };
  g_autoptr (Frames) clip = read_ok (path, &want);
  guint distinct = 1;

  for (guint k = 1; k < n; k++)
    distinct += memcmp (frames_get_frame (clip, k), frames_get_frame (clip, k - 1),
                        frames_get_frame_size (clip)) != 0;
  return distinct;
}

/* The file's frames last 1/30 s up to 0.567 s and 0.15 s from there on: what is shown at each moment
 * counts, not the number of the frame. */
static void
test_variable_rate (void)
{
  g_autofree char *path = media_file ("nasty/variable_frame_rate.mp4");
  g_auto (ClipInfo) info = { 0 };

  g_assert_true (clip_probe (path, &info, NULL, NULL));
  assert_near (info.duration, 2.6, 0.05);
  g_assert_cmpuint (count_distinct (path, 0, 0.5, 15), ==, 15);
  g_assert_cmpuint (count_distinct (path, 1.4, 0.6, 24), <=, 5);
  g_assert_cmpuint (count_distinct (path, 1.4, 0.6, 24), >=, 4);
}

static void
test_crop (void)
{
  guint8 *rgb = g_malloc0 (4 * 128 * 64 * 3);
  g_autoptr (Frames) made = NULL;
  g_autofree char *path = NULL;
  ClipRead want = { .n_frames = 4, .rate = 8, .width = 32, .height = 32 };
  g_autoptr (Frames) centre = NULL;
  g_autoptr (Frames) right = NULL;

  /* Black, white from column 96 on. */
  for (guint row = 0; row < 4 * 64; row++)
    memset (rgb + (row * 128 + 96) * 3, 255, 32 * 3);
  made = frames_new_take (4, 128, 64, 8, rgb);
  path = write_ok (made, "crop.mp4", &(ClipWrite){ .quality = 100 });
  centre = read_ok (path, &want);
  assert_near (frame_mean (centre, 0, 0), 0, 3);
  want.crop = (CropBox){ 64, 0, 64, 64 };
  right = read_ok (path, &want);
  assert_near (frame_mean (right, 0, 0), 127.5, 4);
}

/* --- writing ---------------------------------------------------------------------------------- */

static Frames *
make_colour_clip (guint n, guint width, guint height)
{
  static const guint8 colours[4][3] = { { 200, 40, 30 }, { 30, 180, 60 }, { 40, 60, 200 }, { 230, 200, 40 } };
  guint8 *rgb = g_malloc ((gsize) n * width * height * 3);

  for (guint k = 0; k < n; k++)
    for (guint y = 0; y < height; y++)
      for (guint x = 0; x < width; x++)
        memcpy (rgb + (((gsize) k * height + y) * width + x) * 3,
                colours[(x >= width / 2) + 2 * (y >= height / 2)], 3);
  return frames_new_take (n, width, height, 8, rgb);
}

static void
check_round_trip (const char *name, const ClipWrite *how, guint width, guint height)
{
  g_autoptr (Frames) made = make_colour_clip (10, width, height);
  g_autofree char *path = write_ok (made, name, how);
  g_autoptr (GError) error = NULL;
  g_auto (ClipInfo) info = { 0 };
  guint factor = MAX (how->factor, 1);
  ClipRead want = { .n_frames = 10, .rate = 8 };
  g_autoptr (Frames) again = NULL;
  const guint at[] = { width / 4 * factor, width * 3 / 4 * factor };
  const guint down[] = { height / 4 * factor, height * 3 / 4 * factor };

  g_assert_true (clip_probe (path, &info, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (info.width, ==, (width * factor + 1) / 2 * 2);
  g_assert_cmpuint (info.height, ==, (height * factor + 1) / 2 * 2);
  assert_near (info.rate, 8, 0.001);
  assert_near (info.duration, 10 / 8.0, 0.01);
  want.width = info.width;
  want.height = info.height;
  again = read_ok (path, &want);
  for (guint i = 0; i < 4; i++)
    {
      const guint8 *a = frames_get_frame (made, 9) + (down[i / 2] / factor * width + at[i % 2] / factor) * 3;
      const guint8 *b = frames_get_frame (again, 9) + (down[i / 2] * info.width + at[i % 2]) * 3;

      for (guint c = 0; c < 3; c++)
        assert_near (a[c], b[c], 8);
    }
}

static void
test_round_trip (void)
{
  check_round_trip ("a.mp4", &(ClipWrite){ 0 }, 96, 64);
  check_round_trip ("b.mp4", &(ClipWrite){ .factor = 4, .scale = CLIP_SCALE_SMOOTH }, 32, 32);
  check_round_trip ("c.mp4", &(ClipWrite){ .factor = 3 }, 33, 31);
  check_round_trip ("d.mp4", &(ClipWrite){ .quality = 100 }, 65, 37);
  check_round_trip ("e.webm", &(ClipWrite){ .format = CLIP_WEBM_VP9 }, 96, 64);
}

static guint
count_coded_frames (const char *path)
{
  ClipRead want = { .length_s = CLIP_WHOLE, .n_frames = 64, .rate = 8, .width = 16, .height = 16 };
  g_autoptr (Frames) clip = read_ok (path, &want);
  guint n = 1;

  for (guint k = 1; k < clip->n_frames; k++)
    n += grey_index (clip, k) != grey_index (clip, k - 1);
  return n;
}

/* As a player sees it: 4:2:0, tags, every frame, the index in front. */
static void
test_discovered (void)
{
  g_autoptr (Frames) made = make_grey_clip (24, 64, 64, 8);
  g_autofree char *path = write_ok (made, "tagged.mp4",
                                    &(ClipWrite){ .title = "A dog", .comment = "{\"seed\": 7}" });
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstDiscoverer) discoverer = gst_discoverer_new (30 * GST_SECOND, &error);
  g_autoptr (GstDiscovererInfo) info = gst_discoverer_discover_uri (discoverer, uri, &error);
  g_autolist (GstDiscovererStreamInfo) videos = NULL;
  g_autoptr (GstCaps) caps = NULL;
  const GstStructure *structure;
  g_autofree char *title = NULL, *comment = NULL, *data = NULL;
  const GstTagList *tags;
  gsize size = 0, moov = 0, mdat = 0;

  g_assert_no_error (error);
  videos = gst_discoverer_info_get_video_streams (info);
  g_assert_cmpuint (g_list_length (videos), ==, 1);
  caps = gst_discoverer_stream_info_get_caps (videos->data);
  structure = gst_caps_get_structure (caps, 0);
  g_assert_true (gst_structure_has_name (structure, "video/x-h264"));
  g_assert_cmpstr (gst_structure_get_string (structure, "chroma-format"), ==, "4:2:0");
  g_assert_null (strstr (gst_structure_get_string (structure, "profile"), "4:4:4"));
  tags = gst_discoverer_container_info_get_tags (
      GST_DISCOVERER_CONTAINER_INFO (gst_discoverer_info_get_stream_info (info)));
  if (tags == NULL)
    tags = gst_discoverer_info_get_tags (info);
  g_assert_true (gst_tag_list_get_string (tags, GST_TAG_TITLE, &title));
  g_assert_true (gst_tag_list_get_string (tags, GST_TAG_COMMENT, &comment));
  g_assert_cmpstr (title, ==, "A dog");
  g_assert_cmpstr (comment, ==, "{\"seed\": 7}");
  g_assert_cmpuint (count_coded_frames (path), ==, 24);

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  for (gsize i = 0; i + 4 < size; i++)
    {
      if (moov == 0 && memcmp (data + i, "moov", 4) == 0)
        moov = i;
      if (mdat == 0 && memcmp (data + i, "mdat", 4) == 0)
        mdat = i;
    }
  g_assert_cmpuint (moov, >, 0);
  g_assert_cmpuint (moov, <, mdat);
}

static void
cancel_halfway (double fraction, gpointer data)
{
  if (fraction >= 0.5)
    g_cancellable_cancel (data);
}

static void
test_write_cancel (void)
{
  g_autoptr (Frames) made = make_grey_clip (24, 64, 64, 8);
  g_autofree char *folder = scratch_folder ("cancelled");
  g_autofree char *path = g_build_filename (folder, "clip.mp4", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  ClipWrite how = { .progress = cancel_halfway, .progress_data = cancellable };
  g_autoptr (GError) error = NULL;

  g_assert_false (clip_write (made, path, &how, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_files (folder), ==, 0);
}

static void
count_progress (double fraction, gpointer data)
{
  double *last = data;

  g_assert_cmpfloat (fraction, >=, *last);
  *last = fraction;
}

static void
test_write_progress (void)
{
  g_autoptr (Frames) made = make_grey_clip (8, 64, 64, 8);
  double last = 0;
  g_autofree char *path = write_ok (
      made, "progress.mp4", &(ClipWrite){ .progress = count_progress, .progress_data = &last });

  g_assert_cmpfloat (last, ==, 1.0);
}

static void
test_write_nowhere (void)
{
  g_autoptr (Frames) made = make_grey_clip (8, 64, 64, 8);
  g_autofree char *folder = scratch_folder ("locked");
  g_autofree char *in_locked = g_build_filename (folder, "clip.mp4", NULL);
  g_autofree char *absent = g_build_filename (folder, "absent", "clip.mp4", NULL);
  ClipWrite how = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (clip_write (made, absent, &how, NULL, &error));
  assert_sentence (error, MEDIA_ERROR_WRITE, "cannot be written");
  if (geteuid () == 0) /* root may write everywhere */
    return;
  g_assert_cmpint (g_chmod (folder, 0555), ==, 0);
  g_assert_false (clip_write (made, in_locked, &how, NULL, &error));
  g_assert_cmpint (g_chmod (folder, 0755), ==, 0);
  assert_sentence (error, MEDIA_ERROR_WRITE, "cannot be written");
  g_assert_cmpuint (count_files (folder), ==, 0);
}

/* A limit on the size of files fails a write as a full disk does. */
static void
test_write_full (void)
{
  const ClipFormat formats[] = { CLIP_MP4_H264, CLIP_WEBM_VP9 };

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, 0);
      g_test_trap_assert_passed ();
      return;
    }
  signal (SIGXFSZ, SIG_IGN);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (Frames) made = make_colour_clip (24, 256, 256);
      g_autoptr (Frames) warm = make_grey_clip (2, 16, 16, 8);
      g_autofree char *first = write_ok (warm, "warm", &(ClipWrite){ .format = formats[i] });
      g_autofree char *folder = scratch_folder ("full");
      g_autofree char *path = g_build_filename (folder, "clip", NULL);
      struct rlimit limit;
      rlim_t before;
      g_autoptr (GError) error = NULL;
      gboolean written;

      getrlimit (RLIMIT_FSIZE, &limit);
      before = limit.rlim_cur;
      limit.rlim_cur = 600;
      setrlimit (RLIMIT_FSIZE, &limit);
      written = clip_write (made, path, &(ClipWrite){ .format = formats[i] }, NULL, &error);
      limit.rlim_cur = before;
      setrlimit (RLIMIT_FSIZE, &limit);
      g_assert_false (written);
      assert_sentence (error, MEDIA_ERROR_WRITE, "cannot be written");
      g_assert_cmpuint (count_files (folder), ==, 0);
    }
  remove_folder (scratch ());
}

/* --- captions --------------------------------------------------------------------------------- */

static GPtrArray *
read_captions (const char *json, GError **error)
{
  g_autofree char *folder = scratch_folder ("captions");
  g_autofree char *list = g_build_filename (folder, "captions.json", NULL);
  g_autofree char *clip = g_build_filename (folder, "a.mp4", NULL);

  g_assert_true (g_file_set_contents (clip, "x", 1, NULL));
  g_assert_true (g_file_set_contents (list, json, -1, NULL));
  return caption_folder_read (folder, NULL, error);
}

static void
test_captions_list (void)
{
  g_autofree char *folder = media_file ("captions");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) clips = caption_folder_read (folder, NULL, &error);
  const CaptionedClip *second;
  ClipRead want = { .n_frames = 8, .rate = 8, .width = 64, .height = 64 };
  g_autoptr (Frames) frames = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (clips->len, ==, 2);
  second = clips->pdata[1];
  g_assert_cmpstr (second->caption, ==, "an orange cat is walking in the snow");
  frames = read_ok (second->path, &want);
}

static void
test_captions_forms (void)
{
  const char *bad[] = { "7", "[7]", "[{\"file\": \"a.mp4\"}]", "{\"a.mp4\": 3}", "{", "",
                        "[{\"file\": \"/a.mp4\", \"caption\": \"x\"}]",
                        "{\"../a.mp4\": \"x\"}", "{\"b.mp4\": \"x\"}", "{\"a.mp4\": \" \"}" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) clips = read_captions ("{\"a.mp4\": \" a  dog\\n runs \"}", &error);
  g_autofree char *deep = g_strnfill (200000, '[');

  g_assert_no_error (error);
  g_assert_cmpuint (clips->len, ==, 1);
  g_assert_cmpstr (((CaptionedClip *) clips->pdata[0])->caption, ==, "a dog runs");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_null (read_captions (bad[i], &error));
      assert_sentence (error, MEDIA_ERROR_CAPTION, "”");
    }
  g_assert_null (read_captions (deep, &error));
  assert_sentence (error, MEDIA_ERROR_CAPTION, "captions.json");
  g_assert_null (read_captions ("[]", &error));
  assert_sentence (error, MEDIA_ERROR_EMPTY, "no captioned clips");
}

static void
test_captions_texts (void)
{
  g_autofree char *folder = scratch_folder ("texts");
  g_autofree char *b = g_build_filename (folder, "b.mp4", NULL);
  g_autofree char *a = g_build_filename (folder, "a.WEBM", NULL);
  g_autofree char *b_text = g_build_filename (folder, "b.txt", NULL);
  g_autofree char *a_text = g_build_filename (folder, "a.txt", NULL);
  g_autofree char *absent = g_build_filename (folder, "absent", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) clips = NULL;

  g_assert_null (caption_folder_read (absent, NULL, &error));
  assert_sentence (error, MEDIA_ERROR_UNREADABLE, "cannot be opened");
  g_assert_null (caption_folder_read (folder, NULL, &error));
  assert_sentence (error, MEDIA_ERROR_EMPTY, "no captioned clips");
  g_assert_true (g_file_set_contents (a, "x", 1, NULL));
  g_assert_true (g_file_set_contents (b, "x", 1, NULL));
  g_assert_true (g_file_set_contents (b_text, "a bear\n", -1, NULL));
  g_assert_null (caption_folder_read (folder, NULL, &error));
  assert_sentence (error, MEDIA_ERROR_CAPTION, "a.txt");
  g_assert_true (g_file_set_contents (a_text, "an ape", -1, NULL));
  clips = caption_folder_read (folder, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (clips->len, ==, 2);
  g_assert_cmpstr (((CaptionedClip *) clips->pdata[0])->caption, ==, "an ape");
  g_assert_cmpstr (((CaptionedClip *) clips->pdata[1])->caption, ==, "a bear");
}

/* --- damage ----------------------------------------------------------------------------------- */

/* Files cut or overwritten at random: frames or a sentence, never a crash. */
static void
test_damage (void)
{
  g_autoptr (Frames) made = make_colour_clip (8, 64, 48);
  g_autofree char *mp4 = write_ok (made, "small.mp4", &(ClipWrite){ 0 });
  g_autofree char *webm = write_ok (made, "small.webm", &(ClipWrite){ .format = CLIP_WEBM_VP9 });
  g_autofree char *gif = media_file ("nasty/animated.gif");
  const char *sources[] = { mp4, mp4, webm, gif };
  g_autofree char *path = scratch_file ("damaged");
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  ClipRead want = { .n_frames = 8, .rate = 8, .width = 32, .height = 32 };
  guint n_ok = 0;
  /* GStreamer's own parsers complain of such files on the log; that is no failure of ours. */
  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_LEVEL_ERROR);

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *data = NULL;
      g_autoptr (Frames) clip = NULL;
      g_autoptr (GError) error = NULL;
      gsize size = 0;

      g_assert_true (g_file_get_contents (sources[i % 4], &data, &size, NULL));
      if (i % 5 == 0)
        size = (gsize) g_rand_int_range (rand, 0, (gint32) size);
      else
        for (guint k = 0; k < 1 + i % 12; k++)
          data[g_rand_int_range (rand, 0, (gint32) size)] = (char) g_rand_int_range (rand, 0, 256);
      g_assert_true (g_file_set_contents (path, data, (gssize) size, NULL));
      clip = clip_read (path, &want, NULL, &error);
      g_assert_true ((clip != NULL) != (error != NULL));
      g_assert_true (clip != NULL || error->domain == MEDIA_ERROR);
      n_ok += clip != NULL;
    }
  g_log_set_always_fatal (fatal);
  g_test_message ("%u read, %u refused", n_ok, 200 - n_ok);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/clip/refused", test_refused);
  g_test_add_func ("/media/clip/playlist", test_playlist);
  g_test_add_func ("/media/clip/probe", test_probe);
  g_test_add_func ("/media/clip/truncated", test_truncated);
  g_test_add_func ("/media/clip/rotated", test_rotated);
  g_test_add_func ("/media/clip/gif", test_gif);
  g_test_add_func ("/media/clip/cancel", test_cancel);
  g_test_add_func ("/media/clip/even", test_even);
  g_test_add_func ("/media/clip/short", test_short);
  g_test_add_func ("/media/clip/still", test_still_clip);
  g_test_add_func ("/media/clip/variable-rate", test_variable_rate);
  g_test_add_func ("/media/clip/crop", test_crop);
  g_test_add_func ("/media/clip/round-trip", test_round_trip);
  g_test_add_func ("/media/clip/discovered", test_discovered);
  g_test_add_func ("/media/clip/write-cancel", test_write_cancel);
  g_test_add_func ("/media/clip/write-progress", test_write_progress);
  g_test_add_func ("/media/clip/write-nowhere", test_write_nowhere);
  g_test_add_func ("/media/clip/write-full", test_write_full);
  g_test_add_func ("/media/captions/list", test_captions_list);
  g_test_add_func ("/media/captions/forms", test_captions_forms);
  g_test_add_func ("/media/captions/texts", test_captions_texts);
  g_test_add_func ("/media/clip/damage", test_damage);
  return run_and_clean ();
}
