/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "train/objective.h"

G_BEGIN_DECLS

/** VALIDATION_N: at how many timesteps a validation looks. */
#define VALIDATION_N 8

/**
 * ValidationPoint: a sample at one of the timesteps of a validation, always with the same noise.
 * @k: which, from 0; @generator: what else is drawn for it
 */
typedef struct
{
  guint k;
  gint64 t;
  Tensor *eps;
  Tensor *x_t;
  TGenerator *generator;
} ValidationPoint;

/**
 * ValidationLoss: Returns: the loss at @point, a tensor of the scope; NULL with @error, or with the error waiting
 */
typedef Tensor *(*ValidationLoss) (gpointer data, const ObjectiveSample *sample, const ValidationPoint *point,
                                   GError **error);

gint64 validation_timestep (Schedule *schedule, guint k);
gboolean validation_mean (Pipeline *pipeline, GArray *samples, guint64 seed, guint series, ValidationLoss loss,
                          gpointer data, double *mean, GError **error);

G_END_DECLS
