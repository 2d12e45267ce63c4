/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-engine.h"

#include "app/cli.h"

/* The command line with the tests' small engine; HOLD_AT is the step from which a training waits. */
int
main (int argc, char **argv)
{
  const char *hold = g_getenv ("HOLD_AT");

  if (hold != NULL)
    fake_engine_hold ((guint) g_ascii_strtoull (hold, NULL, 10));
  return cli_main (argc, argv, fake_engine_table ());
}
