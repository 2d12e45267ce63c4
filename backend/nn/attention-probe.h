/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tensor/tensor.h"

G_BEGIN_DECLS

/** AttentionKind: what a layer's queries look at. */
typedef enum
{
  ATTENTION_SPATIAL_SELF,
  ATTENTION_SPATIAL_CROSS,
  ATTENTION_TEMPORAL
} AttentionKind;

/**
 * AttentionProbe: asks layers for their softmax probabilities while a forward pass runs. Layers that
 * nobody asks compute fused attention, where the probabilities are never in memory.
 */
typedef struct _AttentionProbe AttentionProbe;

AttentionProbe *attention_probe_new (guint kinds);
void attention_probe_free (AttentionProbe *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AttentionProbe, attention_probe_free)

/** ATTENTION_KIND: a kind as a bit for attention_probe_new (). */
#define ATTENTION_KIND(kind) (1u << (kind))

/** AttentionReduce: @probabilities: as attention_probe_take () gets them. Returns: a handle of the caller's scope */
typedef Tensor *(*AttentionReduce) (gpointer data, AttentionKind kind, Tensor *probabilities);

void attention_probe_reduce (AttentionProbe *self, AttentionReduce reduce, gpointer data);
void attention_probe_ask_only (AttentionProbe *self, const char *const *paths);
gboolean attention_probe_wants (AttentionProbe *self, AttentionKind kind, const char *path);
void attention_probe_take (AttentionProbe *self, AttentionKind kind, const char *path, Tensor *probabilities);
void attention_probe_set_map_size (AttentionProbe *self, gint64 height, gint64 width);
void attention_probe_stop_after (AttentionProbe *self, guint n);
gboolean attention_probe_is_done (AttentionProbe *self);
guint attention_probe_n (AttentionProbe *self);
const char *attention_probe_path (AttentionProbe *self, guint i);
AttentionKind attention_probe_kind (AttentionProbe *self, guint i);
gint64 attention_probe_map_height (AttentionProbe *self, guint i);
gint64 attention_probe_map_width (AttentionProbe *self, guint i);
Tensor *attention_probe_get (AttentionProbe *self, guint i);
Tensor *attention_probe_find (AttentionProbe *self, const char *path);
void attention_probe_detach (AttentionProbe *self);
void attention_probe_clear (AttentionProbe *self);

G_END_DECLS
