/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "jobs/mage-attention-file.h"

/*
 * The attention of a step as it is kept: deflated bytes, which are rarely valid once something in them changed. So what
 * there is is read twice: as it is, and deflated first, so that what follows the inflating is reached, too.
 */

static void
look (const MageAttention *self)
{
  for (guint i = 0; i < self->layers->len; i++)
    {
      const MageAttentionLayer *layer = g_ptr_array_index (self->layers, i);
      gsize pixels = (gsize) layer->height * layer->width, square = (gsize) self->n_frames * self->n_frames;
      g_autofree float *values = g_new (float, MAX (pixels, square));
      guint last = self->n_frames - 1;

      for (guint b = 0; b < MAGE_ATTENTION_N_BRANCHES; b++)
        if (layer->temporal)
          {
            mage_attention_get_matrix (self, layer, b, MAGE_ATTENTION_ALL_HEADS, (guint) pixels - 1, values);
            mage_attention_get_elsewhere (self, layer, b, (int) layer->n_heads - 1, last, values);
          }
        else
          {
            mage_attention_get_map (self, layer, b, self->n_words + MAGE_ATTENTION_N_REST - 1, MAGE_ATTENTION_ALL_HEADS, last, values);
            mage_attention_get_share (self, layer, b, 0, (int) layer->n_heads - 1, last, (guint) pixels - 1);
          }
    }
}

static void
read_file (const guint8 *data, gsize size)
{
  g_autofree char *path = g_build_filename (fuzz_folder (), "0001.maps", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MageAttention) attention = NULL;

  g_assert_true (g_file_set_contents_full (path, (const char *) data, (gssize) size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  attention = mage_attention_read (path, &error);
  g_assert_true ((attention == NULL) == (error != NULL));
  if (attention != NULL)
    look (attention);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GConverter) compressor = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 1));
  g_autoptr (GBytes) plain = g_bytes_new (data, size);
  g_autoptr (GBytes) packed = g_converter_convert_bytes (compressor, plain, NULL);
  gsize n;
  const guint8 *bytes;

  read_file (data, size);
  g_assert_nonnull (packed);
  bytes = g_bytes_get_data (packed, &n);
  read_file (bytes, n);
  return 0;
}
