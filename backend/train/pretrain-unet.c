/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/pretrain-unet-private.h"

#include <math.h>
#include <string.h>

/*
 * UNet and text encoder: noise is predicted, first on pictures alone, then on clips with pictures between them. A
 * picture goes through the temporal layers as a clip of one frame, as it does everywhere in this program.
 */

enum
{
  STREAM_KIND = 121,
  STREAM_PICTURES,
  STREAM_CLIPS
};

#define UNET_PART "unet."
#define TEXT_PART "text."

static void
unet_add_parameters (Objective *objective, Optimizer *optimizer)
{
  UnetObjective *self = (UnetObjective *) objective;
  Parameters *parameters = self->replicas[0].parameters;

  self->optimizer = optimizer;
  optimizer_keep_averages (optimizer);
  for (guint i = 0; i < parameters_n (parameters); i++)
    {
      const Parameter *parameter = parameters_get (parameters, i);
      optimizer_add (optimizer, parameter->key, parameter->value, self->settings.pace.rate);
    }
}

/* --- one step --- */

static gboolean
is_clip_step (UnetObjective *self, guint64 seed, guint step)
{
  const PretrainUnetSettings *s = &self->settings;
  g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (seed, STREAM_KIND, step));
  double draw = (double) t_rand_int (generator, 1 << 20) / (1 << 20);

  return step >= s->pictures_first * s->pace.n_steps && draw < s->clip_share;
}

/** unet_batch_join: @silent: whose captions are left out. The result is on the device. */
void
unet_batch_join (UnetObjective *self, const LatentScene *const *scenes, const gboolean *silent, guint n,
                 UnetBatch *batch)
{
  gsize length = tokenizer_max_length (self->tokenizer);
  g_autofree Tensor **latents = g_new (Tensor *, n);
  g_autofree Tensor **masks = g_new (Tensor *, n);
  g_autofree gint64 *ids = g_new (gint64, n * length);

  for (guint i = 0; i < n; i++)
    {
      const gint64 *from = silent != NULL && silent[i] ? self->empty : scenes[i]->ids;
      latents[i] = scenes[i]->latents;
      masks[i] = scenes[i]->mask;
      memcpy (ids + i * length, from, length * sizeof *ids);
    }
  batch->latents = t_to (t_cat (latents, n, 0), self->device, T_F32);
  batch->masks = t_to (t_cat (masks, n, 0), self->device, T_F32);
  batch->ids = t_from_data (ids, T_I64, T_SHAPE (n, (gint64) length));
}

/** unet_predict: ε_θ (x_t, captions, t), a timestep for each sample. */
Tensor *
unet_predict (UnetReplica *replica, Tensor *x_t, const gint64 *t, Tensor *ids)
{
  T_SCOPE ();
  UNetCall call = { 0 };
  Tensor *text = clip_text_forward (replica->text, ids, NULL);
  Tensor *times = t_to_dtype (t_from_data (t, T_I64, T_SHAPE (t_size (x_t, 0))), T_F32);

  return t_keep (unet_forward (replica->unet, &call, x_t, times, text));
}

/* The scenes of a share's samples. The window of numbers that are drawn from moves on with the steps; scenes of the
 * shares, and pictures and clips, are numbered apart. */
static gboolean
draw_scenes (UnetObjective *self, guint share, TGenerator *generator, guint n, const LatentScene **scenes,
             GError **error)
{
  LatentPool *pool = self->clip ? self->replicas[share].clips : self->replicas[share].pictures;
  guint64 first = (guint64) floor (self->step * (n / self->settings.reuse));

  for (guint i = 0; i < n; i++)
    {
      guint64 number = first + (guint64) t_rand_int (generator, latent_pool_size (pool));
      guint64 scene = (number * crew_n (self->crew) + share) * 2 + (self->clip ? 1 : 0);
      if ((scenes[i] = latent_pool_get (pool, FALSE, number, scene, error)) == NULL)
        return FALSE;
    }
  return TRUE;
}

/* A timestep for each sample: one from each of as many equal spans as the whole step has samples. */
static void
draw_times (UnetObjective *self, guint share, TGenerator *generator, guint n, gint64 *t)
{
  guint n_all = n * crew_n (self->crew);
  gint64 n_times = schedule_n_steps (self->schedule);

  for (guint i = 0; i < n; i++)
    {
      double place = share * n + i + (double) t_rand_int (generator, 1 << 20) / (1 << 20);
      t[i] = MIN ((gint64) (place / n_all * (double) n_times), n_times - 1);
    }
}

/* The min-SNR weights of these timesteps, [n, 1, 1, 1, 1]. */
static Tensor *
weights_of (UnetObjective *self, const gint64 *t, guint n)
{
  g_autofree float *weights = g_new (float, n);

  for (guint i = 0; i < n; i++)
    weights[i] = (float) pretrain_snr_weight (schedule_alpha_bar (self->schedule, t[i]), self->settings.gamma);
  return t_to (t_from_data (weights, T_F32, T_SHAPE (n, 1, 1, 1, 1)), self->device, T_F32);
}

static Tensor *
weighted_loss (UnetObjective *self, Tensor *square, Tensor *masks, const gint64 *t)
{
  T_SCOPE ();
  double focus = self->settings.subject_focus;

  if (focus != 1)
    square = t_mul (square, t_add_scalar (t_mul_scalar (masks, focus - 1), 1));
  return t_keep (t_mean (t_mul (square, weights_of (self, t, (guint) t_size (square, 0)))));
}

/* One share of a step: its samples, noised and guessed, and the gradients. */
static gboolean
learn_share (gpointer data, guint share, GError **error)
{
  T_SCOPE ();
  UnetObjective *self = data;
  guint n_shares = crew_n (self->crew);
  guint n = (self->clip ? self->settings.clip_batch : self->settings.batch) / n_shares;
  g_autoptr (TGenerator) generator
      = t_generator_new (t_seed_mix (self->seed, self->clip ? STREAM_CLIPS : STREAM_PICTURES,
                                     (guint64) self->step * n_shares + share));
  g_autofree const LatentScene **scenes = g_new0 (const LatentScene *, n);
  g_autofree gboolean *silent = g_new0 (gboolean, n);
  g_autofree gint64 *t = g_new0 (gint64, n);
  UnetBatch batch;
  Tensor *eps, *square, *loss;

  if (!draw_scenes (self, share, generator, n, scenes, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    silent[i] = (double) t_rand_int (generator, 1 << 20) / (1 << 20) < self->settings.dropout;
  draw_times (self, share, generator, n, t);
  unet_batch_join (self, scenes, silent, n, &batch);
  eps = objective_randn_like (batch.latents, generator);
  t_autocast (self->device, TRUE);
  square = t_square (t_sub (
      unet_predict (&self->replicas[share], schedule_add_noise (self->schedule, batch.latents, eps, t, n), t, batch.ids),
      eps));
  t_autocast (self->device, FALSE);
  loss = weighted_loss (self, square, batch.masks, t);
  return t_backward (t_mul_scalar (loss, 1.0 / n_shares), error)
         && t_item (loss, &self->losses[share].weighted, error)
         && t_item (t_mean (square), &self->losses[share].plain, error);
}

static gboolean
unet_step (Objective *objective, guint64 seed, guint step, ObjectiveTerm *terms, guint *n_terms, GError **error)
{
  UnetObjective *self = (UnetObjective *) objective;
  const PretrainPace *pace = &self->settings.pace;
  guint n = crew_n (self->crew);
  UnetLosses mean = { 0 };

  self->seed = seed;
  self->step = step;
  self->clip = is_clip_step (self, seed, step);
  optimizer_set_pace (self->optimizer, pretrain_rate_factor (pace, step), pretrain_decay (pace, step));
  if (!crew_run (self->crew, learn_share, self, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      if (i > 0
          && !parameters_gather_grads (self->replicas[0].parameters, self->replicas[i].parameters, error))
        return FALSE;
      mean.weighted += self->losses[i].weighted / n;
      mean.plain += self->losses[i].plain / n;
    }
  terms[0] = (ObjectiveTerm){ "L_unet", mean.weighted };
  terms[1] = (ObjectiveTerm){ self->clip ? "clips" : "pictures", mean.plain };
  *n_terms = 2;
  return TRUE;
}

/* --- making and ending --- */

static gboolean
unet_save (Objective *objective, const char *run_dir, GError **error)
{
  return TRUE; /* see pretrain_unet_export () */
}

static void
unet_objective_free (Objective *objective)
{
  UnetObjective *self = (UnetObjective *) objective;

  for (guint i = 0; self->replicas != NULL && i < crew_n (self->crew); i++)
    {
      UnetReplica *replica = &self->replicas[i];
      g_clear_pointer (&replica->unet, unet_free);
      g_clear_pointer (&replica->text, clip_text_free);
      g_clear_pointer (&replica->pictures, latent_pool_free);
      g_clear_pointer (&replica->clips, latent_pool_free);
      g_clear_pointer (&replica->parameters, parameters_free);
    }
  g_clear_pointer (&self->crew, crew_free);
  g_clear_pointer (&self->vae, vae_free);
  g_clear_pointer (&self->tokenizer, tokenizer_unref);
  g_clear_pointer (&self->schedule, schedule_free);
  g_free (self->empty);
  g_free (self->replicas);
  g_free (self->losses);
  g_free (self);
}

/* The weights of one network: the model's own or random ones, recorded; or those of the first replica. */
static Weights *
open_weights (UnetObjective *self, guint share, const char *dir, const char *part, gboolean fresh, GError **error)
{
  UnetReplica *replica = &self->replicas[share];
  guint64 seed = t_seed_mix (self->settings.scenes.seed, STREAM_KIND, (guint64) strlen (part));
  Weights *weights;

  if (share > 0)
    return weights_new_shared (replica->parameters, part, self->device);
  weights = fresh ? weights_new_random (seed, self->device, T_F32) : weights_open (dir, self->device, T_F32, error);
  if (weights != NULL)
    weights_record (weights, replica->parameters, part);
  return weights;
}

static gboolean
make_replica (UnetObjective *self, guint share, const char *model_dir, gboolean fresh, GError **error)
{
  const PretrainUnetSettings *s = &self->settings;
  UnetReplica *replica = &self->replicas[share];
  g_autofree char *unet_dir = g_build_filename (model_dir, "unet", NULL);
  g_autofree char *text_dir = g_build_filename (model_dir, "text_encoder", NULL);
  g_autofree char *unet_config = g_build_filename (unet_dir, "config.json", NULL);
  g_autofree char *text_config = g_build_filename (text_dir, "config.json", NULL);
  g_autoptr (Weights) unet_weights = NULL;
  g_autoptr (Weights) text_weights = NULL;

  replica->parameters = share > 0 ? parameters_new_shared (self->replicas[0].parameters) : parameters_new (NULL);
  replica->pictures = latent_pool_new (self->vae, self->tokenizer, &s->scenes, 1, s->pool);
  replica->clips = latent_pool_new (self->vae, self->tokenizer, &s->scenes, s->frames, s->pool);
  return (unet_weights = open_weights (self, share, unet_dir, UNET_PART, fresh, error)) != NULL
         && (replica->unet = unet_new (unet_config, unet_weights, error)) != NULL
         && (text_weights = open_weights (self, share, text_dir, TEXT_PART, fresh, error)) != NULL
         && (replica->text = clip_text_new (text_config, text_weights, error)) != NULL;
}

/* A fresh network begins as one without temporal layers: what they add is nothing (diffusers begins with the
 * convolutions so, and attention that mixes random frames would only be in the way). */
static gboolean
silence_temporal (Parameters *parameters, GError **error)
{
  T_SCOPE_NO_GRAD ();

  for (guint i = 0; i < parameters_n (parameters); i++)
    {
      const Parameter *parameter = parameters_get (parameters, i);
      gboolean last_convolution = strstr (parameter->key, ".temp_convs.") != NULL && strstr (parameter->key, ".conv4.3.") != NULL;
      gboolean projection = (strstr (parameter->key, ".temp_attentions.") != NULL || strstr (parameter->key, "transformer_in.") != NULL)
                            && strstr (parameter->key, ".proj_out.") != NULL;
      if (last_convolution || projection)
        t_copy_into (parameter->value, t_mul_scalar (t_detach (parameter->value), 0));
    }
  return t_check (error);
}

static gboolean
open_common (UnetObjective *self, const char *model_dir, GError **error)
{
  g_autofree char *vae_dir = g_build_filename (model_dir, "vae", NULL);
  g_autofree char *vae_config = g_build_filename (vae_dir, "config.json", NULL);
  g_autofree char *tokenizer_dir = g_build_filename (model_dir, "tokenizer", NULL);
  g_autofree char *scheduler = g_build_filename (model_dir, "scheduler", "scheduler_config.json", NULL);
  g_autoptr (Weights) weights = weights_open (vae_dir, self->device, T_F32, error);

  if (weights == NULL || (self->vae = vae_new (vae_config, weights, error)) == NULL
      || (self->tokenizer = tokenizer_new_from_folder (tokenizer_dir, error)) == NULL
      || (self->schedule = schedule_load (scheduler, error)) == NULL)
    return FALSE;
  self->empty = tokenizer_encode_padded (self->tokenizer, "");
  return TRUE;
}

static gboolean
batches_fit (UnetObjective *self, GError **error)
{
  guint n = crew_n (self->crew), batch = self->settings.batch, clips = self->settings.clip_batch;

  if (batch > 0 && clips > 0 && batch % n == 0 && clips % n == 0)
    return TRUE;
  g_set_error (error, T_ERROR, T_ERROR_FAILED,
               "%u pictures or %u clips a step cannot be divided among %u threads: choose multiples", batch, clips, n);
  return FALSE;
}

/**
 * pretrain_unet_new:
 * @model_dir: a model folder; its parts say what the networks look like, and where they start from
 * @fresh: start from random weights instead; the VAE is the folder's in any case
 * @settings: copied; batches are divided among the threads
 *
 * Returns: (transfer full): the objective, or NULL with an error
 */
Objective *
pretrain_unet_new (const char *model_dir, gboolean fresh, TDevice device, const PretrainUnetSettings *settings,
                   GError **error)
{
  T_SCOPE_NO_GRAD ();
  UnetObjective *self = g_new0 (UnetObjective, 1);
  g_autoptr (Objective) objective = &self->parent;

  self->parent = (Objective){ unet_add_parameters, unet_step, unet_save, unet_objective_free, 1 };
  self->settings = *settings;
  self->device = device;
  self->crew = crew_new (settings->n_threads);
  self->replicas = g_new0 (UnetReplica, crew_n (self->crew));
  self->losses = g_new0 (UnetLosses, crew_n (self->crew));
  if (!batches_fit (self, error) || !open_common (self, model_dir, error))
    return NULL;
  for (guint i = 0; i < crew_n (self->crew); i++)
    if (!make_replica (self, i, model_dir, fresh, error))
      return NULL;
  if (fresh && !silence_temporal (self->replicas[0].parameters, error))
    return NULL;
  return g_steal_pointer (&objective);
}

/* --- looking back --- */

/**
 * pretrain_unet_check:
 * @with_sheet: whether samples are wanted, which take a while
 * @check: (out): to be cleared
 *
 * How the networks with their averaged weights do on unseen scenes; nothing that is trained changes.
 */
gboolean
pretrain_unet_check (Objective *objective, gboolean with_sheet, UnetCheck *check, GError **error)
{
  UnetObjective *self = (UnetObjective *) objective;
  gboolean ok;

  if (self->optimizer != NULL && !optimizer_exchange_averages (self->optimizer, error))
    return FALSE;
  ok = unet_check_run (self, with_sheet, check, error);
  if (self->optimizer != NULL && !optimizer_exchange_averages (self->optimizer, ok ? error : NULL))
    return FALSE;
  return ok;
}

/** pretrain_unet_export: writes the averaged weights into the model folder @out_dir. */
gboolean
pretrain_unet_export (Objective *objective, const char *out_dir, TDtype dtype, GError **error)
{
  UnetObjective *self = (UnetObjective *) objective;
  Parameters *parameters = self->replicas[0].parameters;
  g_autofree char *unet = g_build_filename (out_dir, "unet", "diffusion_pytorch_model.safetensors", NULL);
  g_autofree char *text = g_build_filename (out_dir, "text_encoder", "model.safetensors", NULL);
  gboolean ok;

  if (!optimizer_exchange_averages (self->optimizer, error))
    return FALSE;
  ok = parameters_save (parameters, UNET_PART, unet, dtype, error)
       && parameters_save (parameters, TEXT_PART, text, dtype, error);
  return optimizer_exchange_averages (self->optimizer, ok ? error : NULL) && ok;
}
