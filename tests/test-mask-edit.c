/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/mask-edit.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <math.h>
#include <string.h>

/* Corrections of masks, each beside the plainest way to say the same. */

#define WIDTH 37
#define HEIGHT 29

static Mask *
make_noise (guint seed, guint one_in)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  guint8 *alpha = g_malloc0 (WIDTH * HEIGHT);

  for (guint i = 0; i < WIDTH * HEIGHT; i++)
    if (g_rand_int_range (random, 0, (gint32) one_in) == 0)
      alpha[i] = (guint8) g_rand_int_range (random, 0, 256);
  return mask_new_take (WIDTH, HEIGHT, alpha);
}

/* The most (or least) that there is within a radius. */
static guint8
look_around (const Mask *mask, int x, int y, int radius, gboolean most)
{
  guint8 best = most ? 0 : 255;

  for (int v = MAX (0, y - radius); v <= MIN (HEIGHT - 1, y + radius); v++)
    for (int u = MAX (0, x - radius); u <= MIN (WIDTH - 1, x + radius); u++)
      if ((u - x) * (u - x) + (v - y) * (v - y) <= radius * radius)
        {
          guint8 a = mask_get_pixels (mask)[v * WIDTH + u];

          best = most ? MAX (best, a) : MIN (best, a);
        }
  return best;
}

static void
test_grow_shrink (void)
{
  for (guint seed = 1; seed <= 6; seed++)
    for (int radius = 0; radius <= 9; radius += 3)
      {
        g_autoptr (Mask) mask = make_noise (seed, seed % 2 ? 40 : 2);
        g_autoptr (Mask) dense = mask_invert (mask);
        g_autoptr (Mask) grown = mask_grow (mask, (guint) radius);
        g_autoptr (Mask) shrunk = mask_shrink (dense, (guint) radius);

        for (int y = 0; y < HEIGHT; y++)
          for (int x = 0; x < WIDTH; x++)
            {
              g_assert_cmpuint (mask_get_pixels (grown)[y * WIDTH + x], ==, look_around (mask, x, y, radius, TRUE));
              g_assert_cmpuint (mask_get_pixels (shrunk)[y * WIDTH + x], ==, look_around (dense, x, y, radius, FALSE));
            }
      }
}

static void
test_empty (void)
{
  g_autoptr (Mask) empty = mask_new_empty (WIDTH, HEIGHT);
  g_autoptr (Mask) grown = mask_grow (empty, 5);
  g_autoptr (Mask) full = mask_invert (empty);
  g_autoptr (Mask) shrunk = mask_shrink (full, 5);

  g_assert_cmpfloat (mask_get_coverage (grown), ==, 0);
  g_assert_cmpfloat (mask_get_coverage (full), ==, 1);
  g_assert_cmpfloat (mask_get_coverage (shrunk), ==, 1);
  g_assert_cmpfloat (mask_get_overlap (empty, grown), ==, 1);
  g_assert_cmpfloat (mask_get_overlap (empty, full), ==, 0);
}

/* What is outside spreads from the edge until nothing changes any more. */
static void
spread (const guint8 *alpha, guint8 *outside)
{
  gboolean changed = TRUE;

  while (changed)
    {
      changed = FALSE;
      for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
          {
            int i = y * WIDTH + x;
            gboolean edge = x == 0 || y == 0 || x == WIDTH - 1 || y == HEIGHT - 1;

            if (outside[i] || alpha[i] >= MASK_THRESHOLD)
              continue;
            if (edge || outside[i - 1] || outside[i + 1] || outside[i - WIDTH] || outside[i + WIDTH])
              outside[i] = changed = TRUE;
          }
    }
}

static void
test_holes (void)
{
  for (guint seed = 1; seed <= 10; seed++)
    {
      g_autoptr (Mask) noise = make_noise (seed, 1);
      g_autoptr (Mask) mask = mask_grow (noise, seed % 2);
      g_autoptr (Mask) filled = mask_fill_holes (mask);
      guint8 outside[WIDTH * HEIGHT] = { 0 };
      guint n_filled = 0;

      spread (mask_get_pixels (mask), outside);
      for (guint i = 0; i < WIDTH * HEIGHT; i++)
        {
          guint8 before = mask_get_pixels (mask)[i];
          gboolean hole = !outside[i] && before < MASK_THRESHOLD;

          n_filled += hole;
          g_assert_cmpuint (mask_get_pixels (filled)[i], ==, hole ? 255 : before);
        }
      if (seed % 2 == 0)
        g_assert_cmpuint (n_filled, >, 0);
    }
}

/* The nearest of many places along the way. */
static double
measure (double x, double y, const double way[4])
{
  double nearest = G_MAXDOUBLE;

  for (guint i = 0; i <= 2000; i++)
    nearest = MIN (nearest, hypot (x - way[0] - (way[2] - way[0]) * i / 2000, y - way[1] - (way[3] - way[1]) * i / 2000));
  return nearest;
}

static double
fade (double distance, double inner, double outer)
{
  double t = CLAMP ((distance - inner) / (outer - inner), 0, 1);

  return 1 - t * t * (3 - 2 * t);
}

static void
test_stroke (void)
{
  static const double ways[][4] = { { 10.5, 10.5, 10.5, 10.5 }, { 4, 5, 31, 22.5 }, { -5, 33, 12, -4 } };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    for (guint erase = 0; erase < 2; erase++)
      {
        g_autoptr (Mask) mask = make_noise (7 + i, 1);
        g_autofree guint8 *alpha = g_memdup2 (mask_get_pixels (mask), WIDTH * HEIGHT);
        MaskBrush brush = { .radius = 6, .softness = 0.5, .erase = (gboolean) erase };
        cairo_rectangle_int_t touched;

        g_assert_true (mask_stroke (alpha, WIDTH, HEIGHT, &brush, ways[i][0], ways[i][1], ways[i][2], ways[i][3], &touched));
        for (int y = 0; y < HEIGHT; y++)
          for (int x = 0; x < WIDTH; x++)
            {
              int before = mask_get_pixels (mask)[y * WIDTH + x];
              int after = alpha[y * WIDTH + x];
              int value = (int) (fade (measure (x + 0.5, y + 0.5, ways[i]), 3, 6) * 255 + 0.5);
              int expected = erase ? MIN (before, 255 - value) : MAX (before, value);
              gboolean inside = x >= touched.x && y >= touched.y && x < touched.x + touched.width
                                && y < touched.y + touched.height;

              g_assert_cmpint (abs (after - expected), <=, 1);
              if (!inside)
                g_assert_cmpint (after, ==, before);
            }
      }
}

/* Going over the same way again changes nothing, and a hard brush has a hard edge. */
static void
test_stroke_again (void)
{
  guint8 alpha[WIDTH * HEIGHT] = { 0 };
  g_autofree guint8 *once = NULL;
  MaskBrush brush = { .radius = 5 };
  cairo_rectangle_int_t touched;
  guint n_between = 0;

  mask_stroke (alpha, WIDTH, HEIGHT, &brush, 10, 14, 25, 14, &touched);
  once = g_memdup2 (alpha, sizeof alpha);
  for (guint i = 0; i < 3; i++)
    mask_stroke (alpha, WIDTH, HEIGHT, &brush, 10, 14, 25, 14, &touched);
  g_assert_cmpmem (alpha, sizeof alpha, once, sizeof alpha);
  for (guint y = 0; y < HEIGHT; y++)
    n_between += alpha[y * WIDTH + 17] > 0 && alpha[y * WIDTH + 17] < 255;
  g_assert_cmpuint (n_between, <=, 2);
  g_assert_cmpuint (alpha[14 * WIDTH + 17], ==, 255);
  g_assert_false (mask_stroke (alpha, WIDTH, HEIGHT, &brush, -50, -50, -40, -50, &touched));
}

/* A file is read again as it was written, by gdk-pixbuf's own reader, and by nobody else's measure too large. */
static void
test_png (void)
{
  static const guint sizes[][2] = { { 1, 1 }, { 37, 29 }, { 300, 2000 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint noisy = 0; noisy < 2; noisy++)
      {
        guint width = sizes[i][0], height = sizes[i][1];
        g_autoptr (GRand) random = g_rand_new_with_seed (i);
        guint8 *alpha = g_malloc0 ((gsize) width * height);
        g_autoptr (Mask) mask = NULL;
        g_autoptr (GBytes) png = NULL;
        g_autoptr (GInputStream) stream = NULL;
        g_autoptr (GdkPixbuf) read = NULL;
        g_autoptr (GError) error = NULL;

        for (guint k = 0; noisy && k < width * height; k++)
          alpha[k] = (guint8) g_rand_int_range (random, 0, 256);
        mask = mask_new_take (width, height, alpha);
        png = mask_to_png (mask, &error);
        g_assert_no_error (error);
        stream = g_memory_input_stream_new_from_bytes (png);
        read = gdk_pixbuf_new_from_stream (stream, NULL, &error);
        g_assert_no_error (error);
        g_assert_cmpint (gdk_pixbuf_get_width (read), ==, width);
        g_assert_cmpint (gdk_pixbuf_get_height (read), ==, height);
        for (guint y = 0; y < height; y++)
          for (guint x = 0; x < width; x++)
            g_assert_cmpuint (gdk_pixbuf_read_pixels (read)[(gsize) y * gdk_pixbuf_get_rowstride (read) + x * gdk_pixbuf_get_n_channels (read)],
                              ==, mask_get_pixels (mask)[(gsize) y * width + x]);
        if (!noisy)
          g_assert_cmpuint (g_bytes_get_size (png), <, 100 + width * height / 100);
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mask-edit/grow-shrink", test_grow_shrink);
  g_test_add_func ("/mask-edit/empty", test_empty);
  g_test_add_func ("/mask-edit/holes", test_holes);
  g_test_add_func ("/mask-edit/stroke", test_stroke);
  g_test_add_func ("/mask-edit/stroke-again", test_stroke_again);
  g_test_add_func ("/mask-edit/png", test_png);
  return g_test_run ();
}
