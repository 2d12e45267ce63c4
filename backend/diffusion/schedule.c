/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/schedule.h"

#include <math.h>

#include "nn/model-config.h"

struct _Schedule
{
  guint n_steps;
  guint offset; /* of the timesteps that are sampled (steps_offset) */
  Tensor *betas;
  Tensor *alphas_cumprod;
  float *alpha_bar; /* the same numbers, for single looks */
};

/**
 * schedule_new:
 * @beta_start: β of the first step
 * @beta_end: β of the last
 * @n_steps: of the training schedule
 * @offset: added to every sampled timestep
 *
 * β = linspace (√β_start, √β_end)², in float32 as PyTorch computes it (“scaled_linear”).
 *
 * Returns: (transfer full): NULL with an error
 */
Schedule *
schedule_new (double beta_start, double beta_end, guint n_steps, guint offset, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (Schedule) self = g_new0 (Schedule, 1);
  Tensor *roots = t_linspace (sqrt (beta_start), sqrt (beta_end), n_steps, T_F32);
  Tensor *betas = t_square (roots);

  self->n_steps = n_steps;
  self->offset = offset;
  t_assign (&self->alphas_cumprod, t_cumprod (t_add_scalar (t_neg (betas), 1), 0));
  t_assign (&self->betas, betas);
  self->alpha_bar = t_dup_data (self->alphas_cumprod, T_F32, NULL, error);
  return self->alpha_bar != NULL ? g_steal_pointer (&self) : NULL;
}

static gboolean
is_text (ModelConfig *config, const char *key, const char *fallback, const char *known, GError **error)
{
  g_autofree char *value = model_config_string (config, key, fallback, error);

  if (value == NULL)
    return FALSE;
  if (g_str_equal (value, known))
    return TRUE;
  g_set_error (error, T_ERROR, T_ERROR_FILE, "%s: “%s” is “%s”; only “%s” can be used",
               model_config_path (config), key, value, known);
  return FALSE;
}

/**
 * schedule_load:
 * @config_path: a scheduler_config.json
 *
 * Returns: (transfer full): NULL with an error that names file and key
 */
Schedule *
schedule_load (const char *config_path, GError **error)
{
  g_autoptr (ModelConfig) config = model_config_load (config_path, error);
  gint64 n_steps, offset;
  double start, end;

  if (config == NULL || !is_text (config, "beta_schedule", "scaled_linear", "scaled_linear", error)
      || !is_text (config, "prediction_type", "epsilon", "epsilon", error)
      || !model_config_int (config, "num_train_timesteps", 1000, 2, 1000000, &n_steps, error)
      || !model_config_int (config, "steps_offset", 0, 0, n_steps - 1, &offset, error)
      || !model_config_double (config, "beta_start", 0.00085, &start, error)
      || !model_config_double (config, "beta_end", 0.012, &end, error))
    return NULL;
  if (!(start > 0 && end >= start && end < 1))
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE, "%s: “beta_start” and “beta_end” make no noise schedule",
                   config_path);
      return NULL;
    }
  return schedule_new (start, end, (guint) n_steps, (guint) offset, error);
}

void
schedule_free (Schedule *self)
{
  if (self == NULL)
    return;
  t_drop (&self->betas);
  t_drop (&self->alphas_cumprod);
  g_free (self->alpha_bar);
  g_free (self);
}

/** schedule_n_steps: timesteps of the training schedule, 1000. */
guint
schedule_n_steps (Schedule *self)
{
  return self->n_steps;
}

/** schedule_alpha_bar: ᾱ_t; below the first step ᾱ_0, as set_alpha_to_one=false has it. */
double
schedule_alpha_bar (Schedule *self, gint64 t)
{
  return (double) self->alpha_bar[CLAMP (t, 0, (gint64) self->n_steps - 1)];
}

/** schedule_betas: (transfer none): [n_steps]; the schedule's own. */
Tensor *
schedule_betas (Schedule *self)
{
  return self->betas;
}

/** schedule_alphas_cumprod: (transfer none): [n_steps]; the schedule's own. */
Tensor *
schedule_alphas_cumprod (Schedule *self)
{
  return self->alphas_cumprod;
}

static gint64
stride (Schedule *self, guint n)
{
  return (gint64) (self->n_steps / MAX (n, 1));
}

/** schedule_timesteps: (transfer full) (element-type gint64): of a sampling in @n steps, descending. */
GArray *
schedule_timesteps (Schedule *self, guint n)
{
  GArray *timesteps = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (gint64 i = (gint64) n - 1; i >= 0; i--)
    {
      gint64 t = i * stride (self, n) + self->offset;
      g_array_append_val (timesteps, t);
    }
  return timesteps;
}

/** schedule_inverse_timesteps: (transfer full) (element-type gint64): of an inversion, ascending. */
GArray *
schedule_inverse_timesteps (Schedule *self, guint n)
{
  GArray *timesteps = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (gint64 i = 0; i < (gint64) n; i++)
    {
      gint64 t = i * stride (self, n) + self->offset;
      g_array_append_val (timesteps, t);
    }
  return timesteps;
}

/**
 * schedule_add_noise:
 * @x: [B, …] latents
 * @noise: ε of the same shape
 * @t: (array length=n): a timestep for each sample, or one for all
 *
 * Returns: √ᾱ_t·x + √(1−ᾱ_t)·ε
 */
Tensor *
schedule_add_noise (Schedule *self, Tensor *x, Tensor *noise, const gint64 *t, gsize n)
{
  T_SCOPE ();
  g_autofree gint64 *shape = g_new (gint64, MAX (t_n_dims (x), 1));
  Tensor *index = t_from_data (t, T_I64, T_SHAPE ((gint64) n));
  Tensor *alpha_bar = t_index_select (self->alphas_cumprod, 0, index);
  Tensor *signal, *rest;

  shape[0] = (gint64) n;
  for (gsize i = 1; i < t_n_dims (x); i++)
    shape[i] = 1;
  alpha_bar = t_reshape (alpha_bar, shape, t_n_dims (x));
  signal = t_like (t_sqrt (alpha_bar), x);
  rest = t_like (t_sqrt (t_add_scalar (t_neg (alpha_bar), 1)), x);
  return t_keep (t_add (t_mul (x, signal), t_mul (noise, rest)));
}

/**
 * schedule_ddim_step:
 * @x_t: the sample at @t
 * @eps: the predicted noise
 * @n: steps of the whole sampling
 * @x0: (out) (optional): the predicted clean sample x̂₀, a handle of the scope around the call
 *
 * DDIM with η = 0: x̂₀ = (x − √(1−ᾱ_t)·ε)/√ᾱ_t; the result is √ᾱ'·x̂₀ + √(1−ᾱ')·ε with
 * t' = t − ⌊n_steps/n⌋.
 */
Tensor *
schedule_ddim_step (Schedule *self, Tensor *x_t, Tensor *eps, gint64 t, guint n, Tensor **x0)
{
  double a = schedule_alpha_bar (self, t);
  double a_before = schedule_alpha_bar (self, t - stride (self, n));
  Tensor *clean = t_mul_scalar (t_add_scaled (x_t, eps, -sqrt (1 - a)), 1 / sqrt (a));

  if (x0 != NULL)
    *x0 = clean;
  return t_add_scaled (t_mul_scalar (clean, sqrt (a_before)), eps, sqrt (1 - a_before));
}

/**
 * schedule_clean_between:
 * @x_t: the sample before a step at @t
 * @x_s: the sample after it
 * @n: steps of the whole sampling
 *
 * A DDIM step is linear in x̂₀ and ε, so that the samples on both sides of it say what it predicted:
 * x̂₀ = (x_s − r·x_t)/(√ᾱ' − r·√ᾱ_t), r = √(1−ᾱ')/√(1−ᾱ_t).
 *
 * Returns: x̂₀, as far as float32 tells it
 */
Tensor *
schedule_clean_between (Schedule *self, Tensor *x_t, Tensor *x_s, gint64 t, guint n)
{
  T_SCOPE ();
  double a = schedule_alpha_bar (self, t);
  double a_before = schedule_alpha_bar (self, t - stride (self, n));
  double r = sqrt ((1 - a_before) / (1 - a));

  return t_keep (t_mul_scalar (t_add_scaled (x_s, x_t, -r), 1 / (sqrt (a_before) - r * sqrt (a))));
}

/**
 * schedule_invert_step:
 * @x_s: the sample, whose noise level is that of t − ⌊n_steps/n⌋
 * @eps: the noise that the model predicts when it is told @t
 *
 * One step of DDIM inversion (DDIMInverseScheduler).
 */
Tensor *
schedule_invert_step (Schedule *self, Tensor *x_s, Tensor *eps, gint64 t, guint n)
{
  T_SCOPE ();
  double a = schedule_alpha_bar (self, t);
  double a_before = schedule_alpha_bar (self, t - stride (self, n));
  Tensor *clean = t_mul_scalar (t_add_scaled (x_s, eps, -sqrt (1 - a_before)), 1 / sqrt (a_before));

  return t_keep (t_add_scaled (t_mul_scalar (clean, sqrt (a)), eps, sqrt (1 - a)));
}
