/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/latent-pool.h"

#include "diffusion/latents.h"

typedef struct
{
  guint64 number; /* one more than the scene's number; 0: nothing is here yet */
  LatentScene scene;
} Place;

struct _LatentPool
{
  Vae *vae;             /* borrowed */
  Tokenizer *tokenizer; /* borrowed */
  SceneSource scenes;
  guint n_frames;
  guint size;
  Place *places;
};

static void
place_clear (Place *self)
{
  t_drop (&self->scene.latents);
  t_drop (&self->scene.mask);
  g_clear_pointer (&self->scene.ids, g_free);
  self->number = 0;
}

/**
 * latent_pool_new:
 * @vae: borrowed; encodes scenes, several pools at once
 * @tokenizer: borrowed; cuts their captions
 * @n_frames: of every scene
 * @size: scenes at hand
 *
 * Returns: (transfer full): an empty pool
 */
LatentPool *
latent_pool_new (Vae *vae, Tokenizer *tokenizer, const SceneSource *scenes, guint n_frames, guint size)
{
  LatentPool *self = g_new0 (LatentPool, 1);

  self->vae = vae;
  self->tokenizer = tokenizer;
  self->scenes = *scenes;
  self->n_frames = n_frames;
  self->size = MAX (size, 1);
  self->places = g_new0 (Place, self->size);
  return self;
}

void
latent_pool_free (LatentPool *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->size; i++)
    place_clear (&self->places[i]);
  g_free (self->places);
  g_free (self);
}

/** latent_pool_size: scenes at hand. */
guint
latent_pool_size (LatentPool *self)
{
  return self->size;
}

static gboolean
fill (LatentPool *self, LatentScene *made, gboolean unseen, guint64 number, GError **error)
{
  T_SCOPE_NO_GRAD ();
  const SceneSource *scenes = &self->scenes;
  g_auto (Scene) scene = { NULL };

  if (!scene_source_get (scenes, unseen, number, self->n_frames, &scene, error))
    return FALSE;
  made->latents = t_steal (latents_from_rgb (self->vae, scene.rgb, self->n_frames, scenes->width, scenes->height));
  made->mask = t_steal (latents_from_mask (self->vae, scene.mask, self->n_frames, scenes->width, scenes->height));
  made->ids = tokenizer_encode_padded (self->tokenizer, scene.caption);
  return t_check (error);
}

/**
 * latent_pool_get:
 * @unseen: whether it is for a check
 * @number: where in the sequence of this pool it stands; of numbers that differ by the pool's size one is at hand
 * @scene: the scene's number in its source
 *
 * Returns: (transfer none): the scene, rendered and encoded where it is not at hand; NULL with an error. Valid until
 *   another number takes its place
 */
const LatentScene *
latent_pool_get (LatentPool *self, gboolean unseen, guint64 number, guint64 scene, GError **error)
{
  Place *place = &self->places[number % self->size];

  if (place->number != number + 1)
    {
      place_clear (place);
      if (!fill (self, &place->scene, unseen, scene, error))
        {
          place_clear (place);
          return NULL;
        }
      place->number = number + 1;
    }
  return &place->scene;
}
