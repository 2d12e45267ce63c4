/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample-media.h"

#include "media/clip-writer.h"
#include "media/mask.h"
#include "media/picture.h"

#include <glib/gstdio.h>
#include <string.h>

#define SIZE 64

static char *
make_path (const char *folder, const char *name)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  return path;
}

/* A shade with a square of another in the middle; the square moves from frame to frame. */
static Frames *
make_frames (guint n_frames, double rate, guint8 shade)
{
  gsize frame = SIZE * SIZE * 3;
  guint8 *rgb = g_malloc (n_frames * frame);

  memset (rgb, shade, n_frames * frame);
  for (guint i = 0; i < n_frames; i++)
    for (guint y = 16; y < 32; y++)
      memset (rgb + i * frame + (y * SIZE + i % 32) * 3, 255 - shade, 16 * 3);
  return frames_new_take (n_frames, SIZE, SIZE, rate, rgb);
}

/* 64 × 64 pixels. */
char *
sample_picture (const char *folder, const char *name, guint8 shade)
{
  char *path = make_path (folder, name);
  g_autoptr (Frames) frames = make_frames (1, 0, shade);
  g_autoptr (GError) error = NULL;

  picture_save_png (frames, 0, path, &error);
  g_assert_no_error (error);
  return path;
}

/* A square in the middle of a mask of size × size. */
char *
sample_mask (const char *folder, const char *name, guint size)
{
  char *path = make_path (folder, name);
  guint8 *alpha = g_malloc0 (size * size);
  g_autoptr (Mask) mask = NULL;
  g_autoptr (GError) error = NULL;

  for (guint y = size / 4; y < size / 2; y++)
    memset (alpha + y * size + size / 4, 255, size / 4);
  mask = mask_new_take (size, size, alpha);
  mask_save_png (mask, path, &error);
  g_assert_no_error (error);
  return path;
}

char *
sample_clip (const char *folder, const char *name, guint n_frames, double rate)
{
  char *path = make_path (folder, name);
  g_autoptr (Frames) frames = make_frames (n_frames, rate, 60);
  g_autoptr (GError) error = NULL;

  clip_write (frames, path, &(ClipWrite) { 0 }, NULL, &error);
  g_assert_no_error (error);
  return path;
}

/* Captioned clips in the model's folder "prior". */
void
sample_prior (const char *model, guint n_clips)
{
  g_autofree char *folder = g_build_filename (model, "prior", NULL);
  g_autofree char *captions = g_build_filename (folder, "captions.json", NULL);
  g_autoptr (GString) text = g_string_new ("[");

  for (guint i = 0; i < n_clips; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.mp4", i);
      g_autofree char *path = sample_clip (folder, name, 8, 8);

      g_string_append_printf (text, "%s{\"file\":\"%s\",\"caption\":\"a thing moves\"}", i > 0 ? "," : "", name);
    }
  g_string_append_c (text, ']');
  g_assert_true (g_file_set_contents (captions, text->str, -1, NULL));
}
