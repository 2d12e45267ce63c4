/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diffusion/schedule.h"
#include "nn/lora.h"

G_BEGIN_DECLS

/** SamplerStep: where a sampling stands. */
typedef struct
{
  guint index; /* 0 … n_steps − 1 */
  guint n_steps;
  gint64 t;
} SamplerStep;

/** SamplerTerm: a number that a strategy reports of its step. */
typedef struct
{
  const char *name;
  double value;
} SamplerTerm;

#define SAMPLER_MAX_TERMS 8

/**
 * SamplerStrategy: what predicts the noise; the loop is the same for all.
 * @predict: the noise at @x_t, after guidance; may leave numbers in @terms. NULL once an error waits
 */
typedef struct _SamplerStrategy SamplerStrategy;
struct _SamplerStrategy
{
  Tensor *(*predict) (SamplerStrategy *self, Tensor *x_t, const SamplerStep *step, SamplerTerm *terms,
                      guint *n_terms);
};

/**
 * SamplerStepFunc: hears of every finished step.
 * @x: the sample after the step
 * @x0: the clean sample that this step predicts
 */
typedef gboolean (*SamplerStepFunc) (gpointer data, const SamplerStep *step, Tensor *x, Tensor *x0,
                                     const SamplerTerm *terms, guint n_terms, GError **error);

Tensor *sampler_run (Schedule *schedule, SamplerStrategy *strategy, Tensor *x_T, guint n_steps,
                     SamplerStepFunc func, gpointer data, GError **error);
Tensor *sampler_continue (Schedule *schedule, SamplerStrategy *strategy, Tensor *x, guint n_done, guint n_steps,
                          SamplerStepFunc func, gpointer data, GError **error);
Tensor *sampler_invert (Schedule *schedule, SamplerStrategy *strategy, Tensor *x, guint n_steps,
                        SamplerStepFunc func, gpointer data, GError **error);

/**
 * PlainStrategy: one model, one prompt, classifier-free guidance: u + g·(c − u).
 * @text: [2, tokens, width] states of the negative prompt, then of the prompt; [1, …] of the prompt
 *   alone where the guidance is 1
 * @probe: (nullable): asks the passes from step @probe_from on; cleared by whoever reads it
 */
typedef struct
{
  SamplerStrategy parent;
  UNet *unet;
  Tensor *text;
  double guidance;
  AttentionProbe *probe;
  guint probe_from;
} PlainStrategy;

void plain_strategy_init (PlainStrategy *self, UNet *unet, Tensor *text, double guidance);

G_END_DECLS
