/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "media/caption-folder.h"

/* The captions.json of a folder of clips. */

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char *const names[] = { "captions.json" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) clips = NULL;

  fuzz_write_parts (data, size, names, G_N_ELEMENTS (names));
  clips = caption_folder_list (fuzz_folder (), NULL, &error);
  g_assert_true ((clips == NULL) == (error != NULL));
  return 0;
}
