/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-data.h"

#include "config.h"

/* Where the program's own data lie: in the source tree while it runs from its build folder, else beside the program. */

static char *
find_folder (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : g_strdup (".");
  g_autofree char *beside = g_build_filename (folder, "..", "share", "videomage", NULL);

  if (program != NULL && g_str_has_prefix (program, MAGE_BUILD_ROOT G_DIR_SEPARATOR_S))
    return g_strdup (MAGE_SOURCE_DATA);
  if (g_file_test (beside, G_FILE_TEST_IS_DIR))
    return g_canonicalize_filename (beside, NULL);
  return g_strdup (MAGE_DATADIR);
}

/** mage_data_path: Returns: (transfer full): the path of something that comes with the program; NULL: of all of it */
char *
mage_data_path (const char *name)
{
  g_autofree char *folder = find_folder ();

  return g_build_filename (folder, name, NULL);
}
