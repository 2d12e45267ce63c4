/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/picture-check.h"

#include <math.h>
#include <string.h>

/* How well made-up pictures can be learned from. */

#define SIDE 400

static guint8
clamp (double value)
{
  return (guint8) CLAMP (value, 0, 255);
}

/* A disc with stripes on a smooth ground; @blur: how many pixels wide its edges are. */
static Frames *
make_picture (double x0, double y0, double radius, double blur, double angle, double contrast)
{
  guint8 *rgb = g_malloc (SIDE * SIDE * 3);

  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      {
        double inside = CLAMP ((radius - hypot (x - x0, y - y0)) / blur + 0.5, 0, 1);
        double phase = fmod (x * cos (angle) + y * sin (angle) + 4000, 60) - 30;
        double stripe = CLAMP ((15 - fabs (phase)) / blur + 0.5, 0, 1);
        double value = (1 - inside) * (80 + 60.0 * x / SIDE) + inside * (128 + contrast * (stripe - 0.5));

        for (int c = 0; c < 3; c++)
          rgb[(y * SIDE + x) * 3 + c] = clamp (value + 8 * c * inside);
      }
  return frames_new_take (1, SIDE, SIDE, 0, rgb);
}

static Mask *
make_mask (double x0, double y0, double radius)
{
  guint8 *alpha = g_malloc (SIDE * SIDE);

  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      alpha[y * SIDE + x] = hypot (x - x0, y - y0) < radius ? 255 : 0;
  return mask_new_take (SIDE, SIDE, alpha);
}

static PictureCheck
check (const Frames *picture, Mask *mask)
{
  PictureCheck result;

  picture_check (picture, mask, &result);
  return result;
}

static void
test_sharpness (void)
{
  g_autoptr (Mask) mask = make_mask (200, 200, 120);
  g_autoptr (Frames) sharp = make_picture (200, 200, 120, 1, 0.4, 120);
  g_autoptr (Frames) pale = make_picture (200, 200, 120, 1, 0.4, 60);
  g_autoptr (Frames) blurred = make_picture (200, 200, 120, 14, 0.4, 120);
  double a = check (sharp, mask).sharpness;
  double b = check (pale, mask).sharpness;
  double c = check (blurred, mask).sharpness;

  g_test_message ("sharp %.4f, pale %.4f, blurred %.4f", a, b, c);
  g_assert_cmpfloat (a, >, 2 * PICTURE_BLURRED);
  g_assert_cmpfloat (b, >, 2 * PICTURE_BLURRED);
  g_assert_cmpfloat (c, <, PICTURE_BLURRED);
}

/* What lies around the subject does not count: a sharp ground makes no blurred subject sharp. */
static void
test_inside (void)
{
  g_autoptr (Mask) mask = make_mask (200, 200, 80);
  g_autoptr (Frames) picture = make_picture (200, 200, 120, 14, 0.4, 120);
  guint8 *rgb = g_memdup2 (frames_get_frame (picture, 0), SIDE * SIDE * 3);
  g_autoptr (Frames) noisy = NULL;

  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      if (hypot (x - 200, y - 200) > 140)
        memset (rgb + (y * SIDE + x) * 3, (x / 4 + y / 4) % 2 ? 255 : 0, 3);
  noisy = frames_new_take (1, SIDE, SIDE, 0, rgb);
  g_assert_cmpfloat (check (noisy, mask).sharpness, <, PICTURE_BLURRED);
  g_assert_cmpfloat (check (noisy, NULL).sharpness, >, PICTURE_BLURRED);
}

static void
test_duplicates (void)
{
  g_autoptr (Frames) one = make_picture (200, 200, 120, 1, 0.4, 120);
  g_autoptr (Frames) same = make_picture (202, 199, 121, 2, 0.4, 110);
  g_autoptr (Frames) other = make_picture (120, 260, 90, 1, 1.5, 120);
  guint64 hash = check (one, NULL).hash;

  g_test_message ("same %u, other %u", picture_hash_distance (hash, check (same, NULL).hash),
                  picture_hash_distance (hash, check (other, NULL).hash));
  g_assert_cmpuint (picture_hash_distance (hash, hash), ==, 0);
  g_assert_cmpuint (picture_hash_distance (0, G_MAXUINT64), ==, 64);
  g_assert_cmpuint (picture_hash_distance (hash, check (same, NULL).hash), <=, PICTURE_SAME);
  g_assert_cmpuint (picture_hash_distance (hash, check (other, NULL).hash), >, 2 * PICTURE_SAME);
}

static void
test_subject (void)
{
  g_autoptr (Frames) picture = make_picture (200, 200, 120, 1, 0.4, 120);
  g_autoptr (Mask) whole = make_mask (200, 200, 120);
  g_autoptr (Mask) small = make_mask (200, 200, 30);
  g_autoptr (Mask) cut = make_mask (380, 200, 120);
  g_autoptr (Mask) empty = make_mask (200, 200, 0);

  g_assert_cmpfloat_with_epsilon (check (picture, whole).coverage, G_PI * 0.09, 1e-3);
  g_assert_cmpfloat (check (picture, whole).cut, ==, 0);
  g_assert_cmpfloat (check (picture, small).coverage, <, PICTURE_SMALL);
  g_assert_cmpfloat (check (picture, cut).cut, >, PICTURE_CUT);
  g_assert_cmpfloat_with_epsilon (check (picture, cut).cut, 237.0 / (4 * SIDE), 3e-3);
  g_assert_cmpfloat (check (picture, empty).coverage, ==, 0);
  g_assert_cmpfloat (check (picture, empty).sharpness, ==, check (picture, NULL).sharpness);
}

/* A few pixels, and one colour, are no reason to fall over. */
static void
test_plain (void)
{
  guint8 *rgb = g_malloc (16 * 16 * 3);
  g_autoptr (Frames) plain = NULL;
  PictureCheck result;

  memset (rgb, 90, 16 * 16 * 3);
  plain = frames_new_take (1, 16, 16, 0, rgb);
  picture_check (plain, NULL, &result);
  g_assert_cmpfloat (result.sharpness, ==, 0);
  g_assert_cmpfloat (result.cut, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture-check/sharpness", test_sharpness);
  g_test_add_func ("/picture-check/inside", test_inside);
  g_test_add_func ("/picture-check/duplicates", test_duplicates);
  g_test_add_func ("/picture-check/subject", test_subject);
  g_test_add_func ("/picture-check/plain", test_plain);
  return g_test_run ();
}
