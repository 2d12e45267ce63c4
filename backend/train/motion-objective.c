/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/lora-file.h"
#include "train/losses.h"
#include "train/validation.h"

/* The motion, free of appearance (METHOD §3, Eq. 5): the temporal LoRA alone is trained. */

enum
{
  STREAM_LORA,
  STREAM_MOTION
};

typedef struct
{
  Objective parent;
  Pipeline *pipeline;
  double lora_rate, omega;
  gboolean debiased;
  GArray *samples;
  Tensor *text;        /* c_m */
  Tensor *static_text; /* c_ap; NULL: plain Eq. 1 */
  Tensor *targets[VALIDATION_N]; /* of the validation: the frozen network's, made once */
} MotionObjective;

static void
motion_add_parameters (Objective *objective, Optimizer *optimizer)
{
  MotionObjective *self = (MotionObjective *) objective;

  objective_add_lora (optimizer, self->parent.lora, self->lora_rate);
}

/* ε_ap-free, or ε itself for the plain loss: the frozen network without any LoRA, no gradient. */
static Tensor *
target (MotionObjective *self, Tensor *x_t, Tensor *eps, gint64 t, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Tensor *eps_ap, *wanted;

  if (!t_check (error))
    return NULL;
  if (self->static_text == NULL)
    return eps;
  if (!unet_set_loras (self->pipeline->unet, NULL, 0, error))
    return NULL;
  eps_ap = objective_predict (self->pipeline, x_t, t, self->static_text);
  wanted = target_appearance_free (eps, eps_ap, self->omega);
  return t_check (error) ? t_keep (wanted) : NULL;
}

/* The loss of this step and its name: L_mot (Eq. 5), MotionDirector's debiased loss, or plain Eq. 1. */
static Tensor *
loss_of (MotionObjective *self, Tensor *prediction, Tensor *wanted, TGenerator *generator, const char **name)
{
  if (self->debiased)
    {
      *name = "L_debiased";
      return loss_debiased (prediction, wanted, t_rand_int (generator, t_size (prediction, 2)));
    }
  *name = self->static_text != NULL ? "L_mot" : "L_plain";
  return loss_noise (prediction, wanted);
}

static gboolean
motion_step (Objective *objective, guint64 seed, guint step, ObjectiveTerm *terms, guint *n_terms, GError **error)
{
  T_SCOPE ();
  MotionObjective *self = (MotionObjective *) objective;
  Schedule *schedule = self->pipeline->schedule;
  g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (seed, STREAM_MOTION, step));
  gint64 index = t_rand_int (generator, (gint64) self->samples->len);
  ObjectiveSample *sample = &g_array_index (self->samples, ObjectiveSample, index);
  gint64 t = t_rand_int (generator, schedule_n_steps (schedule));
  Tensor *eps = objective_randn_like (sample->latents, generator);
  Tensor *x_t = schedule_add_noise (schedule, sample->latents, eps, &t, 1);
  Tensor *wanted = target (self, x_t, eps, t, error);
  LoraUse use = { self->parent.lora, 1 };
  const char *name;
  Tensor *loss;

  if (wanted == NULL || !unet_set_loras (self->pipeline->unet, &use, 1, error))
    return FALSE;
  loss = loss_of (self, objective_predict (self->pipeline, x_t, t, self->text), wanted, generator, &name);
  *n_terms = 1;
  objective_number (terms, n_terms, "t", (double) t);
  return objective_backward (&self->parent, loss, error) && objective_term (&terms[0], name, loss, error);
}

/* What the frozen network says of a fixed noise never changes. */
static gboolean
ready_target (MotionObjective *self, const ValidationPoint *point, GError **error)
{
  if (self->targets[point->k] != NULL)
    return TRUE;
  t_assign (&self->targets[point->k], target (self, point->x_t, point->eps, point->t, error));
  return self->targets[point->k] != NULL;
}

static Tensor *
validation_loss (gpointer data, const ObjectiveSample *sample, const ValidationPoint *point, GError **error)
{
  MotionObjective *self = data;
  LoraUse use = { self->parent.lora, 1 };
  const char *name;

  if (!ready_target (self, point, error) || !unet_set_loras (self->pipeline->unet, &use, 1, error))
    return NULL;
  return loss_of (self, objective_predict (self->pipeline, point->x_t, point->t, self->text), self->targets[point->k],
                  point->generator, &name);
}

static gboolean
motion_validate (Objective *objective, guint64 seed, double *loss, GError **error)
{
  MotionObjective *self = (MotionObjective *) objective;

  return validation_mean (self->pipeline, self->samples, seed, 0, validation_loss, self, loss, error);
}

static gboolean
motion_save (Objective *objective, const char *run_dir, GError **error)
{
  MotionObjective *self = (MotionObjective *) objective;
  g_autofree char *path = g_build_filename (run_dir, OBJECTIVE_LORA_FILE, NULL);

  return lora_save (self->parent.lora, path, error);
}

static void
motion_free (Objective *objective)
{
  MotionObjective *self = (MotionObjective *) objective;

  unet_set_loras (self->pipeline->unet, NULL, 0, NULL);
  g_clear_pointer (&self->parent.lora, lora_free);
  g_clear_pointer (&self->samples, g_array_unref);
  t_drop (&self->text);
  t_drop (&self->static_text);
  for (guint k = 0; k < VALIDATION_N; k++)
    t_drop (&self->targets[k]);
  g_free (self);
}

/**
 * motion_objective_new:
 * @pipeline: borrowed; knows the learned words of c_ap already
 * @samples: (element-type ObjectiveSample): the motion clip; referenced
 * @seed: draws the LoRA's start
 *
 * Returns: (transfer full): the objective, or NULL with an error
 */
Objective *
motion_objective_new (Pipeline *pipeline, const MotionSettings *settings, GArray *samples, guint64 seed,
                      GError **error)
{
  T_SCOPE_NO_GRAD ();
  MotionObjective *self = g_new0 (MotionObjective, 1);
  g_autoptr (Objective) objective = &self->parent;
  g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (seed, STREAM_LORA, 0));

  self->parent = (Objective){ motion_add_parameters, motion_step, motion_save, motion_free, objective_scale (pipeline) };
  self->parent.validate = motion_validate;
  self->pipeline = pipeline;
  self->lora_rate = settings->lora_rate;
  self->omega = settings->omega;
  self->debiased = settings->debiased;
  self->samples = g_array_ref (samples);
  self->parent.lora = lora_new (pipeline->unet, LINEAR_TEMPORAL, settings->rank, generator, error);
  if (self->parent.lora == NULL)
    return NULL;
  t_assign (&self->text, conditioner_encode (pipeline->conditioner, settings->prompt));
  if (settings->static_prompt != NULL && !settings->debiased)
    t_assign (&self->static_text, conditioner_encode (pipeline->conditioner, settings->static_prompt));
  return t_check (error) ? g_steal_pointer (&objective) : NULL;
}
