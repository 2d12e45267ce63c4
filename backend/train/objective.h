/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diffusion/pipeline.h"
#include "nn/lora.h"
#include "train/optimizer.h"

G_BEGIN_DECLS

/** OBJECTIVE_MAX_TERMS: the most numbers that one step reports. */
#define OBJECTIVE_MAX_TERMS 40

/**
 * ObjectiveTerm: a number of one step: a loss by its name in METHOD ("L_sub"), or the timestep that one was drawn at
 * ("t", "t_reg", "t_attn"; of several subjects "t_1" with its share "L_fusion_1", …).
 */
typedef struct
{
  const char *name;
  double value;
} ObjectiveTerm;

/**
 * Objective: what a training minimizes; the loop is the same for all.
 * @add_parameters: hands the trained parameters to @optimizer, always in one order
 * @step: draws what step @step needs from @seed, gathers gradients (objective_backward ()) and leaves the
 *   step's losses in @terms; a step's draws depend on seed and step alone
 * @save: writes the final files into @run_dir
 * @validate: (nullable): the loss of what is learned at fixed timesteps and noise, see validation.h; it leaves weights,
 *   gradients and the training's draws as they are
 * @scale: what losses are multiplied by before they are derived; see objective_scale ()
 * @lora: (nullable): the LoRA that is trained; owned by the objective
 */
typedef struct _Objective Objective;
struct _Objective
{
  void (*add_parameters) (Objective *self, Optimizer *optimizer);
  gboolean (*step) (Objective *self, guint64 seed, guint step, ObjectiveTerm *terms, guint *n_terms,
                    GError **error);
  gboolean (*save) (Objective *self, const char *run_dir, GError **error);
  void (*free) (Objective *self);
  double scale;
  Lora *lora;
  gboolean (*validate) (Objective *self, guint64 seed, double *loss, GError **error);
};

static inline void
objective_free (Objective *self)
{
  if (self != NULL)
    self->free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Objective, objective_free)

/** Names of the files that a finished run holds. */
#define OBJECTIVE_LORA_FILE "pytorch_lora_weights.safetensors"
#define OBJECTIVE_WORD_FILE "learned_embeds.safetensors"

/**
 * ObjectiveSample: something to learn from.
 * @latents: [1, C, F, h, w], scaled; owned
 * @mask: (nullable): [1, 1, F, h, w]; owned
 * @text: (nullable): the states of its caption; owned
 */
typedef struct
{
  Tensor *latents;
  Tensor *mask;
  Tensor *text;
} ObjectiveSample;

void objective_sample_clear (ObjectiveSample *self);

/**
 * SubjectSettings: METHOD §2 (a subject) and §3.1 (a word alone).
 * @token: the learned word; @superclass: what it starts from; @prompt: c_s
 * @rank: of the LoRA; 0 trains the word's row alone (textual inversion)
 * @lambda1: weight of L_reg; 0 leaves it out
 * @masked: weight L_sub by the masks (normalised by their area)
 * @row: (nullable): [width], borrowed: the word's row, learned before; it stays as it is and the LoRA
 *   alone is trained (METHOD §6, DreamVideo-style)
 */
typedef struct
{
  const char *token;
  const char *superclass;
  const char *prompt;
  guint rank;
  double lora_rate;
  double token_rate;
  double lambda1;
  gboolean masked;
  Tensor *row;
} SubjectSettings;

Objective *subject_objective_new (Pipeline *pipeline, const SubjectSettings *settings, GArray *samples,
                                  GArray *prior, guint64 seed, GError **error);

/**
 * MotionSettings: METHOD §3.
 * @prompt: c_m; @static_prompt: c_ap, NULL: plain Eq. 1 without L_mot's target (METHOD §6)
 * @debiased: MotionDirector's temporal loss instead, with a frame drawn at every step as its anchor (METHOD §6)
 */
typedef struct
{
  const char *prompt;
  const char *static_prompt;
  guint rank;
  double lora_rate;
  double omega;
  gboolean debiased;
} MotionSettings;

Objective *motion_objective_new (Pipeline *pipeline, const MotionSettings *settings, GArray *samples,
                                 guint64 seed, GError **error);

/* What all objectives do: one noised sample, and the network's guess. */
Tensor *objective_randn_like (Tensor *x, TGenerator *generator);
Tensor *objective_predict (Pipeline *pipeline, Tensor *x_t, gint64 t, Tensor *text);
double objective_scale (Pipeline *pipeline);
gboolean objective_backward (Objective *self, Tensor *loss, GError **error);
gboolean objective_term (ObjectiveTerm *term, const char *name, Tensor *loss, GError **error);
void objective_number (ObjectiveTerm *terms, guint *n_terms, const char *name, double value);
void objective_add_lora (Optimizer *optimizer, Lora *lora, double rate);

G_END_DECLS
