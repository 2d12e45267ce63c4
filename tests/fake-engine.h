/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/engine.h"

G_BEGIN_DECLS

/**
 * FakeLast: what the small engine of the tests was asked last. It trains by counting, keeps its
 * count in a file "checkpoint" and makes grey videos; every number follows from what it was given.
 * A held training or sampling waits at its step until it is interrupted.
 */
typedef struct
{
  guint n_opened;
  guint n_trained;
  guint first_step;     /* with which the last training began */
  EngineTraining kind;
  guint n_clips;
  guint n_prior;
  gint32 frames;        /* of the last training */
  char *prior_caption;  /* of the last prior clip */
  guint n_known;
  gboolean masked;
  double omega;
  char *prompt;
  char *static_prompt;
  guint n_loras;
  double strengths[4];      /* of the LoRAs of the last sampling */
  gboolean motion_clip;     /* the last sampling had one */
  gboolean scs;             /* it was asked for */
  gboolean fixed_row;       /* the last training of a subject had its word already */
  char *motion_loss;
  guint n_sampled;          /* since the beginning; an interrupted one counts */
  guint n_fused;
  guint n_fuse_subjects;
  guint n_fuse_clips;       /* of the first subject */
  gboolean fuse_masks;
  guint n_backgrounds;
  gint32 fuse_iterations;
  double lambda2;
  guint n_segmented;
  guint from_step;          /* of the last sampling */
  gint32 widths[3];         /* of the last samplings, the newest first */
  double alpha;             /* of the last sampling */
  gboolean kept;            /* it was to keep its steps */
  guint n_decoded;
  guint n_looked; /* at attention, by branch */
} FakeLast;

const EngineTable *fake_engine_table (void);
FakeLast *fake_engine_get_last (void);
void fake_engine_hold (guint step);
void fake_engine_fail (guint step);
void fake_engine_fail_memory (gboolean memory);
void fake_engine_limit (guint64 bytes);

G_END_DECLS
