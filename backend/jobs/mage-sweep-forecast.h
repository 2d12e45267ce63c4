/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "project/mage-project.h"
#include "project/mage-sweep.h"

G_BEGIN_DECLS

/**
 * MageSweepForecast: what is still to do for a sweep.
 * @n_videos: that are not made yet
 * @n_trainings: of subjects, motions and fusions, each once, which they need before
 * @n_steps: of all these videos together
 * @seconds: for the videos alone; 0: nobody knows, since no video of the project tells how long a step takes
 */
typedef struct
{
  guint n_videos;
  guint n_trainings;
  guint n_steps;
  double seconds;
} MageSweepForecast;

void mage_sweep_forecast_init (MageSweepForecast *self, MageProject *project, MageSweep *sweep);

G_END_DECLS
