/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/engine.h"

G_BEGIN_DECLS

/**
 * FakeLast: what the small engine of the tests was asked last. It trains by counting, keeps its
 * count in a file "checkpoint" and makes grey videos; every number follows from what it was given.
 */
typedef struct
{
  guint n_opened;
  guint n_trained;
  guint first_step;     /* with which the last training began */
  EngineTraining kind;
  guint n_clips;
  guint n_prior;
  guint n_known;
  gboolean masked;
  double omega;
  char *prompt;
  char *static_prompt;
  guint n_loras;
} FakeLast;

const EngineTable *fake_engine_table (void);
FakeLast *fake_engine_get_last (void);
void fake_engine_hold (guint step);
void fake_engine_fail (guint step);

G_END_DECLS
