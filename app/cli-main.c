/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/cli.h"

#include <locale.h>
#include <signal.h>

/* videomage-cli: VideoMage without a window. */

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  /* libgomp reads this once, when the engine is loaded; spinning threads would slow everybody down. */
  g_setenv ("OMP_WAIT_POLICY", "passive", FALSE);
  g_setenv ("SVT_LOG", "1", FALSE); /* the AV1 encoder tells its settings otherwise */
  signal (SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of its writing, and no end of the program */
  return cli_main (argc, argv, NULL);
}
