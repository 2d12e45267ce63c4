/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/attention-maps.h"

/**
 * word_matrix:
 * @first: (array length=n_words): position of each word's first piece
 * @last: (array length=n_words): and of its last
 * @n_tokens: length of a prompt in tokens
 *
 * Returns: [n_tokens, n_words]: 1 where a token is a piece of a word; on the device of @like
 */
Tensor *
word_matrix (const guint *first, const guint *last, guint n_words, gint64 n_tokens, Tensor *like)
{
  T_SCOPE_NO_GRAD ();
  g_autofree float *values = g_new0 (float, (gsize) n_tokens * MAX (n_words, 1));

  for (guint w = 0; w < n_words; w++)
    for (guint i = first[w]; i <= last[w] && i < n_tokens; i++)
      values[(gsize) i * n_words + w] = 1;
  return t_keep (t_like (t_from_data (values, T_F32, T_SHAPE (n_tokens, n_words)), like));
}

/** word_maps: [F, heads, pixels, tokens] → [F, heads, pixels, words]: a word's pieces summed. */
Tensor *
word_maps (Tensor *probabilities, Tensor *words)
{
  return t_matmul (probabilities, words);
}

/**
 * maps_gradient_scale:
 * @probe: answers of the pass whose maps are compared
 *
 * What a mean over maps is multiplied by before it is derived, and its gradient divided by: a mean over
 * millions of probabilities has gradients below what float16 can hold; times the number of the largest map's
 * elements it has not. A power of two, so that dividing is exact. Other types have float32's exponents.
 *
 * Returns: the factor; 1 unless the maps are float16
 */
double
maps_gradient_scale (AttentionProbe *probe, AttentionKind kind)
{
  gint64 largest = 1;
  double scale = 1;

  for (guint i = 0; i < attention_probe_n (probe); i++)
    if (attention_probe_kind (probe, i) == kind && t_dtype (attention_probe_get (probe, i)) == T_F16)
      largest = MAX (largest, t_numel (attention_probe_get (probe, i)));
  while (2 * scale <= (double) largest)
    scale *= 2;
  return scale;
}

static void
largest_map (AttentionProbe *probe, gint64 *height, gint64 *width)
{
  *height = *width = 0;
  for (guint i = 0; i < attention_probe_n (probe); i++)
    {
      *height = MAX (*height, attention_probe_map_height (probe, i));
      *width = MAX (*width, attention_probe_map_width (probe, i));
    }
}

/**
 * token_map_of_last:
 * @probe: answers of the spatial cross-attention layers of one pass
 * @position: of the token in the prompt
 * @n_frames: F; the last F maps of the pass are taken, which are the prompt's where the negative
 *   prompt runs in the same batch
 *
 * The token's probability, mean over heads, resized bilinearly to the largest map, mean over layers.
 *
 * Returns: [F, h, w] float32
 */
Tensor *
token_map_of_last (AttentionProbe *probe, gint64 position, gint64 n_frames)
{
  T_SCOPE ();
  guint n = attention_probe_n (probe), n_maps = 0;
  g_autofree Tensor **maps = g_new0 (Tensor *, MAX (n, 1));
  gint64 height, width;

  largest_map (probe, &height, &width);
  for (guint i = 0; i < n; i++)
    {
      Tensor *p = attention_probe_get (probe, i), *map;
      gint64 h = attention_probe_map_height (probe, i), w = attention_probe_map_width (probe, i);
      if (attention_probe_kind (probe, i) != ATTENTION_SPATIAL_CROSS)
        continue;
      p = t_to_dtype (t_select (t_narrow (p, 0, t_size (p, 0) - n_frames, n_frames), 3, position), T_F32);
      map = t_reshape (t_mean_dims (p, T_DIMS (1), FALSE), T_SHAPE (n_frames, 1, h, w));
      maps[n_maps++] = h == height && w == width ? map : t_bilinear2d (map, height, width);
    }
  return t_keep (t_squeeze (t_mean_dims (t_stack (maps, n_maps, 0), T_DIMS (0), FALSE), 1));
}

/** token_map: [F, h, w]: token_map_of_last () of a pass with B = 1. */
Tensor *
token_map (AttentionProbe *probe, gint64 position)
{
  gint64 n_frames = attention_probe_n (probe) > 0 ? t_size (attention_probe_get (probe, 0), 0) : 0;

  return token_map_of_last (probe, position, n_frames);
}

/** token_map_scaled: [F, h, w], every frame divided by its own maximum, which is a constant to gradients. */
Tensor *
token_map_scaled (Tensor *map)
{
  T_SCOPE ();
  Tensor *largest = t_amax_dims (t_detach (map), T_DIMS (1, 2), TRUE);

  return t_keep (t_div (map, largest));
}
