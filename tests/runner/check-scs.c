/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "checks.h"
#include "diffusion/scs-prompt.h"
#include "diffusion/scs.h"

/* method_scs_step and method_scs_run: one guided step, and a whole run with inversion (METHOD §5). */

typedef struct
{
  Models *models;
  GoldenFile *file;
  Pipeline *tiny;
  Lora *subject; /* stacked; owned */
  Lora *motion;
  LoraUse uses[2];
  ScsPrompt *prompt;
  Tensor *texts[2]; /* both branches: negative, prompt; owned */
  ScsStrategy strategy;
  guint n_steps;
  double alpha;
  GArray *losses[2]; /* L_m_to_s, L_s_to_m of the guided steps */
} ScsCase;

static gboolean
fail_with (ScsCase *self, const char *what, GError *error)
{
  golden_fail (self->models->golden, self->file->name, what, "%s", error->message);
  g_error_free (error);
  return FALSE;
}

static gboolean
find_loras (ScsCase *self)
{
  g_auto (GStrv) subject = models_loras_in_text (golden_file_info (self->file, "subject_lora"));
  g_auto (GStrv) motion = models_loras_in_text (golden_file_info (self->file, "motion_lora"));
  GError *error = NULL;

  if ((self->subject = models_stacked (self->models, subject, &error)) == NULL)
    return fail_with (self, "subject_lora", error);
  if ((self->motion = models_lora (self->models, motion[0] != NULL ? motion[0] : "", &error)) == NULL)
    return fail_with (self, "motion_lora", error);
  lora_freeze (self->subject);
  self->uses[0] = (LoraUse){ self->subject, 1 };
  self->uses[1] = (LoraUse){ self->motion, 1 };
  return TRUE;
}

/* Token → superclass as the manifest has it. */
static GHashTable *
superclasses (ScsCase *self)
{
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  JsonObject *manifest = self->models->golden->manifest;
  JsonObject *tokens = manifest != NULL && json_object_has_member (manifest, "tokens")
                           ? json_object_get_object_member (manifest, "tokens")
                           : NULL;
  g_autoptr (GList) names = tokens != NULL ? json_object_get_members (tokens) : NULL;

  for (GList *name = names; name != NULL; name = name->next)
    g_hash_table_insert (table, g_strdup (name->data),
                         g_strdup (json_object_get_string_member_with_default (tokens, name->data, "")));
  return table;
}

static Tensor *
both_texts (ScsCase *self, const char *prompt)
{
  T_SCOPE_NO_GRAD ();
  const char *negative = golden_file_info (self->file, "negative");
  Conditioner *conditioner = self->tiny->conditioner;
  Tensor *both[] = { conditioner_encode (conditioner, negative != NULL ? negative : ""),
                     conditioner_encode (conditioner, prompt) };

  return t_keep (t_cat (both, 2, 0));
}

static gboolean
find_prompts (ScsCase *self, Tensor *like)
{
  g_autoptr (GHashTable) table = superclasses (self);
  const char *prompt = golden_file_info (self->file, "c_tgt"), *plain = golden_file_info (self->file, "c_tgt_super");
  GError *error = NULL;

  if (prompt == NULL)
    {
      golden_fail (self->models->golden, self->file->name, "info", "it holds no prompt c_tgt");
      return FALSE;
    }
  self->prompt = scs_prompt_new (self->tiny->conditioner, prompt, table, like, &error);
  if (self->prompt == NULL)
    return fail_with (self, "c_tgt", error);
  if (plain != NULL)
    golden_check (self->models->golden, self->file->name, "c_tgt_super",
                  g_str_equal (plain, self->prompt->superclass_prompt));
  t_assign (&self->texts[0], both_texts (self, self->prompt->prompt));
  t_assign (&self->texts[1], both_texts (self, self->prompt->superclass_prompt));
  return TRUE;
}

static gboolean
begin_case (ScsCase *self, Models *models, GoldenFile *file, const char *like)
{
  T_SCOPE_NO_GRAD ();

  *self = (ScsCase){ .models = models, .file = file };
  if (file == NULL || (self->tiny = models_pipeline (models, "tiny", file->name)) == NULL || !find_loras (self)
      || !find_prompts (self, golden_file_peek (file, like)))
    return FALSE;
  self->n_steps = (guint) golden_file_info_number (file, "steps", 50);
  self->alpha = golden_file_info_number (file, "alpha", 1e4);
  scs_strategy_init (&self->strategy, self->tiny->unet);
  self->strategy.subject = (ScsBranch){ &self->uses[0], 1, self->texts[0], self->prompt->words };
  self->strategy.motion = (ScsBranch){ &self->uses[1], 1, self->texts[1], self->prompt->superclass_words };
  self->strategy.guidance = golden_file_info_number (file, "guidance", 9);
  self->strategy.alpha = self->alpha;
  self->strategy.tau = (guint) golden_file_info_number (file, "tau", 15);
  for (guint i = 0; i < 2; i++)
    self->losses[i] = g_array_new (FALSE, FALSE, sizeof (double));
  return TRUE;
}

static void
end_case (ScsCase *self)
{
  if (self->tiny != NULL)
    unet_set_loras (self->tiny->unet, NULL, 0, NULL);
  g_clear_pointer (&self->subject, lora_free);
  g_clear_pointer (&self->prompt, scs_prompt_free);
  for (guint i = 0; i < 2; i++)
    {
      t_drop (&self->texts[i]);
      g_clear_pointer (&self->losses[i], g_array_unref);
    }
  t_check (NULL);
}

static void
compare_observed (gpointer data, const SamplerStep *step, const char *name, Tensor *value)
{
  ScsCase *self = data;

  golden_file_compare (self->file, name, value, TOL_GRADIENT);
}

static Tensor *
scalar (double value)
{
  return t_full (value, T_F64, T_CPU, T_SHAPE (1));
}

static void
compare_step (ScsCase *self)
{
  T_SCOPE_NO_GRAD ();
  GoldenFile *file = self->file;
  g_autoptr (GArray) index = NULL, t = NULL;
  SamplerTerm terms[SAMPLER_MAX_TERMS];
  guint n_terms = 0;
  Tensor *x_t = golden_file_input (file, "x_t"), *eps;
  ScsGuidance mean = { 0 };
  GError *error = NULL;

  if (!golden_file_input_ints (file, "step_index", &index) || !golden_file_input_ints (file, "t", &t))
    return;
  SamplerStep step = { (guint) g_array_index (index, gint64, 0), self->n_steps, g_array_index (t, gint64, 0) };
  self->strategy.observe = compare_observed;
  self->strategy.observe_data = self;
  eps = self->strategy.parent.predict (&self->strategy.parent, x_t, &step, terms, &n_terms);
  for (guint i = 0; i < n_terms; i++)
    golden_file_compare (file, terms[i].name, scalar (terms[i].value), TOL_GRADIENT);
  golden_file_compare (file, "x_prev", schedule_ddim_step (self->tiny->schedule, x_t, eps, step.t, step.n_steps, NULL),
                       TOL_GRADIENT);
  self->strategy.one_graph = TRUE;
  if (!scs_guide (&self->strategy, x_t, step.t, &mean, &error))
    {
      fail_with (self, "one graph", error);
      return;
    }
  golden_file_compare_as (file, "grad_x_sub", "grad_x_sub, one graph", mean.grad_sub, TOL_GRADIENT);
  golden_file_compare_as (file, "grad_x_mot", "grad_x_mot, one graph", mean.grad_mot, TOL_GRADIENT);
  self->strategy.one_graph = FALSE;
  self->strategy.one_batch = TRUE;
  eps = self->strategy.parent.predict (&self->strategy.parent, x_t, &step, terms, &n_terms);
  golden_file_compare_as (file, "eps_t", "eps_t, one batch", eps, TOL_GRADIENT);
  self->strategy.one_batch = FALSE;
  self->strategy.head_mean = TRUE;
  if (!scs_guide (&self->strategy, x_t, step.t, &mean, &error))
    {
      fail_with (self, "headmean", error);
      return;
    }
  golden_file_compare (file, "headmean.L_m_to_s", scalar (mean.loss_m_to_s), TOL_GRADIENT);
  golden_file_compare (file, "headmean.L_s_to_m", scalar (mean.loss_s_to_m), TOL_GRADIENT);
  golden_file_compare (file, "headmean.grad_x_sub", mean.grad_sub, TOL_GRADIENT);
  golden_file_compare (file, "headmean.grad_x_mot", mean.grad_mot, TOL_GRADIENT);
}

/** check_method_scs_step: both losses, both gradients, both branches, the mixture. */
void
check_method_scs_step (Models *models, const char *name)
{
  T_SCOPE ();
  GoldenFile *file = golden_file_open (models->golden, name);
  ScsCase it;

  if (begin_case (&it, models, file, "x_t"))
    compare_step (&it);
  end_case (&it);
  golden_file_close (file);
}

static gboolean
hear_inversion (gpointer data, const SamplerStep *step, Tensor *x, Tensor *x0, const SamplerTerm *terms, guint n_terms,
                GError **error)
{
  ScsCase *self = data;
  NAME (name, "inv_%u", step->index + 1);

  golden_file_compare (self->file, name, x, TOL_SCS_RUN);
  return TRUE;
}

static gboolean
hear_step (gpointer data, const SamplerStep *step, Tensor *x, Tensor *x0, const SamplerTerm *terms, guint n_terms,
           GError **error)
{
  ScsCase *self = data;
  NAME (name, "x_%u", step->index + 1);

  golden_file_compare (self->file, name, x, TOL_SCS_RUN);
  for (guint i = 0; i < 2 && n_terms > 1; i++)
    g_array_append_val (self->losses[i], terms[i].value);
  return TRUE;
}

/* DDIM inversion of the clip under the base model with c̃_tgt, guidance 1. */
static Tensor *
invert (ScsCase *self, GError **error)
{
  T_SCOPE_NO_GRAD ();
  PlainStrategy plain;

  if (!unet_set_loras (self->tiny->unet, NULL, 0, error))
    return NULL;
  plain_strategy_init (&plain, self->tiny->unet,
                       conditioner_encode (self->tiny->conditioner, self->prompt->superclass_prompt), 1);
  Tensor *x = sampler_invert (self->tiny->schedule, &plain.parent, golden_file_input (self->file, "x_motion"),
                              self->n_steps, hear_inversion, self, error);
  return t_keep (x);
}

static gboolean
compare_final (ScsCase *self, const char *name, SamplerStrategy *strategy, Tensor *x_T, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Tensor *x = sampler_run (self->tiny->schedule, strategy, x_T, self->n_steps, NULL, NULL, error);

  golden_file_compare (self->file, name, x, TOL_SCS_RUN);
  return x != NULL;
}

static gboolean
compare_run (ScsCase *self, GError **error)
{
  T_SCOPE_NO_GRAD ();
  GoldenFile *file = self->file;
  LoraUse both[] = { self->uses[0], self->uses[1] };
  PlainStrategy plain;
  double beta = 0.3;
  Tensor *x_T, *inverted = invert (self, error);

  if (inverted == NULL || !t_item (golden_file_input (file, "beta"), &beta, error))
    return FALSE;
  x_T = scs_start (inverted, golden_file_input (file, "eps"), beta);
  golden_file_compare (file, "x_T", x_T, TOL_SCS_RUN);
  if (sampler_run (self->tiny->schedule, &self->strategy.parent, x_T, self->n_steps, hear_step, self, error) == NULL)
    return FALSE;
  for (guint i = 0; i < 2; i++)
    golden_file_compare (file, i == 0 ? "L_m_to_s" : "L_s_to_m",
                         t_from_data (self->losses[i]->data, T_F64, T_SHAPE ((gint64) self->losses[i]->len)),
                         TOL_SCS_RUN);
  self->strategy.tau = 0;
  if (!compare_final (self, "x_final_tau0", &self->strategy.parent, x_T, error)
      || !unet_set_loras (self->tiny->unet, both, 2, error))
    return FALSE;
  plain_strategy_init (&plain, self->tiny->unet, self->texts[0], self->strategy.guidance);
  return compare_final (self, "x_final_without_scs", &plain.parent, x_T, error);
}

/** check_method_scs_run: inversion, the guided run, the run without guidance, the one without SCS. */
void
check_method_scs_run (Models *models, const char *name)
{
  T_SCOPE ();
  GoldenFile *file = golden_file_open (models->golden, name);
  ScsCase it;
  GError *error = NULL;

  if (begin_case (&it, models, file, "x_motion") && !compare_run (&it, &error))
    fail_with (&it, "run", error);
  end_case (&it);
  golden_file_close (file);
}
