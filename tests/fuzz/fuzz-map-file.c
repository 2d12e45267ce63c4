/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "jobs/mage-map-file.h"

/* Where a network looked after a step of its training: safetensors of bytes. What is read has to be a probability. */

static void
look (const MageMapLayer *layer, guint n_words)
{
  guint word = layer->time ? 0 : n_words - 1, frame = layer->time ? 0 : layer->n_frames - 1;

  for (int head = -1; head < (int) layer->n_heads; head += MAX ((int) layer->n_heads, 1))
    {
      double first = mage_map_layer_get (layer, 0, head, 0, 0, 0);
      double last = mage_map_layer_get (layer, word, head, frame, layer->height - 1, layer->width - 1);

      g_assert_true (first >= 0 && first <= 1 && last >= 0 && last <= 1);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *path = g_build_filename (fuzz_folder (), "000001.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MageMaps) maps = NULL;

  g_assert_true (g_file_set_contents_full (path, (const char *) data, (gssize) size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  maps = mage_map_file_read (path, &error);
  g_assert_true ((maps == NULL) == (error != NULL));
  for (guint i = 0; maps != NULL && i < maps->layers->len; i++)
    look (g_ptr_array_index (maps->layers, i), g_strv_length (maps->words));
  return 0;
}
