/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/tokenizer.h"
#include "nn/vae.h"
#include "train/pretrain.h"

G_BEGIN_DECLS

/**
 * LatentScene: a scene as the UNet learns from it.
 * @latents: [1, C, F, h, w], scaled
 * @mask: [1, 1, F, h, w]: where characters are
 * @ids: its caption's tokens, as many as the text encoder takes
 */
typedef struct
{
  Tensor *latents;
  Tensor *mask;
  gint64 *ids;
} LatentScene;

/**
 * LatentPool: encoded scenes at hand. A scene's number says where it lies; numbers move on while the training
 * does, so that none is seen too often, and what is there depends on them alone, so that nothing of the pool belongs
 * to a checkpoint. Used by one thread.
 */
typedef struct _LatentPool LatentPool;

LatentPool *latent_pool_new (Vae *vae, Tokenizer *tokenizer, const SceneSource *scenes, guint n_frames, guint size);
void latent_pool_free (LatentPool *self);
guint latent_pool_size (LatentPool *self);
const LatentScene *latent_pool_get (LatentPool *self, gboolean unseen, guint64 number, guint64 scene, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LatentPool, latent_pool_free)

G_END_DECLS
