/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/attention-maps.h"
#include "engine/engine-private.h"

/*
 * One pass of the network as it is, of which its layers tell their attention: where the words of the prompt are, and of a clip which
 * frames look at which; in bytes, for looking at.
 */

/* With more bytes than these the mean over the heads has to do. */
#define MOST_BYTES (4u << 20)

/* Of the words: [words, heads, F, pixels]; of time: [heads, F, F]; float32. */
static Tensor *
reduce (gpointer data, AttentionKind kind, Tensor *probabilities)
{
  T_SCOPE_NO_GRAD ();
  const EngineLookWords *words = data;
  Tensor *p = t_to_dtype (probabilities, T_F32), *of_words;

  if (kind == ATTENTION_TEMPORAL)
    return t_keep (t_mean_dims (p, T_DIMS (0), FALSE));
  of_words = word_maps (p, word_matrix (words->first, words->last, words->n, words->n_tokens, p));
  return t_keep (t_permute (of_words, T_DIMS (3, 1, 0, 2)));
}

static void
layer_clear (gpointer data)
{
  EngineLookLayer *map = data;

  g_clear_pointer (&map->values, g_bytes_unref);
  g_free ((gpointer) map->most);
  g_free ((gpointer) map->layer);
}

/* The largest probability of every word (or of the layer) becomes 255. */
static gboolean
make_bytes (Tensor *x, EngineLookLayer *map, GError **error)
{
  T_SCOPE_NO_GRAD ();
  gboolean words = map->kind == ENGINE_LOOK_WORDS;
  Tensor *most = words ? t_amax_dims (x, T_DIMS (1, 2, 3), TRUE) : t_amax_dims (x, T_DIMS (0, 1, 2), TRUE);
  Tensor *scaled = t_round (t_mul_scalar (t_div (x, t_add_scalar (most, 1e-12)), 255));
  gsize n;
  guint8 *bytes;

  map->most = t_dup_data (most, T_F32, NULL, error);
  bytes = map->most != NULL ? t_dup_data (t_clamp (scaled, 0, 255), T_U8, &n, error) : NULL;
  if (bytes == NULL)
    return FALSE;
  map->values = g_bytes_new_take (bytes, n);
  return TRUE;
}

static gsize
count_bytes (AttentionProbe *probe)
{
  gsize n = 0;

  for (guint i = 0; i < attention_probe_n (probe); i++)
    n += (gsize) t_numel (attention_probe_get (probe, i));
  return n;
}

static gboolean
add_map (GArray *maps, AttentionProbe *probe, guint i, gboolean mean, GError **error)
{
  T_SCOPE_NO_GRAD ();
  gboolean words = attention_probe_kind (probe, i) == ATTENTION_SPATIAL_CROSS;
  Tensor *x = attention_probe_get (probe, i);
  EngineLookLayer *map;

  if (mean)
    x = words ? t_mean_dims (x, T_DIMS (1), TRUE) : t_mean_dims (x, T_DIMS (0), TRUE);
  g_array_set_size (maps, maps->len + 1);
  map = &g_array_index (maps, EngineLookLayer, maps->len - 1);
  map->layer = g_strdup (attention_probe_path (probe, i));
  map->kind = words ? ENGINE_LOOK_WORDS : ENGINE_LOOK_TIME;
  map->n_heads = (guint) t_size (x, words ? 1 : 0);
  map->n_frames = (guint) t_size (x, words ? 2 : 1);
  map->width = words ? (guint) attention_probe_map_width (probe, i) : map->n_frames;
  map->height = words ? (guint) attention_probe_map_height (probe, i) : map->n_frames;
  return make_bytes (x, map, error);
}

/**
 * engine_look:
 * @x_t: [1, C, F, h, w]
 * @text: [1, tokens, width] the states of the prompt whose @words are looked for
 *
 * One pass with whatever LoRAs @unet has.
 *
 * Returns: (transfer full) (element-type EngineLookLayer): in the order in which the layers run; those of time where F > 1; or NULL with an
 *   error
 */
GArray *
engine_look (UNet *unet, Tensor *x_t, gint64 t, Tensor *text, const EngineLookWords *words, GError **error)
{
  T_SCOPE_NO_GRAD ();
  guint kinds = ATTENTION_KIND (ATTENTION_SPATIAL_CROSS) | (t_size (x_t, 2) > 1 ? ATTENTION_KIND (ATTENTION_TEMPORAL) : 0);
  g_autoptr (AttentionProbe) probe = attention_probe_new (kinds);
  g_autoptr (GArray) maps = g_array_new (FALSE, TRUE, sizeof (EngineLookLayer));
  UNetCall call = { .probe = probe };
  gboolean mean;

  g_array_set_clear_func (maps, layer_clear);
  attention_probe_reduce (probe, reduce, (gpointer) words);
  unet_forward (unet, &call, x_t, t_full ((double) t, T_F32, T_CPU, T_SHAPE (1)), text);
  if (!t_check (error))
    return NULL;
  mean = count_bytes (probe) > MOST_BYTES;
  for (guint i = 0; i < attention_probe_n (probe); i++)
    if (!add_map (maps, probe, i, mean, error))
      return NULL;
  return g_steal_pointer (&maps);
}
