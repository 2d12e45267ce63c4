/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "nn/tokenizer.h"

/* A tokenizer's folder; the files are parted by zeros. */

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char *const names[]
    = { "vocab.json", "merges.txt", "special_tokens_map.json", "tokenizer_config.json", "added_tokens.json", "tokenizer.json" };
  g_autoptr (GError) error = NULL;
  g_autoptr (Tokenizer) tokenizer = NULL;

  fuzz_write_parts (data, size, names, G_N_ELEMENTS (names));
  tokenizer = tokenizer_new_from_folder (fuzz_folder (), &error);
  g_assert_true ((tokenizer == NULL) == (error != NULL));
  if (tokenizer != NULL)
    {
      g_autoptr (GArray) ids = tokenizer_encode (tokenizer, "a <toy> dog's ride, \xc3\xa9t\xc3\xa9 \xff!");
      g_autofree gint64 *padded = tokenizer_encode_padded (tokenizer, "a dog");

      g_assert_nonnull (ids);
    }
  return 0;
}
