/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the tests of weight files share. */

#include "tensor/weights-file.h"

static inline char *
golden (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "golden", name, NULL);
}

/* Reads every byte that an entry claims, so that a wrong claim is seen by the sanitizer. */
static inline guint
touch_all (WeightsFile *file)
{
  guint sum = 0;
  for (guint i = 0; i < weights_file_n_entries (file); i++)
    {
      const WeightsEntry *entry = weights_file_entry (file, i);
      const gsize n = weights_entry_n_elements (entry);
      g_assert_cmpuint (n * t_dtype_size (entry->dtype), <=, G_MAXINT32);
      g_assert_true (weights_file_lookup (file, entry->name) == entry);
      for (gsize b = 0; b < entry->n_bytes; b++)
        sum += entry->data[b];
      g_autofree guint8 *copy = g_malloc (n * t_dtype_size (entry->dtype) + 1);
      weights_entry_copy (entry, copy);
    }
  return sum;
}
