/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/engine.h"

G_BEGIN_DECLS

/** Whose attention it is; where all work in one branch it is the first. */
typedef enum
{
  MAGE_ATTENTION_SUBJECT,
  MAGE_ATTENTION_MOTION,
  MAGE_ATTENTION_N_BRANCHES
} MageAttentionBranch;

/** MAGE_ATTENTION_ALL_HEADS: their mean. */
#define MAGE_ATTENTION_ALL_HEADS (-1)

/** MAGE_ATTENTION_N_REST: columns after the words: what begins the prompt; what ends it and fills it up. */
#define MAGE_ATTENTION_N_REST 2

/**
 * MageAttentionLayer: one layer's probabilities in both branches, as 16-bit shares of 1.
 * @name: diffusers'
 * @temporal: whether it looks over time, else over the picture
 * @values: (nullable): spatial [words + rest, heads, F, height · width], temporal [height · width, heads, F, F]
 */
typedef struct
{
  char *name;
  gboolean temporal;
  guint n_heads;
  guint height;
  guint width;
  GBytes *values[MAGE_ATTENTION_N_BRANCHES];
} MageAttentionLayer;

/**
 * MageAttention: what a step looked at. Immutable once it is filled, ref-counted, shared between threads.
 * @names: (array zero-terminated=1): of all layers that the model has
 */
typedef struct
{
  guint n_frames;
  GStrv words;
  guint n_words;
  guint n_branches;
  GStrv names;
  GPtrArray *layers;
} MageAttention;

MageAttention *mage_attention_new (guint n_frames, const char *const *words, const char *const *names);
MageAttention *mage_attention_ref (MageAttention *self);
void mage_attention_unref (MageAttention *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MageAttention, mage_attention_unref)

void mage_attention_add (MageAttention *self, MageAttentionBranch branch, const EngineMaps *maps);
MageAttentionLayer *mage_attention_add_layer (MageAttention *self, const char *name, gboolean temporal, guint n_heads, guint height,
                                              guint width);
gsize mage_attention_layer_size (const MageAttention *self, const MageAttentionLayer *layer);
gsize mage_attention_measure (const MageAttention *self);

MageAttentionLayer *mage_attention_find (const MageAttention *self, const char *name);
float mage_attention_get_share (const MageAttention *self, const MageAttentionLayer *layer, MageAttentionBranch branch, guint column,
                                int head, guint frame, guint pixel);
void mage_attention_get_map (const MageAttention *self, const MageAttentionLayer *layer, MageAttentionBranch branch, guint column,
                             int head, guint frame, float *values);
void mage_attention_get_matrix (const MageAttention *self, const MageAttentionLayer *layer, MageAttentionBranch branch, int head,
                                guint pixel, float *values);
void mage_attention_get_elsewhere (const MageAttention *self, const MageAttentionLayer *layer, MageAttentionBranch branch, int head,
                                   guint frame, float *values);

G_END_DECLS
