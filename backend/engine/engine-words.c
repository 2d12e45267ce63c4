/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "engine/engine-private.h"

#include "nn/tokenizer.h"

/* What a model makes of words, from its tokenizer's files alone. */

gboolean
engine_read_words (const char *model_dir, const char *const *texts, guint n_texts, EngineWord *words, GError **error)
{
  g_autofree char *folder = g_build_filename (model_dir, "tokenizer", NULL);
  g_autoptr (Tokenizer) tokenizer = tokenizer_new_from_folder (folder, error);

  if (tokenizer == NULL)
    return FALSE;
  for (guint i = 0; i < n_texts; i++)
    {
      g_autoptr (GArray) pieces = tokenizer_pieces (tokenizer, texts[i]);

      words[i].n_pieces = pieces->len;
      words[i].named = tokenizer_lookup_token (tokenizer, texts[i]) >= 0;
    }
  return TRUE;
}
