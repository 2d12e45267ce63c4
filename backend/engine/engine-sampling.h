/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diffusion/scs-prompt.h"
#include "diffusion/scs.h"
#include "engine/engine-private.h"

G_BEGIN_DECLS

/**
 * Sampling: one request while it runs.
 * @uses: LoRAs of the subject branch, of the motion branch, and of both together
 * @identity: what every step depends on; names the checkpoint's run
 * @x_t, @eps_sub, @eps_mot: of the last step, kept where somebody looks at the branches
 * @probe, @mask_sum: the cross-attention that becomes the result's mask
 */
typedef struct
{
  Engine *engine;
  const EngineSampleRequest *request;
  guint n_steps;
  double guidance;
  gint64 frames, width, height;
  GPtrArray *loras;
  GArray *uses[3];
  ScsPrompt *prompt;
  char *identity;
  char *checkpoint;
  Tensor *x_t, *eps_sub, *eps_mot;
  AttentionProbe *probe;
  Tensor *mask_sum;
  gint64 mask_position;
} Sampling;

void sampling_init (Sampling *self, Engine *engine, const EngineSampleRequest *request);
gboolean sampling_prepare (Sampling *self, GError **error);
void sampling_clear (Sampling *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sampling, sampling_clear)

SamplerStrategy *sampling_strategy (Sampling *self, ScsStrategy *scs, PlainStrategy *plain, GError **error);
Tensor *sampling_start (Sampling *self, GError **error);

gboolean sampling_identify (Sampling *self, GError **error);
Tensor *sampling_load (Sampling *self, guint *done);
gboolean sampling_save (Sampling *self, Tensor *x, guint done, GError **error);
void sampling_forget (Sampling *self);

char *sampling_step_path (const char *steps_dir, guint step);
gboolean sampling_keep_step (Sampling *self, const SamplerStep *step, Tensor *x, GError **error);
gboolean sampling_keep_start (Sampling *self, Tensor *x, GError **error);
Tensor *sampling_load_step (Sampling *self, GError **error);
Tensor *sampling_branch_x0 (Sampling *self, const SamplerStep *step, Tensor *eps);

gboolean sampling_gather_mask (Sampling *self, GError **error);
gboolean sampling_add_mask (Sampling *self, EngineClip *clip, GError **error);

G_END_DECLS
