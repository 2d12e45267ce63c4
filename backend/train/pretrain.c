/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/pretrain.h"

#include <math.h>

#include "diffusion/latents.h"

/* What both stages of pretraining share: scenes, and how fast is learned when. */

/* Scenes to learn from and scenes for checks are numbered apart. */
enum
{
  STREAM_SEEN = 101,
  STREAM_UNSEEN
};

/* What unseen scenes are drawn from, whatever the training's seed is, so that figures of several trainings compare. */
#define UNSEEN_SEED 20260101

/** scene_clear: frees what a scene holds. */
void
scene_clear (Scene *self)
{
  g_clear_pointer (&self->rgb, g_bytes_unref);
  g_clear_pointer (&self->mask, g_bytes_unref);
  g_clear_pointer (&self->caption, g_free);
}

/**
 * scene_source_get:
 * @unseen: whether it is for a check, and no training may see it
 * @number: which one
 *
 * Returns: FALSE with an error
 */
gboolean
scene_source_get (const SceneSource *self, gboolean unseen, guint64 number, guint n_frames, Scene *scene,
                  GError **error)
{
  guint64 seed = unseen ? t_seed_mix (UNSEEN_SEED, STREAM_UNSEEN, number) : t_seed_mix (self->seed, STREAM_SEEN, number);

  return self->render (self->data, seed, n_frames, self->width, self->height, scene, error);
}

/**
 * scene_source_get_frames:
 * @first: number of the first; the others follow
 * @pixels: (out): [n, 3, H, W] in [−1, 1]
 * @masks: (out): [n, 1, H, W] in [0, 1]
 *
 * Scenes of one frame each, on the CPU, as handles of the innermost scope.
 */
gboolean
scene_source_get_frames (const SceneSource *self, gboolean unseen, guint64 first, guint n, Tensor **pixels,
                         Tensor **masks, GError **error)
{
  g_autofree Tensor **pictures = g_new0 (Tensor *, MAX (n, 1));
  g_autofree Tensor **covers = g_new0 (Tensor *, MAX (n, 1));

  for (guint i = 0; i < n; i++)
    {
      g_auto (Scene) scene = { NULL };
      if (!scene_source_get (self, unseen, first + i, 1, &scene, error))
        return FALSE;
      pictures[i] = pixels_from_rgb (scene.rgb, 1, self->width, self->height);
      covers[i] = t_from_data (g_bytes_get_data (scene.mask, NULL), T_U8, T_SHAPE (1, 1, self->height, self->width));
    }
  *pixels = t_cat (pictures, n, 0);
  *masks = t_mul_scalar (t_to_dtype (t_cat (covers, n, 0), T_F32), 1.0 / 255);
  return t_check (error);
}

/** pretrain_rate_factor: what the highest rate is multiplied by at step @step (0 is the first): warm-up, then a cosine. */
double
pretrain_rate_factor (const PretrainPace *pace, guint step)
{
  double progress;

  if (step < pace->warm_up)
    return (step + 1.0) / (pace->warm_up + 1.0);
  if (step >= pace->n_steps)
    return 0;
  progress = (double) (step - pace->warm_up) / MAX (pace->n_steps - pace->warm_up, 1);
  return 0.5 * (1 + cos (G_PI * progress));
}

/** pretrain_decay: of the averages at step @step: the first steps are forgotten sooner. */
double
pretrain_decay (const PretrainPace *pace, guint step)
{
  return MIN (pace->decay, (1.0 + step) / (10.0 + step));
}

/**
 * pretrain_snr_weight:
 * @alpha_bar: ᾱ_t
 * @gamma: 5 as a rule; 0 for a weight of 1 everywhere
 *
 * min (SNR, γ) / SNR with SNR = ᾱ/(1 − ᾱ): the weight of an ε loss at t (Hang et al. 2023, “Min-SNR weighting”).
 */
double
pretrain_snr_weight (double alpha_bar, double gamma)
{
  double snr = alpha_bar / (1 - alpha_bar);

  return gamma > 0 ? MIN (snr, gamma) / snr : 1;
}
