/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-fixture.h"

#include "media/mask.h"
#include "media/media-file.h"
#include "media/picture.h"
#include "media/resample.h"

#include <sys/resource.h>

/* Pictures and masks: what every awkward file comes to, and that geometry is exact. */

static Frames *
load_ok (const char *name)
{
  g_autofree char *path = media_file (name);
  g_autoptr (GError) error = NULL;
  Frames *picture = picture_load (path, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (picture);
  g_assert_cmpuint (picture->n_frames, ==, 1);
  return picture;
}

static void
assert_refused (const char *name, MediaError code, const char *word)
{
  g_autofree char *path = media_file (name);
  g_autofree char *base = g_path_get_basename (name);
  g_autoptr (GError) error = NULL;

  g_assert_null (picture_load (path, NULL, &error));
  g_assert_error (error, MEDIA_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, base));
  assert_sentence (error, (int) code, word);
}

/* --- frames and geometry ---------------------------------------------------------------------- */

static void
test_frames (void)
{
  guint8 *rgb = g_malloc (2 * 3 * 4 * 3);
  g_autoptr (Frames) clip = NULL;
  g_autoptr (Frames) second = NULL;
  g_autoptr (Frames) again = NULL;

  for (guint i = 0; i < 72; i++)
    rgb[i] = (guint8) i;
  clip = frames_new_take (2, 4, 3, 8.0, rgb);
  g_assert_cmpuint (frames_get_frame_size (clip), ==, 36);
  second = frames_dup_slice (clip, 1, 1);
  g_assert_cmpuint (frames_get_frame (second, 0)[0], ==, 36);
  again = frames_ref (clip);
  g_assert_true (frames_equal (again, clip));
  g_assert_false (frames_equal (second, clip));
}

static void
test_resample_constant (void)
{
  guint8 in[30 * 20], out[17 * 9];
  CropBox box = { 1.25, 2.5, 20.5, 11.0 };

  memset (in, 93, sizeof in);
  resample (in, 30, 30, 20, 1, &box, out, 17, 9);
  for (guint i = 0; i < sizeof out; i++)
    g_assert_cmpuint (out[i], ==, 93);
}

/* A slope stays a slope, up and down, and the middle of the box is the middle of the result. */
static void
test_resample_slope (void)
{
  guint8 in[200];
  const guint widths[] = { 40, 100, 200, 300 };

  for (guint i = 0; i < 200; i++)
    in[i] = (guint8) i;
  for (guint k = 0; k < G_N_ELEMENTS (widths); k++)
    {
      guint8 out[300];
      guint w = widths[k];
      CropBox box = { 50, 0, 100, 1 };

      resample (in, 200, 200, 1, 1, &box, out, w, 1);
      for (guint i = 0; i < w; i++)
        assert_near (out[i], 50 + (i + 0.5) * 100.0 / w - 0.5, 0.51);
    }
}

/* Stripes of one pixel, shrunk eight times, are grey: a nearest pixel would be black or white. */
static void
test_resample_no_alias (void)
{
  guint8 *in = g_malloc (256 * 256), out[32 * 32];
  CropBox box = { 0, 0, 256, 256 };

  for (guint i = 0; i < 256 * 256; i++)
    in[i] = i % 2 ? 255 : 0;
  resample (in, 256, 256, 256, 1, &box, out, 32, 32);
  for (guint i = 0; i < sizeof out; i++)
    assert_near (out[i], 127.5, 6);
  g_free (in);
}

static void
test_fit (void)
{
  guint8 *rgb = g_malloc0 (300 * 100 * 3);
  g_autoptr (Frames) wide = NULL;
  g_autoptr (Frames) fitted = NULL;

  /* A white square of 100 in the middle of a black strip is all that a square crop keeps. */
  for (guint y = 0; y < 100; y++)
    memset (rgb + (y * 300 + 100) * 3, 255, 300);
  wide = frames_new_take (1, 300, 100, 0, rgb);
  fitted = picture_fit (wide, 50, 50);
  g_assert_cmpuint (fitted->width, ==, 50);
  g_assert_cmpuint (fitted->height, ==, 50);
  assert_near (frame_mean (fitted, 0, 0), 255, 4);
  g_assert_cmpuint (frames_get_frame (fitted, 0)[3 * (25 * 50 + 2)], >=, 250);
}

/* --- files ------------------------------------------------------------------------------------ */

static void
test_refused (void)
{
  assert_refused ("nasty/truncated.jpg", MEDIA_ERROR_DAMAGED, "cut off");
  assert_refused ("nasty/one_pixel.png", MEDIA_ERROR_TOO_SMALL, "too small");
  assert_refused ("nasty/text_renamed.jpg", MEDIA_ERROR_NOT_A_PICTURE, "not a picture");
  assert_refused ("nasty/zero_bytes.mp4", MEDIA_ERROR_UNREADABLE, "empty");
  assert_refused ("nasty/audio_only.mp4", MEDIA_ERROR_NOT_A_PICTURE, "not a picture");
  assert_refused ("nasty", MEDIA_ERROR_UNREADABLE, "not a file");
  assert_refused ("absent.png", MEDIA_ERROR_UNREADABLE, "cannot be opened");
}

static void
test_device (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (picture_load ("/dev/zero", NULL, &error));
  assert_sentence (error, MEDIA_ERROR_UNREADABLE, "not a file");
}

static guint64
peak_kib (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (guint64) usage.ru_maxrss;
}

/* Every format whose header can be made by hand, stating gigabytes. */
static void
test_huge (void)
{
  static const guint8 gif[] = "GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,"
                              "\0\0\0\0\xff\xff\xff\xff\0\2\2\x44\1\0;";
  static const guint8 bmp[]
      = "BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x60\xea\0\0\x60\xea\0\0\1\0\x18\0\0\0\0\0\0\0\0\0"
        "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
  static const char ppm[] = "P6 60000 60000 255\n0123456789abcdef0123456789abcdef";
  static const char svg[] = "<svg xmlns='http://www.w3.org/2000/svg' width='60000' height='60000'/>";
  const struct
  {
    const void *data;
    gsize size;
  } files[] = { { gif, sizeof gif - 1 }, { bmp, sizeof bmp - 1 }, { ppm, sizeof ppm - 1 },
                { svg, sizeof svg - 1 } };
  guint64 before;

  g_autoptr (Frames) warm = load_ok ("nasty/rgb16.png");

  before = peak_kib ();
  assert_refused ("nasty/huge_dimensions.png", MEDIA_ERROR_TOO_LARGE, "60000 × 60000");
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (files[i].data, files[i].size);
      g_autoptr (GError) error = NULL;

      g_assert_null (picture_load_bytes (bytes, "huge", NULL, &error));
      assert_sentence (error, MEDIA_ERROR_TOO_LARGE, "too large");
    }
  g_assert_cmpuint (peak_kib () - before, <, 200 * 1024);
}

static void
test_colours (void)
{
  g_autoptr (Frames) cmyk = load_ok ("nasty/cmyk.jpg");
  g_autoptr (Frames) rgb16 = load_ok ("nasty/rgb16.png");

  g_assert_cmpuint (cmyk->width, ==, 512);
  assert_near (frame_mean (cmyk, 0, 0), 0.8114 * 255, 3);
  assert_near (frame_mean (cmyk, 0, 1), 0.4623 * 255, 3);
  assert_near (frame_mean (cmyk, 0, 2), 0.2868 * 255, 3);
  g_assert_cmpuint (rgb16->width, ==, 384);
  assert_near (frame_mean (rgb16, 0, 0), 0.5694 * 255, 1);
  assert_near (frame_mean (rgb16, 0, 1), 0.3235 * 255, 1);
  assert_near (frame_mean (rgb16, 0, 2), 0.2011 * 255, 1);
}

static void
test_gif (void)
{
  g_autoptr (Frames) first = load_ok ("nasty/animated.gif");

  g_assert_cmpuint (first->width, ==, 256);
  g_assert_cmpuint (first->height, ==, 144);
  g_assert_cmpfloat (first->rate, ==, 0);
}

static void
check_modern (const char *name, const char *format, guint side, double red)
{
  g_autofree char *path = media_file (name);
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) picture = picture_load (path, NULL, &error);

  if (picture == NULL)
    {
      assert_sentence (error, MEDIA_ERROR_NO_DECODER, format);
      return;
    }
  g_assert_cmpuint (picture->width, ==, side);
  assert_near (frame_mean (picture, 0, 0), red * 255, 5);
}

static void
test_modern (void)
{
  check_modern ("nasty/photo.avif", "AVIF", 512, 0.8132);
  check_modern ("nasty/photo.heic", "HEIC", 400, 0.8037);
}

/* With gdk-pixbuf's list of loaders empty the message names the format. */
static void
test_no_loader (void)
{
  if (g_test_subprocess ())
    {
      g_setenv ("GDK_PIXBUF_MODULE_FILE", "/dev/null", TRUE);
      assert_refused ("nasty/photo.avif", MEDIA_ERROR_NO_DECODER, "AVIF");
      assert_refused ("nasty/photo.heic", MEDIA_ERROR_NO_DECODER, "HEIC");
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

/* A JPEG of 40 × 20, left half red, stored with each EXIF orientation. */
static GBytes *
make_oriented_jpeg (guint8 orientation)
{
  static const guint8 exif[] = { 0xff, 0xe1, 0,   34,  'E',  'x', 'i', 'f', 0, 0, 'M', 'M',
                                 0,    42,   0,   0,   0,    8,   0,   1,   0x01, 0x12, 0, 3,
                                 0,    0,    0,   1,   0,    0,   0,   0,   0, 0, 0,   0 };
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 40, 20);
  g_autofree char *jpeg = NULL;
  gsize size = 0;
  GByteArray *bytes = g_byte_array_new ();

  gdk_pixbuf_fill (pixbuf, 0x0000ffff);
  for (guint y = 0; y < 20; y++)
    for (guint x = 0; x < 20; x++)
      {
        guint8 *p = gdk_pixbuf_get_pixels (pixbuf) + y * (guint) gdk_pixbuf_get_rowstride (pixbuf) + 3 * x;

        p[0] = 255;
        p[2] = 0;
      }
  g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &jpeg, &size, "jpeg", NULL, "quality", "95", NULL));
  g_byte_array_append (bytes, (const guint8 *) jpeg, 2);
  g_byte_array_append (bytes, exif, sizeof exif);
  bytes->data[2 + 29] = orientation;
  g_byte_array_append (bytes, (const guint8 *) jpeg + 2, (guint) size - 2);
  return g_byte_array_free_to_bytes (bytes);
}

static gboolean
is_red (const Frames *picture, guint x, guint y)
{
  const guint8 *p = frames_get_frame (picture, 0) + (y * picture->width + x) * 3;

  return p[0] > 128 && p[2] < 128;
}

static void
test_orientation (void)
{
  /* Where the red half lies after turning: 0 left, 1 right, 2 top, 3 bottom. */
  const guint red[] = { 0, 0, 1, 1, 0, 2, 2, 3, 3 };

  for (guint8 orientation = 1; orientation <= 8; orientation++)
    {
      g_autoptr (GBytes) jpeg = make_oriented_jpeg (orientation);
      g_autoptr (GError) error = NULL;
      g_autoptr (Frames) picture = picture_load_bytes (jpeg, "turned.jpg", NULL, &error);
      guint w, h;

      g_assert_no_error (error);
      w = picture->width;
      h = picture->height;
      g_assert_cmpuint (w, ==, orientation < 5 ? 40 : 20);
      g_assert_cmpuint (h, ==, orientation < 5 ? 20 : 40);
      g_assert_true (is_red (picture, red[orientation] == 0 ? 3 : red[orientation] == 1 ? w - 4 : w / 2,
                             red[orientation] == 2 ? 3 : red[orientation] == 3 ? h - 4 : h / 2));
      g_assert_false (is_red (picture, red[orientation] == 0 ? w - 4 : red[orientation] == 1 ? 3 : w / 2,
                              red[orientation] == 2 ? h - 4 : red[orientation] == 3 ? 3 : h / 2));
    }
}

static void
test_alpha (void)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, TRUE, 8, 16, 16);
  g_autoptr (GBytes) png = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) picture = NULL;
  char *data = NULL;
  gsize size = 0;

  gdk_pixbuf_fill (pixbuf, 0xff000080);
  g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &data, &size, "png", NULL, NULL));
  png = g_bytes_new_take (data, size);
  picture = picture_load_bytes (png, "half.png", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (frames_get_frame (picture, 0)[0], ==, 255);
  g_assert_cmpuint (frames_get_frame (picture, 0)[1], ==, 127);
}

static void
test_cancel (void)
{
  g_autofree char *path = media_file ("nasty/rgb16.png");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (picture_load (path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_png (void)
{
  g_autoptr (Frames) picture = load_ok ("nasty/animated.gif");
  g_autofree char *folder = scratch_folder ("png");
  g_autofree char *path = g_build_filename (folder, "frame.png", NULL);
  g_autofree char *nowhere = g_build_filename (path, "frame.png", NULL);
  g_autoptr (Frames) again = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (picture_save_png (picture, 0, path, &error));
  g_assert_no_error (error);
  again = picture_load (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (frames_equal (picture, again));
  g_assert_cmpuint (count_files (folder), ==, 1);

  g_assert_false (picture_save_png (picture, 0, nowhere, &error));
  assert_sentence (error, MEDIA_ERROR_WRITE, "cannot be saved");
  g_assert_cmpuint (count_files (folder), ==, 1);
}

/* --- masks ------------------------------------------------------------------------------------ */

/* 100 × 80 with a filled rectangle. */
static Mask *
make_mask (guint x, guint y, guint width, guint height)
{
  guint8 *alpha = g_malloc0 (100 * 80);

  for (guint row = y; row < y + height; row++)
    memset (alpha + row * 100 + x, 255, width);
  return mask_new_take (100, 80, alpha);
}

static void
test_mask_file (void)
{
  guint8 *alpha = g_malloc (37 * 20);
  g_autofree char *path = scratch_file ("mask.png");
  g_autoptr (Mask) mask = NULL;
  g_autoptr (Mask) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *png = NULL;
  gsize size = 0;

  for (guint i = 0; i < 37 * 20; i++)
    alpha[i] = (guint8) (i * 7);
  mask = mask_new_take (37, 20, alpha);
  g_assert_true (mask_save_png (mask, path, &error));
  g_assert_no_error (error);
  again = mask_load (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (mask->alpha, again->alpha));

  /* The header says 8 bits, grey. */
  g_assert_true (g_file_get_contents (path, &png, &size, NULL));
  g_assert_cmpint (png[24], ==, 8);
  g_assert_cmpint (png[25], ==, 0);
}

static void
test_mask_box (void)
{
  g_autoptr (Mask) mask = make_mask (10, 20, 30, 40);
  g_autoptr (Mask) empty = make_mask (0, 0, 0, 0);
  cairo_rectangle_int_t box, wide;

  g_assert_false (mask_get_box (empty, &box));
  g_assert_true (mask_get_box (mask, &box));
  g_assert_cmpint (box.x, ==, 10);
  g_assert_cmpint (box.y, ==, 20);
  g_assert_cmpint (box.width, ==, 30);
  g_assert_cmpint (box.height, ==, 40);

  /* 33 × 44 widened, then square: 44 × 44 around (25, 40). */
  mask_widen_box (&box, 100, 80, 64, 64, &wide);
  g_assert_cmpint (wide.width, ==, 44);
  g_assert_cmpint (wide.height, ==, 44);
  g_assert_cmpint (wide.x, ==, 3);
  g_assert_cmpint (wide.y, ==, 18);

  /* Near an edge it moves into the picture. */
  box.x = 0;
  mask_widen_box (&box, 100, 80, 64, 64, &wide);
  g_assert_cmpint (wide.x, ==, 0);

  /* Too long a shape reaches beyond on both sides alike. */
  mask_widen_box (&box, 100, 80, 40, 10, &wide);
  g_assert_cmpint (wide.width, ==, 176);
  g_assert_cmpint (wide.x, ==, -38);
  g_assert_cmpint (wide.height, ==, 44);
}

static void
test_mask_subject (void)
{
  g_autoptr (Mask) mask = make_mask (10, 20, 30, 40);
  g_autoptr (Mask) empty = make_mask (0, 0, 0, 0);
  guint8 *rgb = g_malloc (100 * 80 * 3);
  g_autoptr (Frames) picture = NULL;
  g_autoptr (Frames) subject = NULL;
  g_autoptr (Frames) shape = NULL;
  g_autoptr (GError) error = NULL;
  const guint8 *out;

  memset (rgb, 250, 100 * 80 * 3);
  picture = frames_new_take (1, 100, 80, 0, rgb);
  subject = mask_crop_subject (picture, mask, 44, 44, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (subject->width, ==, 44);
  out = frames_get_frame (subject, 0);
  g_assert_cmpuint (out[0], ==, 128);
  g_assert_cmpuint (out[(22 * 44 + 6) * 3], ==, 128);
  g_assert_cmpuint (out[(22 * 44 + 7) * 3], ==, 250);
  g_assert_cmpuint (out[(2 * 44 + 7) * 3], ==, 250);
  g_assert_cmpuint (out[(1 * 44 + 7) * 3], ==, 128);

  g_assert_null (mask_crop_subject (picture, empty, 44, 44, &error));
  assert_sentence (error, MEDIA_ERROR_EMPTY, "empty");
  shape = picture_fit (picture, 20, 20);
  g_assert_null (mask_crop_subject (shape, mask, 44, 44, &error));
  assert_sentence (error, MEDIA_ERROR_EMPTY, "100 × 80");
}

/* A mask fitted lies on the picture fitted. */
static void
test_mask_fit (void)
{
  g_autoptr (Mask) mask = make_mask (31, 12, 37, 50);
  const guint8 *alpha = mask_get_pixels (mask);
  guint8 *rgb = g_malloc (100 * 80 * 3);
  g_autoptr (Frames) picture = NULL;
  g_autoptr (Frames) picture_fitted = NULL;
  g_autoptr (Mask) mask_fitted = NULL;

  for (guint i = 0; i < 100 * 80; i++)
    memset (rgb + 3 * i, alpha[i], 3);
  picture = frames_new_take (1, 100, 80, 0, rgb);
  picture_fitted = picture_fit (picture, 57, 32);
  mask_fitted = mask_fit (mask, 57, 32);
  for (guint i = 0; i < 57 * 32; i++)
    g_assert_cmpuint (frames_get_frame (picture_fitted, 0)[3 * i], ==, mask_get_pixels (mask_fitted)[i]);
}

/* --- damage ----------------------------------------------------------------------------------- */

/* 200 files cut or overwritten at random: a picture or a sentence, never a crash. */
static void
test_damage (void)
{
  const char *kinds[] = { "png", "jpeg", "gif", "tiff", "bmp" };
  g_autofree char *gif_path = media_file ("nasty/animated.gif");
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (Frames) source = load_ok ("nasty/animated.gif");
  g_autoptr (Frames) small = picture_fit (source, 64, 36);
  g_autoptr (GdkPixbuf) pixbuf
      = gdk_pixbuf_new_from_bytes (small->rgb, GDK_COLORSPACE_RGB, FALSE, 8, 64, 36, 64 * 3);
  guint n_ok = 0, n_refused = 0;

  for (guint i = 0; i < 200; i++)
    {
      const char *kind = kinds[i % G_N_ELEMENTS (kinds)];
      g_autofree char *data = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (Frames) picture = NULL;
      g_autoptr (GError) error = NULL;
      gsize size = 0;

      if (strcmp (kind, "gif") == 0)
        g_assert_true (g_file_get_contents (gif_path, &data, &size, NULL));
      else
        g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &data, &size, kind, NULL, NULL));
      if (i % 4 == 0)
        size = (gsize) g_rand_int_range (rand, 0, (gint32) size);
      else
        for (guint k = 0; k < 1 + i % 20; k++)
          data[g_rand_int_range (rand, 0, (gint32) MIN (size, i % 2 ? 200 : size))]
              = (char) g_rand_int_range (rand, 0, 256);
      bytes = g_bytes_new (data, size);
      picture = picture_load_bytes (bytes, "damaged", NULL, &error);
      g_assert_true ((picture != NULL) != (error != NULL));
      n_ok += picture != NULL;
      n_refused += error != NULL;
    }
  g_test_message ("%u loaded, %u refused", n_ok, n_refused);
  g_assert_cmpuint (n_refused, >, 50);
}

/* What a caller does not ask for is not written. */
static void
test_peek (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "media", "NOTICE.md", NULL);
  g_autoptr (GError) error = NULL;
  guint8 head[MEDIA_FILE_HEAD];
  gsize n_head;

  g_assert_true (media_file_peek (path, head, &n_head, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_head, >, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/frames", test_frames);
  g_test_add_func ("/media/resample/constant", test_resample_constant);
  g_test_add_func ("/media/resample/slope", test_resample_slope);
  g_test_add_func ("/media/resample/no-alias", test_resample_no_alias);
  g_test_add_func ("/media/picture/fit", test_fit);
  g_test_add_func ("/media/picture/refused", test_refused);
  g_test_add_func ("/media/picture/device", test_device);
  g_test_add_func ("/media/picture/huge", test_huge);
  g_test_add_func ("/media/picture/colours", test_colours);
  g_test_add_func ("/media/picture/gif", test_gif);
  g_test_add_func ("/media/picture/modern", test_modern);
  g_test_add_func ("/media/picture/no-loader", test_no_loader);
  g_test_add_func ("/media/picture/orientation", test_orientation);
  g_test_add_func ("/media/picture/alpha", test_alpha);
  g_test_add_func ("/media/picture/cancel", test_cancel);
  g_test_add_func ("/media/picture/png", test_png);
  g_test_add_func ("/media/picture/damage", test_damage);
  g_test_add_func ("/media/mask/file", test_mask_file);
  g_test_add_func ("/media/mask/box", test_mask_box);
  g_test_add_func ("/media/mask/subject", test_mask_subject);
  g_test_add_func ("/media/mask/fit", test_mask_fit);
  g_test_add_func ("/media/file/peek", test_peek);
  return run_and_clean ();
}
