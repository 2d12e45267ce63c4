/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "tensor/weights-file.h"

/* Files of weights: safetensors headers, and zip and pickle of PyTorch's. */

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeightsFile) file = weights_file_open_bytes (bytes, "fuzz", &error);

  g_assert_true ((file == NULL) == (error != NULL));
  for (guint i = 0; file != NULL && i < weights_file_n_entries (file); i++)
    {
      const WeightsEntry *entry = weights_file_entry (file, i);
      gsize n = weights_entry_n_elements (entry), width = t_dtype_size (entry->dtype);

      /* What a tensor repeats (a stride of zero) may be larger than its file. */
      if (n > 0 && n <= size && width > 0)
        {
          g_autofree guint8 *copy = g_malloc (n * width);
          weights_entry_copy (entry, copy);
        }
    }
  return 0;
}
