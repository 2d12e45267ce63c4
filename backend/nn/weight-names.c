/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/weight-names.h"

#include <string.h>

#define TEXT_PREFIX "text_model."

/* The names inside the VAE's attention: today's, and those of older files. */
static const char *const attention_names[][2] = {
  { "to_q.", "query." },
  { "to_k.", "key." },
  { "to_v.", "value." },
  { "to_out.0.", "proj_attn." },
};

/* What follows `mid_block.attentions.N.` in a VAE's name; NULL for any other name. The UNet's blocks of the same name
 * stand at the beginning and hold transformer_blocks. */
static const char *
find_vae_attention (const char *name)
{
  static const char *const starts[] = { "encoder.mid_block.attentions.", "decoder.mid_block.attentions." };
  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    if (g_str_has_prefix (name, starts[i]))
      {
        const char *dot = strchr (name + strlen (starts[i]), '.');
        return dot ? dot + 1 : NULL;
      }
  return NULL;
}

static char *
other_attention_name (const char *name)
{
  const char *rest = find_vae_attention (name);
  if (rest == NULL)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (attention_names); i++)
    for (guint age = 0; age < 2; age++)
      {
        const char *from = attention_names[i][age];
        if (g_str_has_prefix (rest, from))
          return g_strdup_printf ("%.*s%s%s", (int) (rest - name), name, attention_names[i][1 - age],
                                  rest + strlen (from));
      }
  return NULL;
}

static char *
other_text_name (const char *name)
{
  static const char *const starts[] = { "embeddings.", "encoder.layers.", "final_layer_norm." };
  if (g_str_has_prefix (name, TEXT_PREFIX))
    return g_strdup (name + strlen (TEXT_PREFIX));
  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    if (g_str_has_prefix (name, starts[i]))
      return g_strconcat (TEXT_PREFIX, name, NULL);
  return NULL;
}

GStrv
weight_name_candidates (const char *canonical)
{
  g_return_val_if_fail (canonical != NULL, NULL);

  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autofree char *attention = other_attention_name (canonical);
  g_autofree char *text = other_text_name (canonical);

  g_strv_builder_add (names, canonical);
  if (attention)
    g_strv_builder_add (names, attention);
  if (text)
    g_strv_builder_add (names, text);
  return g_strv_builder_end (names);
}

const WeightsEntry *
weight_lookup (WeightsFile *file, const char *canonical)
{
  g_return_val_if_fail (file != NULL && canonical != NULL, NULL);

  const WeightsEntry *entry = weights_file_lookup (file, canonical);
  if (entry)
    return entry;
  g_auto (GStrv) names = weight_name_candidates (canonical);
  for (guint i = 1; names[i] && entry == NULL; i++)
    entry = weights_file_lookup (file, names[i]);
  return entry;
}
