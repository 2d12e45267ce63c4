/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diffusion/sampler.h"

G_BEGIN_DECLS

/**
 * ScsBranch: one of the two branches of spatial-temporal collaborative sampling.
 * @loras: (array length=n_loras): what the branch samples with
 * @text: [2, tokens, width]: states of the negative prompt, then of the branch's prompt
 * @words: [tokens, words]: see word_matrix (); both branches have the same words
 */
typedef struct
{
  const LoraUse *loras;
  guint n_loras;
  Tensor *text;
  Tensor *words;
} ScsBranch;

/**
 * ScsGuidance: what one guided step computed, for whoever looks.
 * @loss_m_to_s: L_m→s, @loss_s_to_m: L_s→m
 * @losses_m_to_s: [temporal layers], @losses_s_to_m: [spatial cross-attention layers]
 * @grad_sub: ∇_{x_sub} L_m→s, @grad_mot: ∇_{x_mot} L_s→m
 * @moved_sub, @moved_mot: the moves in per cent of ‖x_t‖
 */
typedef struct
{
  double loss_m_to_s, loss_s_to_m;
  Tensor *losses_m_to_s, *losses_s_to_m;
  Tensor *grad_sub, *grad_mot;
  double moved_sub, moved_mot;
} ScsGuidance;

/**
 * ScsLine: how α_t goes from α at the first step to the last, in shares of α.
 * @end: at the last step
 * @bend: how far the middle lies above the straight line
 * @bend_at: where the middle lies, 0…1 of the way
 */
typedef struct
{
  double end;
  double bend;
  double bend_at;
} ScsLine;

/** SCS_LINE: METHOD's: straight, to a half. */
#define SCS_LINE ((ScsLine){ .end = 0.5, .bend = 0, .bend_at = 0.5 })

/** SCS_LINE_EDGE: the middle stays this far from either end. */
#define SCS_LINE_EDGE 0.01

/** ScsObserveFunc: hears of a step's tensors by name; they are the step's. */
typedef void (*ScsObserveFunc) (gpointer data, const SamplerStep *step, const char *name, Tensor *value);

/**
 * ScsStrategy: METHOD §5, Eq. 9–11, Algorithm 1: two branches, guided by each other's attention for
 * the first @tau steps, mixed as β_s·ε_sub + β_m·ε_mot.
 * @tau: steps that are guided, of this run
 * @alpha: α of the first step; @line: how it goes on
 * @one_graph: look at the motion branch twice, so that only one branch's graph is in memory at a time
 *   (a tenth slower; scs_strategy_init () asks for it where the network is large)
 * @one_batch: run both branches in one batch, for devices that one pass does not fill
 *   (scs_strategy_init () asks for it on a card; on the CPU it gains nothing and takes memory)
 * @head_mean: compare maps averaged over heads (golden `headmean.*`); METHOD compares every head
 */
typedef struct
{
  SamplerStrategy parent;
  UNet *unet;
  ScsBranch subject;
  ScsBranch motion;
  double guidance;
  guint tau;
  double alpha;
  ScsLine line;
  double beta_s;
  double beta_m;
  gboolean one_graph;
  gboolean one_batch;
  gboolean head_mean;
  ScsObserveFunc observe;
  gpointer observe_data;
} ScsStrategy;

/** SCS_MAPS: the kinds of attention that the branches compare. */
#define SCS_MAPS (ATTENTION_KIND (ATTENTION_SPATIAL_CROSS) | ATTENTION_KIND (ATTENTION_TEMPORAL))

void scs_strategy_init (ScsStrategy *self, UNet *unet);
double scs_alpha (double alpha, const ScsLine *line, guint index, guint n_steps);
gboolean scs_look (UNet *unet, const ScsBranch *branch, Tensor *x, gint64 t, AttentionProbe *probe, GError **error);
gboolean scs_guide (ScsStrategy *self, Tensor *x_t, gint64 t, ScsGuidance *result, GError **error);
Tensor *scs_start (Tensor *inverted, Tensor *eps, double beta);

G_END_DECLS
