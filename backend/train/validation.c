/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/validation.h"

/*
 * The loss at fixed timesteps and fixed noise, on what is learned from: a training's own loss mostly shows which
 * timestep was drawn, this one only what was learned. No gradient, and no draw of the training's.
 */

/* Behind the streams of the trainings and of the samples on the way. */
#define STREAM_VALIDATION 2000

/** validation_timestep: the middle of the @k-th of VALIDATION_N equal parts of the schedule. */
gint64
validation_timestep (Schedule *schedule, guint k)
{
  return (gint64) ((k + 0.5) * (double) schedule_n_steps (schedule) / VALIDATION_N);
}

static gboolean
add_point (Pipeline *pipeline, const ObjectiveSample *sample, ValidationPoint *point, ValidationLoss loss, gpointer data,
           double *mean, GError **error)
{
  T_SCOPE_NO_GRAD ();
  GError *failure = NULL;
  Tensor *x;
  double value;

  point->eps = objective_randn_like (sample->latents, point->generator);
  point->x_t = schedule_add_noise (pipeline->schedule, sample->latents, point->eps, &point->t, 1);
  x = loss (data, sample, point, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  if (!t_item (x, &value, error))
    return FALSE;
  *mean += value / VALIDATION_N;
  return TRUE;
}

/**
 * validation_mean:
 * @samples: (element-type ObjectiveSample): taken in turn
 * @series: 0, or the number of one of several means of one training, so that each has its own noise
 * @mean: (out): over all timesteps
 */
gboolean
validation_mean (Pipeline *pipeline, GArray *samples, guint64 seed, guint series, ValidationLoss loss, gpointer data,
                 double *mean, GError **error)
{
  *mean = 0;
  for (guint k = 0; k < VALIDATION_N; k++)
    {
      g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (seed, STREAM_VALIDATION + series, k));
      const ObjectiveSample *sample = &g_array_index (samples, ObjectiveSample, k % samples->len);
      ValidationPoint point = { .k = k, .t = validation_timestep (pipeline->schedule, k), .generator = generator };

      if (!add_point (pipeline, sample, &point, loss, data, mean, error))
        return FALSE;
    }
  return TRUE;
}
