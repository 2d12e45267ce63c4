/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/sampler.h"

/* The handle of the running sample: replaced at every step, so that no scope gathers all of them. */
typedef Tensor *(*MoveFunc) (Schedule *schedule, Tensor *x, Tensor *eps, const SamplerStep *step, Tensor **x0);

static Tensor *
move_down (Schedule *schedule, Tensor *x, Tensor *eps, const SamplerStep *step, Tensor **x0)
{
  return schedule_ddim_step (schedule, x, eps, step->t, step->n_steps, x0);
}

static Tensor *
move_up (Schedule *schedule, Tensor *x, Tensor *eps, const SamplerStep *step, Tensor **x0)
{
  *x0 = NULL;
  return schedule_invert_step (schedule, x, eps, step->t, step->n_steps);
}

static gboolean
run_step (Schedule *schedule, SamplerStrategy *strategy, MoveFunc move, const SamplerStep *step, Tensor **x,
          SamplerStepFunc func, gpointer data, GError **error)
{
  T_SCOPE_NO_GRAD ();
  SamplerTerm terms[SAMPLER_MAX_TERMS];
  guint n_terms = 0;
  Tensor *x0 = NULL;
  Tensor *eps = strategy->predict (strategy, *x, step, terms, &n_terms);

  t_assign (x, move (schedule, *x, eps, step, &x0));
  if (!t_check (error))
    return FALSE;
  return func == NULL || func (data, step, *x, x0, terms, n_terms, error);
}

static Tensor *
run (Schedule *schedule, SamplerStrategy *strategy, Tensor *start, guint first, GArray *timesteps, MoveFunc move,
     SamplerStepFunc func, gpointer data, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Tensor *x = t_steal (t_alias (start));
  gboolean ok = t_check (error);

  for (guint i = first; ok && i < timesteps->len; i++)
    {
      SamplerStep step = { i, timesteps->len, g_array_index (timesteps, gint64, i) };
      ok = run_step (schedule, strategy, move, &step, &x, func, data, error);
    }
  if (!ok)
    {
      t_drop (&x);
      return NULL;
    }
  start = t_alias (x);
  t_drop (&x);
  return t_keep (start);
}

/**
 * sampler_run:
 * @strategy: what predicts the noise
 * @x_T: the noise to start from
 * @n_steps: of DDIM
 * @func: (nullable): hears of every step; FALSE with an error ends the run
 *
 * Returns: x_0, a handle of the scope around the call; NULL with an error
 */
Tensor *
sampler_run (Schedule *schedule, SamplerStrategy *strategy, Tensor *x_T, guint n_steps, SamplerStepFunc func,
             gpointer data, GError **error)
{
  g_autoptr (GArray) timesteps = schedule_timesteps (schedule, n_steps);

  return run (schedule, strategy, x_T, 0, timesteps, move_down, func, data, error);
}

/**
 * sampler_continue:
 * @x: the sample after @n_done steps
 *
 * The rest of a run that sampler_run () began: a step depends on nothing but @x and its place.
 *
 * Returns: as sampler_run ()
 */
Tensor *
sampler_continue (Schedule *schedule, SamplerStrategy *strategy, Tensor *x, guint n_done, guint n_steps,
                  SamplerStepFunc func, gpointer data, GError **error)
{
  g_autoptr (GArray) timesteps = schedule_timesteps (schedule, n_steps);

  return run (schedule, strategy, x, n_done, timesteps, move_down, func, data, error);
}

/**
 * sampler_invert:
 * @x: a clean latent video
 *
 * DDIM inversion (METHOD §5): the noise from which sampling would lead back to @x. @func gets no x̂₀.
 *
 * Returns: ε_m, a handle of the scope around the call; NULL with an error
 */
Tensor *
sampler_invert (Schedule *schedule, SamplerStrategy *strategy, Tensor *x, guint n_steps, SamplerStepFunc func,
                gpointer data, GError **error)
{
  g_autoptr (GArray) timesteps = schedule_inverse_timesteps (schedule, n_steps);

  return run (schedule, strategy, x, 0, timesteps, move_up, func, data, error);
}

static Tensor *
plain_predict (SamplerStrategy *strategy, Tensor *x_t, const SamplerStep *step, SamplerTerm *terms, guint *n_terms)
{
  T_SCOPE ();
  PlainStrategy *self = (PlainStrategy *) strategy;
  UNetCall call = { .probe = step->index >= self->probe_from ? self->probe : NULL };
  gint64 n = t_size (self->text, 0);
  Tensor *t = t_full ((double) step->t, T_F32, T_CPU, T_SHAPE (1));
  Tensor *both[] = { x_t, x_t };
  Tensor *eps, *u, *c;

  *n_terms = 0;
  eps = unet_forward (self->unet, &call, n == 2 ? t_cat (both, 2, 0) : x_t, t, self->text);
  if (n != 2)
    return t_keep (eps);
  u = t_narrow (eps, 0, 0, 1);
  c = t_narrow (eps, 0, 1, 1);
  return t_keep (t_add_scaled (u, t_sub (c, u), self->guidance));
}

/** plain_strategy_init: @unet and @text are borrowed; the LoRAs are those attached to @unet. */
void
plain_strategy_init (PlainStrategy *self, UNet *unet, Tensor *text, double guidance)
{
  *self = (PlainStrategy){ .parent.predict = plain_predict, .unet = unet, .text = text, .guidance = guidance };
}
