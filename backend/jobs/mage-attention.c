/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-attention.h"

/*
 * The attention of one step as it is looked at: probabilities as 16-bit shares, which are nearer to float32's than any
 * number that is shown (1/131070), in the order in which maps are drawn.
 */

#define WHOLE 65535.0f

static void
layer_free (gpointer data)
{
  MageAttentionLayer *self = data;

  for (guint i = 0; i < MAGE_ATTENTION_N_BRANCHES; i++)
    g_clear_pointer (&self->values[i], g_bytes_unref);
  g_free (self->name);
  g_free (self);
}

MageAttention *
mage_attention_new (guint n_frames, const char *const *words, const char *const *names)
{
  MageAttention *self = g_atomic_rc_box_new0 (MageAttention);

  self->n_frames = n_frames;
  self->words = g_strdupv ((GStrv) words);
  self->n_words = g_strv_length (self->words);
  self->names = g_strdupv ((GStrv) names);
  self->layers = g_ptr_array_new_with_free_func (layer_free);
  return self;
}

MageAttention *
mage_attention_ref (MageAttention *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  MageAttention *self = data;

  g_strfreev (self->words);
  g_strfreev (self->names);
  g_ptr_array_unref (self->layers);
}

void
mage_attention_unref (MageAttention *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/** mage_attention_add_layer: Returns: (transfer none): a layer without values, while it is filled */
MageAttentionLayer *
mage_attention_add_layer (MageAttention *self, const char *name, gboolean temporal, guint n_heads, guint height, guint width)
{
  MageAttentionLayer *layer = g_new0 (MageAttentionLayer, 1);

  layer->name = g_strdup (name);
  layer->temporal = temporal;
  layer->n_heads = n_heads;
  layer->height = height;
  layer->width = width;
  g_ptr_array_add (self->layers, layer);
  return layer;
}

/** mage_attention_layer_size: of one branch's values, in numbers. */
gsize
mage_attention_layer_size (const MageAttention *self, const MageAttentionLayer *layer)
{
  gsize pixels = (gsize) layer->height * layer->width * layer->n_heads * self->n_frames;

  return pixels * (layer->temporal ? self->n_frames : self->n_words + MAGE_ATTENTION_N_REST);
}

/** mage_attention_measure: what it takes in memory, in bytes. */
gsize
mage_attention_measure (const MageAttention *self)
{
  gsize size = 0;

  for (guint i = 0; i < self->layers->len; i++)
    for (guint b = 0; b < MAGE_ATTENTION_N_BRANCHES; b++)
      {
        MageAttentionLayer *layer = g_ptr_array_index (self->layers, i);

        size += layer->values[b] != NULL ? g_bytes_get_size (layer->values[b]) : 0;
      }
  return size;
}

MageAttentionLayer *
mage_attention_find (const MageAttention *self, const char *name)
{
  for (guint i = 0; i < self->layers->len; i++)
    if (g_strcmp0 (((MageAttentionLayer *) g_ptr_array_index (self->layers, i))->name, name) == 0)
      return g_ptr_array_index (self->layers, i);
  return NULL;
}

/* --- from the engine --- */

static guint16
to_share (float probability)
{
  return (guint16) (CLAMP (probability, 0, 1) * WHOLE + 0.5f);
}

/* [F, heads, pixels, n] into [from…, heads, F, pixels]. */
static void
transpose (const MageAttention *self, const MageAttentionLayer *layer, const float *values, gsize n, gsize from, guint16 *to)
{
  gsize pixels = (gsize) layer->height * layer->width;

  for (gsize f = 0; f < self->n_frames; f++)
    for (gsize h = 0; h < layer->n_heads; h++)
      for (gsize p = 0; p < pixels; p++)
        for (gsize c = 0; c < n; c++)
          to[(((from + c) * layer->n_heads + h) * self->n_frames + f) * pixels + p] = to_share (*values++);
}

static void
fill (const MageAttention *self, MageAttentionLayer *layer, MageAttentionBranch branch, const EngineMap *map)
{
  gsize n = mage_attention_layer_size (self, layer);
  guint16 *shares = g_new (guint16, n);
  const float *words = g_bytes_get_data (map->words, NULL);

  if (layer->temporal)
    for (gsize i = 0; i < n; i++)
      shares[i] = to_share (words[i]);
  else
    {
      transpose (self, layer, words, self->n_words, 0, shares);
      transpose (self, layer, g_bytes_get_data (map->rest, NULL), MAGE_ATTENTION_N_REST, self->n_words, shares);
    }
  layer->values[branch] = g_bytes_new_take (shares, n * sizeof *shares);
}

/** mage_attention_add: a branch; of all branches the same layers. */
void
mage_attention_add (MageAttention *self, MageAttentionBranch branch, const EngineMaps *maps)
{
  for (guint i = 0; i < maps->n_maps; i++)
    {
      const EngineMap *map = &maps->maps[i];
      MageAttentionLayer *layer = mage_attention_find (self, map->layer);

      if (layer == NULL)
        layer = mage_attention_add_layer (self, map->layer, map->temporal, map->n_heads, map->height, map->width);
      fill (self, layer, branch, map);
    }
  self->n_branches = MAX (self->n_branches, branch + 1);
}

/* --- looking --- */

static const guint16 *
get_values (const MageAttentionLayer *layer, MageAttentionBranch branch)
{
  return layer->values[branch] != NULL ? g_bytes_get_data (layer->values[branch], NULL) : NULL;
}

/* The heads that count: all of them, or one. */
static void
choose_heads (const MageAttentionLayer *layer, int head, guint *first, guint *n)
{
  *first = head == MAGE_ATTENTION_ALL_HEADS ? 0 : MIN ((guint) head, layer->n_heads - 1);
  *n = head == MAGE_ATTENTION_ALL_HEADS ? layer->n_heads : 1;
}

/** mage_attention_get_map: a spatial layer's share of @column in @frame, [height · width]; of one head or the mean of all. */
void
mage_attention_get_map (const MageAttention *self, const MageAttentionLayer *layer, MageAttentionBranch branch, guint column,
                        int head, guint frame, float *values)
{
  const guint16 *all = get_values (layer, branch);
  gsize pixels = (gsize) layer->height * layer->width;
  guint first, n;

  choose_heads (layer, head, &first, &n);
  for (gsize p = 0; p < pixels; p++)
    values[p] = 0;
  for (guint h = first; all != NULL && h < first + n; h++)
    {
      const guint16 *map = all + (((gsize) column * layer->n_heads + h) * self->n_frames + frame) * pixels;

      for (gsize p = 0; p < pixels; p++)
        values[p] += map[p] / (WHOLE * n);
    }
}

/** mage_attention_get_share: one pixel's of mage_attention_get_map(). */
float
mage_attention_get_share (const MageAttention *self, const MageAttentionLayer *layer, MageAttentionBranch branch, guint column,
                          int head, guint frame, guint pixel)
{
  const guint16 *all = get_values (layer, branch);
  gsize pixels = (gsize) layer->height * layer->width;
  float sum = 0;
  guint first, n;

  choose_heads (layer, head, &first, &n);
  for (guint h = first; all != NULL && h < first + n; h++)
    sum += all[(((gsize) column * layer->n_heads + h) * self->n_frames + frame) * pixels + pixel] / (WHOLE * n);
  return sum;
}

/** mage_attention_get_matrix: a temporal layer's [F, F] of a pixel: row: the frame that looks, column: the one that is looked at. */
void
mage_attention_get_matrix (const MageAttention *self, const MageAttentionLayer *layer, MageAttentionBranch branch, int head,
                           guint pixel, float *values)
{
  const guint16 *all = get_values (layer, branch);
  gsize size = (gsize) self->n_frames * self->n_frames;
  guint first, n;

  choose_heads (layer, head, &first, &n);
  for (gsize i = 0; i < size; i++)
    values[i] = 0;
  for (guint h = first; all != NULL && h < first + n; h++)
    for (gsize i = 0; i < size; i++)
      values[i] += all[((gsize) pixel * layer->n_heads + h) * size + i] / (WHOLE * n);
}

/** mage_attention_get_elsewhere: a temporal layer's share that every pixel of @frame gives to other frames, [height · width]. */
void
mage_attention_get_elsewhere (const MageAttention *self, const MageAttentionLayer *layer, MageAttentionBranch branch, int head,
                              guint frame, float *values)
{
  const guint16 *all = get_values (layer, branch);
  gsize pixels = (gsize) layer->height * layer->width, size = (gsize) self->n_frames * self->n_frames;
  guint first, n;

  choose_heads (layer, head, &first, &n);
  for (gsize p = 0; p < pixels; p++)
    {
      values[p] = all != NULL ? 1 : 0;
      for (guint h = first; all != NULL && h < first + n; h++)
        values[p] -= all[(p * layer->n_heads + h) * size + (gsize) frame * self->n_frames + frame] / (WHOLE * n);
      values[p] = MAX (values[p], 0);
    }
}
