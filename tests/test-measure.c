/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jobs/mage-measure.h"

#include <string.h>

#define SIZE 32
#define FRAMES 5

/* A square of one colour, a quarter of the height and width, on another; it steps to the right or stands. */
static Frames *
make_frames (const guint8 square[3], const guint8 ground[3], guint step)
{
  gsize frame = SIZE * SIZE * 3;
  guint8 *rgb = g_malloc (FRAMES * frame);

  for (guint i = 0; i < FRAMES; i++)
    for (guint y = 0; y < SIZE; y++)
      for (guint x = 0; x < SIZE; x++)
        {
          gboolean inside = y >= 8 && y < 16 && x >= i * step && x < i * step + 8;

          memcpy (rgb + i * frame + (y * SIZE + x) * 3, inside ? square : ground, 3);
        }
  return frames_new_take (FRAMES, SIZE, SIZE, 8, rgb);
}

static const guint8 red[] = { 200, 30, 30 };
static const guint8 blue[] = { 20, 40, 220 };
static const guint8 white[] = { 255, 255, 255 };
static const guint8 black[] = { 0, 0, 0 };

static void
test_change (void)
{
  g_autoptr (Frames) still = make_frames (red, white, 0);
  g_autoptr (Frames) moving = make_frames (white, black, 8);

  g_assert_cmpfloat (mage_measure_change (still), ==, 0);
  /* Two squares of 8 × 8 differ wholly in each pair of frames but the last, whose square has left. */
  g_assert_cmpfloat_with_epsilon (mage_measure_change (moving), (3 * 128 + 64) / (4.0 * SIZE * SIZE), 1e-9);
}

static void
test_motion (void)
{
  g_autoptr (Frames) clip = make_frames (red, white, 4);
  g_autoptr (Frames) same = make_frames (blue, black, 4);
  g_autoptr (Frames) other = make_frames (blue, black, 1);
  g_autoptr (Frames) still = make_frames (blue, black, 0);

  /* Other colours, the same movement. */
  g_assert_cmpfloat_with_epsilon (mage_measure_motion (same, clip), 1, 1e-9);
  g_assert_cmpfloat (mage_measure_motion (other, clip), <, 0.7);
  g_assert_cmpfloat (mage_measure_motion (still, clip), ==, 0);
}

/* The square of make_frames () in every frame, or nothing. */
static GBytes *
make_masks (guint step, gboolean empty)
{
  guint8 *alpha = g_malloc0 (FRAMES * SIZE * SIZE);

  for (guint i = 0; i < FRAMES && !empty; i++)
    for (guint y = 8; y < 16; y++)
      memset (alpha + (i * SIZE + y) * SIZE + i * step, 255, 8);
  return g_bytes_new_take (alpha, FRAMES * SIZE * SIZE);
}

static void
test_identity (void)
{
  g_autoptr (Frames) picture = make_frames (red, white, 0);
  g_autoptr (Frames) with = make_frames (red, blue, 2);
  g_autoptr (Frames) without = make_frames (blue, red, 2);
  g_autoptr (GBytes) still = make_masks (0, FALSE);
  g_autoptr (GBytes) moving = make_masks (2, FALSE);
  g_autoptr (GBytes) nowhere = make_masks (0, TRUE);
  g_autoptr (MageColours) inside = mage_colours_new ();
  g_autoptr (Mask) mask = mask_new (SIZE, SIZE, g_bytes_new_from_bytes (still, 0, SIZE * SIZE));
  g_autoptr (MageColours) whole = mage_colours_new ();

  mage_colours_add_masked (inside, picture, still);
  mage_colours_add (whole, picture, mask);
  g_assert_cmpfloat_with_epsilon (mage_measure_identity (with, moving, inside), 1, 1e-6);
  g_assert_cmpfloat_with_epsilon (mage_measure_identity (with, moving, whole), 1, 1e-6);
  /* The ground is red, but the subject is not. */
  g_assert_cmpfloat (mage_measure_identity (without, moving, inside), <, 0.05);
  g_assert_cmpfloat (mage_measure_identity (with, nowhere, inside), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/measure/change", test_change);
  g_test_add_func ("/measure/motion", test_motion);
  g_test_add_func ("/measure/identity", test_identity);
  return g_test_run ();
}
