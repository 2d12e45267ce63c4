/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "project/mage-project.h"

/* The project.json of a project. */

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char *const names[] = { "project.json" };
  g_autoptr (GError) error = NULL;
  g_autoptr (MageProject) project = NULL;

  fuzz_write_parts (data, size, names, G_N_ELEMENTS (names));
  project = mage_project_open (fuzz_folder (), "model", &error);
  g_assert_true ((project == NULL) == (error != NULL));
  return 0;
}
