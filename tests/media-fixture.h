/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/frames.h"
#include "media/media-error.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

/* What the tests of the media room share. */

static inline char *
media_file (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "media", name, NULL);
}

/* A folder of the test program's own. G_TEST_OPTION_ISOLATE_DIRS would hide the system's media
 * types and have GStreamer list its plug-ins anew for each test. */
static inline const char *
scratch (void)
{
  static char *folder = NULL;

  if (folder == NULL)
    folder = g_dir_make_tmp ("videomage-test-XXXXXX", NULL);
  g_assert_nonnull (folder);
  return folder;
}

static inline void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_folder (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

static inline int
run_and_clean (void)
{
  int status = g_test_run ();

  remove_folder (scratch ());
  return status;
}

static inline char *
scratch_file (const char *name)
{
  return g_build_filename (scratch (), name, NULL);
}

/* An error of a wanted kind whose sentence holds a wanted word. */
#define assert_sentence(error, code, word)                                                         \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_assert_error (error, MEDIA_ERROR, code);                                                     \
    g_test_message ("%s", (error)->message);                                                       \
    g_assert_true (g_utf8_validate ((error)->message, -1, NULL));                                  \
    g_assert_nonnull (strstr ((error)->message, word));                                            \
    g_clear_error (&(error));                                                                      \
  }                                                                                                \
  G_STMT_END

/* Mean of one channel of one frame, 0…255. */
static inline double
frame_mean (const Frames *frames, guint index, guint channel)
{
  const guint8 *rgb = frames_get_frame (frames, index);
  gsize n = (gsize) frames->width * frames->height;
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += rgb[3 * i + channel];
  return sum / n;
}

static inline void
assert_near (double a, double b, double tolerance)
{
  if (ABS (a - b) > tolerance)
    g_error ("%g is not within %g of %g", a, tolerance, b);
}

/* Names in a folder, to see that nothing is left behind. */
static inline guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static inline char *
scratch_folder (const char *name)
{
  char *folder = scratch_file (name);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  return folder;
}
