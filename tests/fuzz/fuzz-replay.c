/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <stdio.h>

/* Gives every file of a corpus to a fuzz target, then nothing, then each file cut off at every 37th byte; speaks TAP. */

#define CUT 37

static guint
replay (const char *path)
{
  g_autofree char *text = NULL;
  g_autofree guint8 *data = NULL;
  gsize size, n = 0;

  if (!g_file_get_contents (path, &text, &size, NULL))
    return 0;
  for (gsize cut = size;; cut -= CUT)
    {
      /* A copy without anything behind it, so that a reader that goes too far is seen. */
      data = g_memdup2 (text, MAX (cut, 1));
      LLVMFuzzerTestOneInput (data, cut);
      g_clear_pointer (&data, g_free);
      n++;
      if (cut < CUT)
        return (guint) n;
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GDir) dir = g_dir_open (argc > 1 ? argv[1] : ".", 0, NULL);
  const char *name;
  guint n = 0;

  LLVMFuzzerTestOneInput ((const guint8 *) "", 0);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (argv[1], name, NULL);
      guint n_inputs = replay (path);

      n++;
      printf ("%sok %u %s, %u inputs\n", n_inputs > 0 ? "" : "not ", n, name, n_inputs);
      fflush (stdout);
    }
  printf ("1..%u\n", n);
  return n > 0 ? 0 : 1;
}
