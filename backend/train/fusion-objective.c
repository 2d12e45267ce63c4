/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/fusion-objective.h"

#include "diffusion/attention-maps.h"
#include "diffusion/latents.h"
#include "nn/lora-file.h"
#include "train/losses.h"
#include "train/validation.h"

/*
 * Several subjects in one LoRA (METHOD §4, Eq. 6–8): the student follows each subject's own LoRA on
 * its clips, and looks for each token where that subject was pasted.
 */

enum
{
  STREAM_FUSION,
  STREAM_CUTMIX = 1000 /* behind the streams of the subjects */
};

#define PASTED 2 /* subjects in one CutMix clip */

typedef struct
{
  Objective parent;
  Pipeline *pipeline;
  FusionSettings settings;
  GArray *subjects;
  GPtrArray *pairs; /* of Pair: made when a pair is first drawn */
  double l_fusion;
  GPtrArray *targets; /* of Tensor: of the validation, the teachers', made once */
} FusionObjective;

/* The prompt of a CutMix clip; the rows stay as they are, so its states do too. */
typedef struct
{
  guint pasted[PASTED];
  gint64 positions[PASTED]; /* of the tokens */
  Tensor *text;
} Pair;

static void
pair_free (gpointer data)
{
  Pair *pair = data;

  t_drop (&pair->text);
  g_free (pair);
}

/** fusion_subject_clear: frees what a subject holds; for g_array_set_clear_func (). */
void
fusion_subject_clear (FusionSubject *self)
{
  g_clear_pointer (&self->lora, lora_free);
  g_clear_pointer (&self->token, g_free);
  g_clear_pointer (&self->samples, g_array_unref);
  g_clear_pointer (&self->clips, g_array_unref);
  t_drop (&self->text);
}

static FusionSubject *
subject_at (FusionObjective *self, guint i)
{
  return &g_array_index (self->subjects, FusionSubject, i);
}

static void
fusion_add_parameters (Objective *objective, Optimizer *optimizer)
{
  FusionObjective *self = (FusionObjective *) objective;

  objective_add_lora (optimizer, self->parent.lora, self->settings.lora_rate);
}

static Tensor *
teacher_guess (FusionObjective *self, FusionSubject *subject, Tensor *x_t, gint64 t, GError **error)
{
  T_SCOPE_NO_GRAD ();
  LoraUse use = { subject->lora, 1 };
  Tensor *guess;

  if (!t_check (error) || !unet_set_loras (self->pipeline->unet, &use, 1, error))
    return NULL;
  guess = objective_predict (self->pipeline, x_t, t, subject->text);
  return t_check (error) ? t_keep (guess) : NULL;
}

/* One subject's share of L_fusion; its graph is gone before the next one's is made. */
static gboolean
follow_teacher (FusionObjective *self, guint i, guint64 seed, guint step, double *share, gint64 *drawn, GError **error)
{
  T_SCOPE ();
  FusionSubject *subject = subject_at (self, i);
  Schedule *schedule = self->pipeline->schedule;
  g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (seed, STREAM_FUSION + i, step));
  gint64 index = t_rand_int (generator, (gint64) subject->samples->len);
  ObjectiveSample *sample = &g_array_index (subject->samples, ObjectiveSample, index);
  gint64 t = *drawn = t_rand_int (generator, schedule_n_steps (schedule));
  Tensor *eps = objective_randn_like (sample->latents, generator);
  Tensor *x_t = schedule_add_noise (schedule, sample->latents, eps, &t, 1);
  Tensor *wanted = teacher_guess (self, subject, x_t, t, error);
  LoraUse use = { self->parent.lora, 1 };
  Tensor *loss;

  if (wanted == NULL || !unet_set_loras (self->pipeline->unet, &use, 1, error))
    return FALSE;
  loss = t_mse (objective_predict (self->pipeline, x_t, t, subject->text), wanted);
  loss = t_mul_scalar (loss, 1.0 / self->subjects->len);
  if (!objective_backward (&self->parent, loss, error) || !t_item (loss, share, error))
    return FALSE;
  self->l_fusion += *share;
  return TRUE;
}

static Pair *
pair_of (FusionObjective *self, const guint *pasted)
{
  T_SCOPE_NO_GRAD ();
  Conditioner *conditioner = self->pipeline->conditioner;
  const char *tokens[] = { subject_at (self, pasted[0])->token, subject_at (self, pasted[1])->token };
  g_autofree char *prompt = NULL;
  Pair *pair;

  for (guint i = 0; i < self->pairs->len; i++)
    {
      pair = g_ptr_array_index (self->pairs, i);
      if (pair->pasted[0] == pasted[0] && pair->pasted[1] == pasted[1])
        return pair;
    }
  prompt = g_strdup_printf ("A %s and a %s", tokens[0], tokens[1]);
  pair = g_new0 (Pair, 1);
  for (guint i = 0; i < PASTED; i++)
    {
      pair->pasted[i] = pasted[i];
      pair->positions[i] = conditioner_position (conditioner, prompt, tokens[i]);
      if (pair->positions[i] < 0)
        t_fail (T_ERROR_FAILED, "“%s” is no learned word of the prompt “%s”", tokens[i], prompt);
    }
  pair->text = t_steal (conditioner_encode (conditioner, prompt));
  g_ptr_array_add (self->pairs, pair);
  return pair;
}

/* M_SCA of both pasted subjects' tokens in one pass of the student, [2, F, h, w]. */
static Tensor *
look_for_tokens (FusionObjective *self, const guint *pasted, Tensor *latents, TGenerator *generator, gint64 *drawn,
                 GError **error)
{
  T_SCOPE ();
  Schedule *schedule = self->pipeline->schedule;
  Pair *pair = pair_of (self, pasted);
  g_autoptr (AttentionProbe) probe = attention_probe_new (ATTENTION_KIND (ATTENTION_SPATIAL_CROSS));
  UNetCall call = { .probe = probe };
  gint64 t = *drawn = t_rand_int (generator, schedule_n_steps (schedule));
  Tensor *x_t = schedule_add_noise (schedule, latents, objective_randn_like (latents, generator), &t, 1);
  Tensor *maps[PASTED];

  attention_probe_stop_after (probe, unet_count_attentions (self->pipeline->unet,
                                                            ATTENTION_KIND (ATTENTION_SPATIAL_CROSS)));
  unet_forward (self->pipeline->unet, &call, x_t, t_full ((double) t, T_F32, T_CPU, T_SHAPE (1)), pair->text);
  if (!t_check (error))
    return NULL;
  for (guint i = 0; i < PASTED; i++)
    maps[i] = token_map_scaled (token_map (probe, pair->positions[i]));
  return t_keep (t_stack (maps, PASTED, 0));
}

static void
draw_pair (FusionObjective *self, TGenerator *generator, guint *pasted)
{
  guint n = self->subjects->len;

  pasted[0] = (guint) t_rand_int (generator, n);
  pasted[1] = (guint) t_rand_int (generator, n - 1);
  pasted[1] += pasted[1] >= pasted[0];
}

/* L_attn on one CutMix clip with a timestep and noise of its own. */
static gboolean
watch_attention (FusionObjective *self, guint64 seed, guint step, ObjectiveTerm *term, gint64 *t, GError **error)
{
  T_SCOPE ();
  g_autoptr (TGenerator) generator = t_generator_new (t_seed_mix (seed, STREAM_CUTMIX, step));
  const CutMixClip *clips[PASTED];
  guint pasted[PASTED];
  gint64 place = t_rand_int (generator, (gint64) self->settings.backgrounds->len);
  Tensor *background = g_ptr_array_index (self->settings.backgrounds, place);
  Tensor *pixels, *visible, *maps, *loss;

  draw_pair (self, generator, pasted);
  for (guint i = 0; i < PASTED; i++)
    {
      GArray *own = subject_at (self, pasted[i])->clips;
      clips[i] = &g_array_index (own, CutMixClip, t_rand_int (generator, (gint64) own->len));
    }
  pixels = cutmix_compose (clips, PASTED, background, generator, &visible);
  maps = look_for_tokens (self, pasted, latents_from_pixels (self->pipeline->vae, pixels), generator, t, error);
  if (maps == NULL)
    return FALSE;
  loss = loss_attention (maps, target_masks (visible, t_size (maps, 2), t_size (maps, 3)));
  if (self->settings.look != NULL && self->settings.look_every > 0 && step % self->settings.look_every == 0)
    self->settings.look (self->settings.look_data, step, pixels, visible, maps, pasted);
  return objective_backward (&self->parent, t_mul_scalar (loss, self->settings.lambda2), error)
         && objective_term (term, "L_attn", loss, error);
}

/* Each subject has a timestep of its own; L_fusion_i is what it had at t_i, before the mean over the subjects. */
static void
tell_shares (const double *shares, const gint64 *drawn, guint n, ObjectiveTerm *terms, guint *n_terms)
{
  for (guint i = 0; i < n && *n_terms + 2 <= OBJECTIVE_MAX_TERMS; i++)
    {
      g_autofree char *loss = g_strdup_printf ("L_fusion_%u", i + 1);
      g_autofree char *t = g_strdup_printf ("t_%u", i + 1);

      objective_number (terms, n_terms, g_intern_string (loss), shares[i] * n);
      objective_number (terms, n_terms, g_intern_string (t), (double) drawn[i]);
    }
}

static gboolean
fusion_step (Objective *objective, guint64 seed, guint step, ObjectiveTerm *terms, guint *n_terms, GError **error)
{
  FusionObjective *self = (FusionObjective *) objective;
  double lambda2 = self->settings.lambda2;
  guint n = self->subjects->len;
  g_autofree double *shares = g_new0 (double, n);
  g_autofree gint64 *drawn = g_new0 (gint64, n);
  gint64 t_attn = 0;

  self->l_fusion = 0;
  for (guint i = 0; i < n; i++)
    if (!follow_teacher (self, i, seed, step, &shares[i], &drawn[i], error))
      return FALSE;
  terms[0] = (ObjectiveTerm){ "L_fusion", self->l_fusion };
  *n_terms = 1;
  if (lambda2 > 0)
    {
      if (!watch_attention (self, seed, step, &terms[1], &t_attn, error))
        return FALSE;
      terms[2] = (ObjectiveTerm){ "L", terms[0].value + lambda2 * terms[1].value };
      *n_terms = 3;
      objective_number (terms, n_terms, "t_attn", (double) t_attn);
    }
  tell_shares (shares, drawn, n, terms, n_terms);
  return TRUE;
}

/* What the teachers say of a fixed noise never changes. */
static Tensor *
target_of (FusionObjective *self, guint i, const ValidationPoint *point, GError **error)
{
  Tensor **slot = (Tensor **) &g_ptr_array_index (self->targets, i * VALIDATION_N + point->k);

  if (*slot == NULL)
    t_assign (slot, teacher_guess (self, subject_at (self, i), point->x_t, point->t, error));
  return *slot;
}

typedef struct
{
  FusionObjective *self;
  guint i;
} Share;

static Tensor *
validation_loss (gpointer data, const ObjectiveSample *sample, const ValidationPoint *point, GError **error)
{
  Share *share = data;
  FusionObjective *self = share->self;
  LoraUse use = { self->parent.lora, 1 };
  Tensor *wanted = target_of (self, share->i, point, error);

  if (wanted == NULL || !unet_set_loras (self->pipeline->unet, &use, 1, error))
    return NULL;
  return t_mse (objective_predict (self->pipeline, point->x_t, point->t, subject_at (self, share->i)->text), wanted);
}

/* L_fusion alone, in which each subject has its share. */
static gboolean
fusion_validate (Objective *objective, guint64 seed, double *loss, GError **error)
{
  FusionObjective *self = (FusionObjective *) objective;

  *loss = 0;
  for (guint i = 0; i < self->subjects->len; i++)
    {
      Share share = { self, i };
      double mean;

      if (!validation_mean (self->pipeline, subject_at (self, i)->samples, seed, i, validation_loss, &share, &mean, error))
        return FALSE;
      *loss += mean / self->subjects->len;
    }
  return TRUE;
}

static gboolean
fusion_save (Objective *objective, const char *run_dir, GError **error)
{
  FusionObjective *self = (FusionObjective *) objective;
  g_autofree char *path = g_build_filename (run_dir, OBJECTIVE_LORA_FILE, NULL);

  return lora_save (self->parent.lora, path, error);
}

static void
fusion_free (Objective *objective)
{
  FusionObjective *self = (FusionObjective *) objective;

  unet_set_loras (self->pipeline->unet, NULL, 0, NULL);
  g_clear_pointer (&self->parent.lora, lora_free);
  g_clear_pointer (&self->subjects, g_array_unref);
  g_clear_pointer (&self->pairs, g_ptr_array_unref);
  for (guint i = 0; i < self->targets->len; i++)
    t_drop ((Tensor **) &g_ptr_array_index (self->targets, i));
  g_clear_pointer (&self->targets, g_ptr_array_unref);
  g_clear_pointer (&self->settings.backgrounds, g_ptr_array_unref);
  g_free (self);
}

/**
 * fusion_objective_new:
 * @pipeline: borrowed; knows the subjects' words, whose rows stay as they are
 * @subjects: (element-type FusionSubject): at least two; referenced
 *
 * The student starts as the exact mean of the subjects' LoRAs, rank N·r.
 *
 * Returns: (transfer full): the objective, or NULL with an error
 */
Objective *
fusion_objective_new (Pipeline *pipeline, const FusionSettings *settings, GArray *subjects, GError **error)
{
  FusionObjective *self = g_new0 (FusionObjective, 1);
  g_autoptr (Objective) objective = &self->parent;
  g_autofree Lora **loras = g_new0 (Lora *, subjects->len);

  self->parent = (Objective){ fusion_add_parameters, fusion_step, fusion_save, fusion_free, objective_scale (pipeline) };
  self->parent.validate = fusion_validate;
  self->pipeline = pipeline;
  self->settings = *settings;
  self->settings.backgrounds = settings->backgrounds != NULL ? g_ptr_array_ref (settings->backgrounds) : NULL;
  self->subjects = g_array_ref (subjects);
  self->pairs = g_ptr_array_new_with_free_func (pair_free);
  self->targets = g_ptr_array_new ();
  g_ptr_array_set_size (self->targets, (gint) (subjects->len * VALIDATION_N));
  for (guint i = 0; i < subjects->len; i++)
    loras[i] = subject_at (self, i)->lora;
  self->parent.lora = lora_stack_mean (loras, subjects->len, error);
  if (self->parent.lora == NULL)
    return NULL;
  for (guint i = 0; i < subjects->len; i++)
    lora_freeze (loras[i]);
  return g_steal_pointer (&objective);
}
