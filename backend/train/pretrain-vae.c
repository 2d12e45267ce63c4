/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/pretrain.h"

/*
 * The VAE: pixels to latents and back. The loss is plain: absolute and squared differences, the same for the
 * differences of neighbouring pixels (edges), and a little of the distance to the normal distribution. Errors on
 * characters count more, or small saturated things lose their colours.
 */

enum
{
  STREAM_NOISE = 111
};

/* The names of the parameters that make latents. */
static const char *const encoder_keys[] = { "vae.encoder.", "vae.quant_conv.", NULL };

#define PART "vae."

typedef struct
{
  Parameters *parameters;
  Vae *vae;
} Replica;

/* What one share of a step reports. */
typedef struct
{
  double absolute, square, edge, kl;
} Losses;

typedef struct
{
  Objective parent;
  PretrainVaeSettings settings;
  TDevice device;
  Crew *crew;
  Replica *replicas; /* one a share; the first holds what is trained */
  Losses *losses;    /* of the running step, one a share */
  Optimizer *optimizer; /* borrowed from the trainer */
  guint64 seed;      /* of the running step */
  guint step;
} VaeObjective;

static void
vae_add_parameters (Objective *objective, Optimizer *optimizer)
{
  VaeObjective *self = (VaeObjective *) objective;
  Parameters *parameters = self->replicas[0].parameters;

  self->optimizer = optimizer;
  optimizer_keep_averages (optimizer);
  for (guint i = 0; i < parameters_n (parameters); i++)
    {
      const Parameter *parameter = parameters_get (parameters, i);
      if (!parameter->frozen)
        optimizer_add (optimizer, parameter->key, parameter->value, self->settings.pace.rate);
    }
}

/* The mean of what @weight times |differences of neighbours| is, along both directions. */
static Tensor *
edge_loss (Tensor *difference, Tensor *weight)
{
  T_SCOPE ();
  Tensor *sum = NULL;

  for (int dim = 2; dim < 4; dim++)
    {
      gint64 n = t_size (difference, dim) - 1;
      Tensor *slope = t_sub (t_narrow (difference, dim, 1, n), t_narrow (difference, dim, 0, n));
      Tensor *part = t_mean (t_mul (t_abs (slope), t_narrow (weight, dim, 0, n)));
      sum = sum != NULL ? t_add (sum, part) : part;
    }
  return t_keep (sum);
}

/* ½·mean (μ² + σ² − 1 − ln σ²). */
static Tensor *
kl_loss (Tensor *mean, Tensor *logvar)
{
  T_SCOPE ();
  Tensor *terms = t_sub (t_add (t_square (mean), t_exp (logvar)), t_add_scalar (logvar, 1));

  return t_keep (t_mul_scalar (t_mean (terms), 0.5));
}

/* A latent drawn from the distribution. */
static Tensor *
draw (Tensor *mean, Tensor *logvar, TGenerator *generator)
{
  T_SCOPE ();
  Tensor *noise = objective_randn_like (mean, generator);

  return t_keep (t_add (mean, t_mul (t_exp (t_mul_scalar (logvar, 0.5)), noise)));
}

static gboolean
read_losses (Losses *losses, Tensor *absolute, Tensor *square, Tensor *edge, Tensor *kl, GError **error)
{
  return t_item (absolute, &losses->absolute, error) && t_item (square, &losses->square, error)
         && t_item (edge, &losses->edge, error) && t_item (kl, &losses->kl, error);
}

static Tensor *
encode (VaeObjective *self, Vae *vae, Tensor *pixels)
{
  if (self->settings.decoder_only)
    {
      T_SCOPE_NO_GRAD ();
      return t_keep (vae_encode (vae, pixels));
    }
  return vae_encode (vae, pixels);
}

/* One share of a step: its frames there and back, and the gradients. */
static gboolean
learn_share (gpointer data, guint share, GError **error)
{
  T_SCOPE ();
  VaeObjective *self = data;
  const PretrainVaeSettings *s = &self->settings;
  guint n_shares = crew_n (self->crew), n = s->batch / n_shares;
  guint64 first = (guint64) self->step * s->batch + (guint64) share * n;
  g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (self->seed, STREAM_NOISE, first));
  Vae *vae = self->replicas[share].vae;
  Tensor *pixels, *masks, *moments, *mean, *logvar, *difference, *weight, *absolute, *square, *edge, *kl, *loss;

  if (!scene_source_get_frames (&s->scenes, FALSE, first, n, &pixels, &masks, error))
    return FALSE;
  pixels = t_channels_last (t_to (pixels, self->device, T_F32));
  weight = t_add_scalar (t_mul_scalar (t_to (masks, self->device, T_F32), s->subject_weight - 1), 1);
  moments = encode (self, vae, pixels);
  mean = vae_moments_mean (moments);
  logvar = vae_moments_logvar (moments);
  difference = t_sub (vae_decode (vae, draw (mean, logvar, generator)), pixels);
  absolute = t_mean (t_mul (t_abs (difference), weight));
  square = t_mean (t_mul (t_square (difference), weight));
  edge = edge_loss (difference, weight);
  kl = kl_loss (mean, logvar);
  loss = t_add_scaled (t_add_scaled (absolute, square, s->square), edge, s->edge);
  loss = t_add_scaled (loss, kl, s->kl);
  return t_backward (t_mul_scalar (loss, 1.0 / n_shares), error)
         && read_losses (&self->losses[share], absolute, square, edge, kl, error);
}

static void
sum_losses (VaeObjective *self, ObjectiveTerm *terms, guint *n_terms)
{
  const PretrainVaeSettings *s = &self->settings;
  guint n = crew_n (self->crew);
  Losses mean = { 0 };

  for (guint i = 0; i < n; i++)
    {
      mean.absolute += self->losses[i].absolute / n;
      mean.square += self->losses[i].square / n;
      mean.edge += self->losses[i].edge / n;
      mean.kl += self->losses[i].kl / n;
    }
  terms[0] = (ObjectiveTerm){ "L_vae", mean.absolute + s->square * mean.square + s->edge * mean.edge + s->kl * mean.kl };
  terms[1] = (ObjectiveTerm){ "absolute", mean.absolute };
  terms[2] = (ObjectiveTerm){ "edge", mean.edge };
  terms[3] = (ObjectiveTerm){ "kl", mean.kl };
  *n_terms = 4;
}

static gboolean
vae_step (Objective *objective, guint64 seed, guint step, ObjectiveTerm *terms, guint *n_terms, GError **error)
{
  VaeObjective *self = (VaeObjective *) objective;
  const PretrainPace *pace = &self->settings.pace;

  self->seed = seed;
  self->step = step;
  optimizer_set_pace (self->optimizer, pretrain_rate_factor (pace, step), pretrain_decay (pace, step));
  if (!crew_run (self->crew, learn_share, self, error))
    return FALSE;
  for (guint i = 1; i < crew_n (self->crew); i++)
    if (!parameters_gather_grads (self->replicas[0].parameters, self->replicas[i].parameters, error))
      return FALSE;
  sum_losses (self, terms, n_terms);
  return TRUE;
}

static gboolean
vae_save (Objective *objective, const char *run_dir, GError **error)
{
  return TRUE; /* see pretrain_vae_export () */
}

static void
vae_objective_free (Objective *objective)
{
  VaeObjective *self = (VaeObjective *) objective;

  for (guint i = 0; self->replicas != NULL && i < crew_n (self->crew); i++)
    {
      g_clear_pointer (&self->replicas[i].vae, vae_free);
      g_clear_pointer (&self->replicas[i].parameters, parameters_free);
    }
  g_clear_pointer (&self->crew, crew_free);
  g_free (self->replicas);
  g_free (self->losses);
  g_free (self);
}

/* The network that is trained, and copies of it for the other threads. */
static gboolean
make_replicas (VaeObjective *self, const char *model_dir, gboolean fresh, GError **error)
{
  g_autofree char *dir = g_build_filename (model_dir, "vae", NULL);
  g_autofree char *config = g_build_filename (dir, "config.json", NULL);

  for (guint i = 0; i < crew_n (self->crew); i++)
    {
      Replica *replica = &self->replicas[i];
      g_autoptr (Weights) weights = NULL;
      if (i > 0)
        {
          replica->parameters = parameters_new_shared (self->replicas[0].parameters);
          weights = weights_new_shared (replica->parameters, PART, self->device);
        }
      else
        {
          replica->parameters = parameters_new (self->settings.decoder_only ? encoder_keys : NULL);
          weights = fresh ? weights_new_random (self->settings.scenes.seed, self->device, T_F32)
                          : weights_open (dir, self->device, T_F32, error);
          if (weights == NULL)
            return FALSE;
          weights_record (weights, replica->parameters, PART);
        }
      if ((replica->vae = vae_new (config, weights, error)) == NULL)
        return FALSE;
    }
  return TRUE;
}

/**
 * pretrain_vae_new:
 * @model_dir: a model folder; its vae/ says what the network looks like, and where it starts from
 * @fresh: start from random weights instead
 * @settings: copied; the batch is divided among the threads
 *
 * Returns: (transfer full): the objective, or NULL with an error
 */
Objective *
pretrain_vae_new (const char *model_dir, gboolean fresh, TDevice device, const PretrainVaeSettings *settings,
                  GError **error)
{
  VaeObjective *self = g_new0 (VaeObjective, 1);
  g_autoptr (Objective) objective = &self->parent;

  self->parent = (Objective){ vae_add_parameters, vae_step, vae_save, vae_objective_free, 1 };
  self->settings = *settings;
  self->device = device;
  self->crew = crew_new (settings->n_threads);
  self->replicas = g_new0 (Replica, crew_n (self->crew));
  self->losses = g_new0 (Losses, crew_n (self->crew));
  if (settings->batch == 0 || settings->batch % crew_n (self->crew) != 0)
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED, "The batch of %u frames cannot be divided among %u threads",
                   settings->batch, crew_n (self->crew));
      return NULL;
    }
  return make_replicas (self, model_dir, fresh, error) ? g_steal_pointer (&objective) : NULL;
}

/**
 * pretrain_vae_check:
 * @check: (out): to be cleared
 *
 * How the network with its averaged weights does on unseen frames; before a trainer has the parameters, with the
 * weights that it starts from. Nothing that is trained changes.
 */
gboolean
pretrain_vae_check (Objective *objective, VaeCheck *check, GError **error)
{
  VaeObjective *self = (VaeObjective *) objective;
  gboolean ok;

  if (self->optimizer != NULL && !optimizer_exchange_averages (self->optimizer, error))
    return FALSE;
  ok = vae_check_run (self->replicas[0].vae, &self->settings.scenes, self->settings.n_unseen, check, error);
  if (self->optimizer != NULL && !optimizer_exchange_averages (self->optimizer, ok ? error : NULL))
    return FALSE;
  return ok;
}

/** pretrain_vae_export: writes the averaged weights to @path as diffusers has them. */
gboolean
pretrain_vae_export (Objective *objective, const char *path, TDtype dtype, GError **error)
{
  VaeObjective *self = (VaeObjective *) objective;
  gboolean ok;

  if (!optimizer_exchange_averages (self->optimizer, error))
    return FALSE;
  ok = parameters_save (self->replicas[0].parameters, PART, path, dtype, error);
  return optimizer_exchange_averages (self->optimizer, ok ? error : NULL) && ok;
}
