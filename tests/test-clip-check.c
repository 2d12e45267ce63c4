/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/clip-check.h"
#include "media/clip-writer.h"
#include "media/picture.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* What makes a clip hard to learn from, on made-up clips. */

#define WIDTH 96
#define HEIGHT 54
#define N_FRAMES 24
#define RATE 12

typedef void (*Painter) (guint8 *frame, guint i);

/* Waves of the colour that @scene means, and a bright square at @x. */
static void
paint (guint8 *frame, guint scene, double x)
{
  for (guint k = 0; k < WIDTH * HEIGHT; k++)
    {
      double wave = 0.5 + 0.3 * sin (k % WIDTH * 0.2 + scene) * cos (k / WIDTH * 0.15);
      gboolean square = fabs (k % WIDTH - x) < 8 && fabs (k / WIDTH - 30.) < 8;

      for (guint channel = 0; channel < 3; channel++)
        frame[3 * k + channel] = square ? 240 : (guint8) (channel == scene % 3 ? 250 * wave : 60 * wave);
    }
}

static void
go_right (guint8 *frame, guint i)
{
  paint (frame, 0, 12 + 3 * i);
}

static void
cut_at_9 (guint8 *frame, guint i)
{
  paint (frame, i < 9 ? 0 : 1, 12 + 3 * i);
}

static void
every_third_twice (guint8 *frame, guint i)
{
  paint (frame, 0, 12 + 3 * (i % 3 == 2 ? i - 1 : i));
}

static void
black_at_5 (guint8 *frame, guint i)
{
  if (i >= 5 && i < 8)
    memset (frame, 3, WIDTH * HEIGHT * 3);
  else
    go_right (frame, i);
}

static void
stand (guint8 *frame, guint i)
{
  paint (frame, 0, 40);
  frame[i * 31 % 4000] ^= 4;
}

static Frames *
make (Painter painter)
{
  gsize size = WIDTH * HEIGHT * 3;
  guint8 *rgb = g_malloc (N_FRAMES * size);

  for (guint i = 0; i < N_FRAMES; i++)
    painter (rgb + i * size, i);
  return frames_new_take (N_FRAMES, WIDTH, HEIGHT, RATE, rgb);
}

static GArray *
check (Painter painter)
{
  g_autoptr (Frames) frames = make (painter);

  return clip_check_frames (frames, 2, 1. / RATE);
}

static void
assert_trouble (GArray *troubles, guint i, ClipTroubleKind kind, guint frame, guint n)
{
  const ClipTrouble *trouble = &g_array_index (troubles, ClipTrouble, i);

  g_assert_cmpuint (i, <, troubles->len);
  g_assert_cmpint (trouble->kind, ==, kind);
  g_assert_cmpfloat_with_epsilon (trouble->time, 2 + (double) frame / RATE, 1e-6);
  g_assert_cmpuint (trouble->n, ==, n);
  g_assert_cmpuint (trouble->of, ==, N_FRAMES);
}

static void
test_good (void)
{
  g_autoptr (GArray) troubles = check (go_right);

  g_assert_cmpuint (troubles->len, ==, 0);
}

static void
test_cut (void)
{
  g_autoptr (GArray) troubles = check (cut_at_9);

  g_assert_cmpuint (troubles->len, ==, 1);
  assert_trouble (troubles, 0, CLIP_TROUBLE_CUT, 9, 1);
}

static void
test_repeats (void)
{
  g_autoptr (GArray) troubles = check (every_third_twice);

  g_assert_cmpuint (troubles->len, ==, 1);
  assert_trouble (troubles, 0, CLIP_TROUBLE_REPEAT, 2, N_FRAMES / 3);
}

/* Going black and coming back are cuts, too. */
static void
test_empty (void)
{
  g_autoptr (GArray) troubles = check (black_at_5);

  g_assert_cmpuint (troubles->len, ==, 3);
  assert_trouble (troubles, 0, CLIP_TROUBLE_CUT, 5, 1);
  assert_trouble (troubles, 1, CLIP_TROUBLE_CUT, 8, 1);
  assert_trouble (troubles, 2, CLIP_TROUBLE_EMPTY, 5, 3);
}

static void
test_still (void)
{
  g_autoptr (GArray) troubles = check (stand);

  g_assert_cmpuint (troubles->len, ==, 1);
  assert_trouble (troubles, 0, CLIP_TROUBLE_STILL, 0, N_FRAMES);
}

static void
test_single (void)
{
  g_autofree guint8 *rgb = g_malloc0 (WIDTH * HEIGHT * 3);
  g_autoptr (Frames) frame = frames_new_take (1, WIDTH, HEIGHT, 0, g_steal_pointer (&rgb));
  g_autoptr (GArray) troubles = clip_check_frames (frame, 0, 1);

  g_assert_cmpuint (troubles->len, ==, 1);
  g_assert_cmpint (g_array_index (troubles, ClipTrouble, 0).kind, ==, CLIP_TROUBLE_EMPTY);
}

/* From a file, where a codec was at work, and only the span counts. */
static void
test_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("clip-check-XXXXXX", &error);
  g_autofree char *path = g_build_filename (dir, "clip.mp4", NULL);
  g_autoptr (Frames) frames = make (cut_at_9);
  g_autoptr (GArray) whole = NULL;
  g_autoptr (GArray) after = NULL;
  g_autoptr (GArray) none = NULL;

  g_assert_no_error (error);
  clip_write (frames, path, &(ClipWrite) { 0 }, NULL, &error);
  g_assert_no_error (error);
  whole = clip_check (path, 0, 1e9, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (whole->len, ==, 1);
  g_assert_cmpint (g_array_index (whole, ClipTrouble, 0).kind, ==, CLIP_TROUBLE_CUT);
  g_assert_cmpfloat_with_epsilon (g_array_index (whole, ClipTrouble, 0).time, 9. / RATE, 1.01 / RATE);
  after = clip_check (path, 1, 1, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (after->len, ==, 0);
  none = clip_check ("/nowhere.mp4", 0, 1, NULL, &error);
  g_assert_null (none);
  g_assert_nonnull (error);
  g_remove (path);
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clip-check/good", test_good);
  g_test_add_func ("/clip-check/cut", test_cut);
  g_test_add_func ("/clip-check/repeats", test_repeats);
  g_test_add_func ("/clip-check/empty", test_empty);
  g_test_add_func ("/clip-check/still", test_still);
  g_test_add_func ("/clip-check/single", test_single);
  g_test_add_func ("/clip-check/file", test_file);
  return g_test_run ();
}
