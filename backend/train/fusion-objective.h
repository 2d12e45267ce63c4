/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "train/cutmix.h"
#include "train/objective.h"

G_BEGIN_DECLS

/**
 * FusionSubject: one of those that are fused.
 * @lora: θs,n, the teacher; owned
 * @token: its learned word
 * @text: [1, tokens, width] states of its prompt c_n; owned
 * @samples: (element-type ObjectiveSample): latents of its clips x_n
 * @clips: (element-type CutMixClip): the same clips to cut out of
 */
typedef struct
{
  Lora *lora;
  char *token;
  Tensor *text;
  GArray *samples;
  GArray *clips;
} FusionSubject;

void fusion_subject_clear (FusionSubject *self);

/** FusionLookFunc: sees a step's CutMix clip [F, 3, H, W], its masks and maps [2, F, h, w], and who the two are. */
typedef void (*FusionLookFunc) (gpointer data, guint step, Tensor *pixels, Tensor *visible, Tensor *maps,
                                const guint *pasted);

/**
 * FusionSettings: METHOD §4.
 * @lambda2: weight of L_attn; 0 leaves it out
 * @backgrounds: (element-type Tensor): clean clips [F, 3, H, W]
 * @look: (nullable): sees every @look_every-th step
 */
typedef struct
{
  double lora_rate;
  double lambda2;
  GPtrArray *backgrounds;
  FusionLookFunc look;
  gpointer look_data;
  guint look_every;
} FusionSettings;

Objective *fusion_objective_new (Pipeline *pipeline, const FusionSettings *settings, GArray *subjects,
                                 GError **error);

G_END_DECLS
