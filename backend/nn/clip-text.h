/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/layers.h"

G_BEGIN_DECLS

/** ClipText: transformers' CLIPTextModel: token ids → states. */
typedef struct _ClipText ClipText;

ClipText *clip_text_new (const char *config_path, Weights *weights, GError **error);
void clip_text_free (ClipText *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClipText, clip_text_free)
void clip_text_rest (ClipText *self);

/** ClipTextObserveFunc: hears the states [B, L, width] after layer @layer; for checks. */
typedef void (*ClipTextObserveFunc) (gpointer data, guint layer, Tensor *states);

void clip_text_set_observer (ClipText *self, ClipTextObserveFunc func, gpointer data);
Tensor *clip_text_forward (ClipText *self, Tensor *ids, Tensor *rows);
Tensor *clip_text_row (ClipText *self, gint64 id);
gint64 clip_text_vocabulary (ClipText *self);
gint64 clip_text_width (ClipText *self);
gint64 clip_text_positions (ClipText *self);
TDevice clip_text_device (ClipText *self);

G_END_DECLS
