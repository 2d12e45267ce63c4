/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/attention-probe.h"

G_BEGIN_DECLS

/* What losses and guidance make of attention probabilities (METHOD §4, §5; golden/README §7). */

Tensor *word_matrix (const guint *first, const guint *last, guint n_words, gint64 n_tokens, Tensor *like);
Tensor *word_maps (Tensor *probabilities, Tensor *words);
double maps_gradient_scale (AttentionProbe *probe, AttentionKind kind);
Tensor *token_map (AttentionProbe *probe, gint64 position);
Tensor *token_map_of_last (AttentionProbe *probe, gint64 position, gint64 n_frames);
Tensor *token_map_scaled (Tensor *map);

G_END_DECLS
