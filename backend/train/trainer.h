/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "train/objective.h"

G_BEGIN_DECLS

/** TRAINER_TERMS: how many numbers of a step are the loop's own. */
#define TRAINER_TERMS 2

/** TRAINER_CHECKPOINT: what a checkpoint is called in its run's folder. */
#define TRAINER_CHECKPOINT "checkpoint.safetensors"

/**
 * TrainerStepFunc: hears of every finished step; after the losses come "grad_norm" and, where it was due, "L_val". It may use the network, but no
 * draw of the training's. FALSE with an error ends the training as if the next step had failed.
 */
typedef gboolean (*TrainerStepFunc) (gpointer data, guint step, guint n_steps, const ObjectiveTerm *terms,
                                     guint n_terms, GError **error);

/**
 * TrainerSettings:
 * @identity: what the run depends on, in one text; a checkpoint of another identity is refused
 * @validate_every: steps between validations, the first and the last step have one, too; 0 for none
 * @checkpoint_every: steps between checkpoints; 0 for one at the end alone
 */
typedef struct
{
  guint n_steps;
  guint64 seed;
  double weight_decay;
  double clip_norm;
  guint checkpoint_every;
  guint validate_every;
  const char *run_dir;
  const char *identity;
} TrainerSettings;

gboolean trainer_run (Objective *objective, const TrainerSettings *settings, TrainerStepFunc func, gpointer data,
                      GError **error);

G_END_DECLS
