/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "app/mage-application.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>

/* While the program runs from its build folder, its settings' schema lies there, and not where the system looks. */
static void
find_own_schema (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  if (program != NULL && g_str_has_prefix (program, MAGE_BUILD_ROOT G_DIR_SEPARATOR_S))
    g_setenv ("GSETTINGS_SCHEMA_DIR", MAGE_BUILD_ROOT G_DIR_SEPARATOR_S "data", FALSE);
}

int
main (int argc, char *argv[])
{
  g_autoptr (MageApplication) application = NULL;

  /* OpenMP reads it once, when the worker loads libtorch; threads that spin would starve the window. */
  g_setenv ("OMP_WAIT_POLICY", "passive", FALSE);
  g_setenv ("SVT_LOG", "1", FALSE); /* the AV1 encoder tells its settings otherwise */
  signal (SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of its writing, and no end of the program */
  find_own_schema ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, MAGE_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = mage_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
