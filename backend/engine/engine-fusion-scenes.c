/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/latents.h"
#include "engine/engine-private.h"
#include "train/fusion-objective.h"

/*
 * What the attention of a fusion is shown on: the first clip of every subject, with its own prompt, and the first two pasted into one
 * clip, where each word has to find its own. The latter is made when somebody first looks, and stays the same.
 */

/* Behind the stream of the maps' noise: of where the two are pasted. */
#define STREAM_SCENE 1003

#define PASTED 2

static FusionSubject *
subject_at (FusionScenes *self, guint i)
{
  return &g_array_index (self->subjects, FusionSubject, i);
}

static gboolean
paste_together (FusionScenes *self, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (self->request->seed, STREAM_SCENE, 0));
  const CutMixClip *clips[PASTED];
  Tensor *visible;

  for (guint i = 0; i < PASTED; i++)
    clips[i] = &g_array_index (subject_at (self, i)->clips, CutMixClip, 0);
  self->together = engine_clip_from_pixels (cutmix_compose (clips, PASTED, g_ptr_array_index (self->backgrounds, 0), generator, &visible),
                                            FALSE, error);
  if (self->together == NULL)
    return FALSE;
  self->prompt = g_strdup_printf ("A %s and a %s", subject_at (self, 0)->token, subject_at (self, 1)->token);
  t_assign (&self->latents, latents_from_rgb (self->engine->pipeline->vae, self->together->rgb, self->together->n_frames,
                                              self->together->width, self->together->height));
  return t_check (error);
}

/** fusion_scenes_set: an EngineSetScene. @data: FusionScenes */
gboolean
fusion_scenes_set (gpointer data, guint i, EngineScene *scene, GError **error)
{
  FusionScenes *self = data;

  if (i < self->subjects->len)
    {
      const EngineFuseSubject *from = &self->request->subjects[i];

      *scene = (EngineScene) { from->prompt, from->clips[0], g_array_index (subject_at (self, i)->samples, ObjectiveSample, 0).latents };
      return TRUE;
    }
  if (self->together == NULL && !paste_together (self, error))
    {
      /* Next time it is tried anew. */
      fusion_scenes_clear (self);
      return FALSE;
    }
  *scene = (EngineScene) { self->prompt, self->together, self->latents };
  return TRUE;
}

void
fusion_scenes_clear (FusionScenes *self)
{
  g_clear_pointer (&self->together, engine_clip_free);
  g_clear_pointer (&self->prompt, g_free);
  t_drop (&self->latents);
}
