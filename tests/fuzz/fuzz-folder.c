/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <glib/gstdio.h>
#include <string.h>

/* A folder for parsers that read one; it is removed at the end. */

static char *folder;

static void
remove_folder (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_remove (path);
    }
  g_rmdir (folder);
  g_clear_pointer (&folder, g_free);
}

const char *
fuzz_folder (void)
{
  if (folder == NULL)
    {
      folder = g_dir_make_tmp ("fuzz-XXXXXX", NULL);
      g_assert_nonnull (folder);
      atexit (remove_folder);
    }
  return folder;
}

/* The bytes between zeros become the files of the folder; a part that is missing is a file that is missing. */
void
fuzz_write_parts (const guint8 *data, gsize size, const char *const *names, guint n_names)
{
  for (guint i = 0; i < n_names; i++)
    {
      g_autofree char *path = g_build_filename (fuzz_folder (), names[i], NULL);
      const guint8 *end = data != NULL && i + 1 < n_names ? memchr (data, 0, size) : NULL;
      gsize n = end != NULL ? (gsize) (end - data) : size;

      if (data == NULL)
        {
          g_remove (path);
          continue;
        }
      g_assert_true (g_file_set_contents_full (path, (const char *) data, (gssize) n, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
      data = end != NULL ? end + 1 : NULL;
      size = end != NULL ? size - n - 1 : 0;
    }
}
