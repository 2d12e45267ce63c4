/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "checks.h"
#include "train/losses.h"
#include "train/objective.h"

/* adamw.safetensors and method_train3.safetensors: the optimizer. */

/* What METHOD §1 trains with. */
#define LORA_RATE 1e-4
#define ROW_RATE 1e-3
#define WEIGHT_DECAY 0.01
#define CLIP_NORM 1.0

/* The rate of one parameter in "a, b: 1e-2; row: 1e-1"; 0 when it is not named. */
static double
rate_of (const char *text, const char *parameter)
{
  g_auto (GStrv) groups = g_strsplit (text != NULL ? text : "", ";", -1);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_auto (GStrv) sides = g_strsplit (groups[i], ":", 2);
      g_auto (GStrv) names = sides[0] != NULL && sides[1] != NULL ? g_strsplit (sides[0], ",", -1) : NULL;
      for (guint j = 0; names != NULL && names[j] != NULL; j++)
        if (g_str_equal (g_strstrip (names[j]), parameter))
          return g_ascii_strtod (g_strstrip (sides[1]), NULL);
    }
  return 0;
}

/* "total L2 norm over all three to 1": the last word. */
static double
clip_of (const char *text)
{
  const char *last = text != NULL ? strrchr (text, ' ') : NULL;
  double value = last != NULL ? g_ascii_strtod (last + 1, NULL) : 0;

  return value > 0 ? value : CLIP_NORM;
}

typedef struct
{
  GoldenFile *file;
  Optimizer *optimizer;
  GPtrArray *names; /* "a", "b", "row" */
  GPtrArray *parameters;
} AdamCase;

static void
add_parameters (AdamCase *self)
{
  T_SCOPE_NO_GRAD ();
  g_auto (GStrv) names = golden_file_names (self->file);

  for (guint i = 0; names[i] != NULL; i++)
    {
      const char *name = names[i] + strlen ("p0.");
      Tensor *leaf;
      if (!g_str_has_prefix (names[i], "p0."))
        continue;
      leaf = t_steal (t_requires_grad (t_clone (golden_file_input (self->file, names[i]))));
      if (leaf == NULL)
        continue;
      g_ptr_array_add (self->names, g_strdup (name));
      g_ptr_array_add (self->parameters, leaf);
      optimizer_add (self->optimizer, name, leaf, rate_of (golden_file_info (self->file, "lr"), name));
    }
}

/* Gives the leaves the stored gradients: they are those of Σ p·g. FALSE at the last step. */
static gboolean
put_gradients (AdamCase *self, guint step)
{
  T_SCOPE ();
  Tensor *loss = NULL;

  for (guint i = 0; i < self->parameters->len; i++)
    {
      NAME (name, "g%u.%s", step, (const char *) g_ptr_array_index (self->names, i));
      Tensor *grad = golden_file_input (self->file, name), *part;
      if (grad == NULL)
        continue;
      part = t_sum (t_mul (g_ptr_array_index (self->parameters, i), grad));
      loss = loss != NULL ? t_add (loss, part) : part;
    }
  return loss != NULL && t_backward (loss, NULL);
}

static void
run_adamw (AdamCase *self)
{
  for (guint step = 0; put_gradients (self, step); step++)
    {
      T_SCOPE_NO_GRAD ();
      NAME (norm_name, "norm%u", step);
      g_autoptr (GError) error = NULL;
      double norm;
      if (!optimizer_step (self->optimizer, &norm, &error))
        {
          golden_fail (self->file->golden, self->file->name, "step", "%s", error->message);
          return;
        }
      golden_file_compare (self->file, norm_name, t_full (norm, T_F64, T_CPU, T_SHAPE (1)), TOL_FORMULA);
      for (guint i = 0; i < self->parameters->len; i++)
        {
          NAME (name, "p%u.%s", step + 1, (const char *) g_ptr_array_index (self->names, i));
          golden_file_compare (self->file, name, g_ptr_array_index (self->parameters, i), TOL_FORMULA);
        }
    }
}

static void
drop_tensor (gpointer data)
{
  Tensor *x = data;

  t_drop (&x);
}

/** check_adamw: the optimizer on given gradients. */
void
check_adamw (Models *models, const char *name)
{
  GoldenFile *file = golden_file_open (models->golden, name);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) parameters = g_ptr_array_new_with_free_func (drop_tensor);
  AdamCase it = { .file = file, .names = names, .parameters = parameters };
  g_autoptr (Optimizer) optimizer = NULL;

  if (file == NULL)
    return;
  optimizer = optimizer_new (golden_file_info_number (file, "weight_decay", WEIGHT_DECAY),
                             clip_of (golden_file_info (file, "clip")));
  it.optimizer = optimizer;
  add_parameters (&it);
  run_adamw (&it);
  golden_no_error (models->golden, name, "steps");
  golden_file_close (file);
}

/**
 * TrainCase: three steps of method_subject from B = 0 and the superclass's row.
 * @batch: method_subject.safetensors, whose x, ε, t and prompts are used
 */
typedef struct
{
  Models *models;
  GoldenFile *file;
  GoldenFile *batch;
  Pipeline *tiny;
  const char *token;
  Lora *lora;
  Tensor *row;
} TrainCase;

/* A of the LoRA that `info.start` names, B = 0. */
static Lora *
start_lora (TrainCase *self, GError **error)
{
  T_SCOPE_NO_GRAD ();
  const char *start = golden_file_info (self->file, "start");
  g_auto (GStrv) names = models_loras_in_text (start != NULL ? start : golden_file_info (self->batch, "lora"));
  Lora *from = names[0] != NULL ? models_lora (self->models, names[0], error) : NULL;
  Lora *lora = lora_new_empty ();

  if (names[0] == NULL)
    g_set_error (error, T_ERROR, T_ERROR_FAILED, "“info.start” names no LoRA");
  for (guint i = 0; from != NULL && i < lora_n_factors (from); i++)
    {
      LoraFactor *factor = lora_factor (from, i);
      lora_add (lora, factor->path, t_requires_grad (t_clone (factor->down)),
                t_requires_grad (t_mul_scalar (t_detach (factor->up), 0)), factor->scale);
    }
  if (from != NULL)
    return lora;
  lora_free (lora);
  return NULL;
}

/* "row = rows_init_mean[0]": a leaf. */
static Tensor *
start_row (TrainCase *self)
{
  const char *start = golden_file_info (self->file, "start");
  const char *index = start != NULL ? strstr (start, "rows_init_mean[") : NULL;
  gint64 i = 0;

  if (index != NULL)
    i = g_ascii_strtoll (index + strlen ("rows_init_mean["), NULL, 10);
  else
    while (self->models->order[i] != NULL && g_strcmp0 (self->models->order[i], self->token) != 0)
      i++;
  return t_requires_grad (
      t_to (t_clone (t_select (self->models->init_rows, 0, i)), self->models->golden->device, T_F32));
}

static Tensor *
part_loss (TrainCase *self, const char *suffix, const char *prompt)
{
  T_SCOPE ();
  NAME (x_name, "x_%s", suffix);
  NAME (eps_name, "eps_%s", suffix);
  NAME (t_name, "t_%s", suffix);
  g_autoptr (GArray) t = NULL;
  const char *words = golden_file_info (self->batch, prompt);
  Tensor *eps = golden_file_peek (self->batch, eps_name), *x_t, *text;

  if (!golden_file_input_ints (self->batch, t_name, &t) || words == NULL)
    {
      t_fail (T_ERROR_FAILED, "the batch of method_subject is not complete");
      return NULL;
    }
  x_t = schedule_add_noise (self->tiny->schedule, golden_file_peek (self->batch, x_name), eps,
                            (const gint64 *) (gpointer) t->data, 1);
  text = conditioner_encode (self->tiny->conditioner, words);
  return t_keep (loss_noise (objective_predict (self->tiny, x_t, g_array_index (t, gint64, 0), text), eps));
}

/* The losses at step @step; with gradients unless it is the last look. */
static gboolean
compare_losses (TrainCase *self, guint step, gboolean last)
{
  T_SCOPE ();
  NAME (sub_name, "L_sub.%u", step);
  NAME (reg_name, "L_reg.%u", step);
  double lambda1 = golden_file_info_number (self->batch, "lambda1", 0.25);
  g_autoptr (GError) error = NULL;
  Tensor *l_sub = part_loss (self, "s", "c_s"), *l_reg = part_loss (self, "aux", "c_aux");

  golden_file_compare (self->file, sub_name, l_sub, TOL_TRAINED_LOSS);
  golden_file_compare (self->file, reg_name, l_reg, TOL_TRAINED_LOSS);
  if (last || t_backward (t_add_scaled (l_sub, l_reg, lambda1), &error))
    return golden_no_error (self->models->golden, self->file->name, sub_name);
  golden_fail (self->models->golden, self->file->name, sub_name, "%s", error->message);
  return FALSE;
}

/* Gradients of step @step as AdamW sees them, after clipping. */
static void
compare_step_gradients (TrainCase *self, guint step, double norm)
{
  T_SCOPE_NO_GRAD ();
  NAME (norm_name, "grad_norm.%u", step);
  NAME (row_name, "grad_row.%u", step);
  double clip = MIN (1, CLIP_NORM / (norm + 1e-6));

  golden_file_compare (self->file, norm_name, t_full (norm, T_F64, T_CPU, T_SHAPE (1)), TOL_GRADIENT);
  golden_file_compare (self->file, row_name, t_mul_scalar (t_grad (self->row), clip), TOL_GRADIENT);
  for (guint i = 0; i < lora_n_factors (self->lora); i++)
    {
      LoraFactor *factor = lora_factor (self->lora, i);
      NAME (a, "grad.%s.lora_A.%u", factor->path, step);
      NAME (b, "grad.%s.lora_B.%u", factor->path, step);
      golden_file_compare (self->file, a, t_mul_scalar (t_grad (factor->down), clip), TOL_GRADIENT);
      golden_file_compare (self->file, b, t_mul_scalar (t_grad (factor->up), clip), TOL_GRADIENT);
    }
}

static void
compare_values (TrainCase *self, guint step)
{
  NAME (row, "row.%u", step);

  golden_file_compare_trained (self->file, row, self->row, ROW_RATE * step);
  for (guint i = 0; i < lora_n_factors (self->lora); i++)
    {
      LoraFactor *factor = lora_factor (self->lora, i);
      NAME (a, "%s.lora_A.%u", factor->path, step);
      NAME (b, "%s.lora_B.%u", factor->path, step);
      golden_file_compare_trained (self->file, a, factor->down, LORA_RATE * step);
      golden_file_compare_trained (self->file, b, factor->up, LORA_RATE * step);
    }
}

static double
all_norms (TrainCase *self)
{
  g_autoptr (GPtrArray) parameters = lora_parameters (self->lora);

  g_ptr_array_add (parameters, self->row);
  return check_total_norm ((Tensor *const *) parameters->pdata, parameters->len);
}

/* The last step that the file has a loss of. */
static guint
last_step (GoldenFile *file)
{
  for (guint step = 1;; step++)
    {
      NAME (name, "L_sub.%u", step);
      if (!golden_file_has (file, name))
        return step - 1;
    }
}

static void
train (TrainCase *self)
{
  g_autoptr (Optimizer) optimizer = optimizer_new (WEIGHT_DECAY, CLIP_NORM);
  guint n = last_step (self->file);

  optimizer_add (optimizer, self->token, self->row, ROW_RATE);
  objective_add_lora (optimizer, self->lora, LORA_RATE);
  compare_values (self, 0);
  for (guint step = 0; step <= n; step++)
    {
      g_autoptr (GError) error = NULL;
      double norm;
      if (!compare_losses (self, step, step == n) || step == n)
        return;
      norm = all_norms (self);
      compare_step_gradients (self, step, norm);
      if (!optimizer_step (optimizer, &norm, &error))
        {
          golden_fail (self->models->golden, self->file->name, "step", "%s", error->message);
          return;
        }
      compare_values (self, step + 1);
    }
}

static void
run_train (TrainCase *self)
{
  T_SCOPE ();
  g_autoptr (GError) error = NULL;
  g_autoptr (Lora) lora = start_lora (self, &error);
  LoraUse use = { lora, 1 };

  self->lora = lora;
  self->row = start_row (self);
  if (lora == NULL || self->token == NULL || !unet_set_loras (self->tiny->unet, &use, 1, &error)
      || !conditioner_add_word (self->tiny->conditioner, self->token, self->row, &error))
    {
      golden_fail (self->models->golden, self->file->name, "start", "%s",
                   error != NULL ? error->message : "the file does not say what is trained");
      return;
    }
  train (self);
  unet_set_loras (self->tiny->unet, NULL, 0, NULL);
  if (models_row (self->models, self->token) != NULL)
    conditioner_add_word (self->tiny->conditioner, self->token, models_row (self->models, self->token), NULL);
}

/** check_method_train3: a few whole steps of a subject's training. */
void
check_method_train3 (Models *models, const char *name)
{
  GoldenFile *file = golden_file_open (models->golden, name);
  TrainCase it = { .models = models, .file = file };

  if (file != NULL && (it.tiny = models_pipeline (models, "tiny", name)) != NULL
      && (it.batch = golden_file_open (models->golden, "method_subject.safetensors")) != NULL)
    {
      it.token = golden_file_info (it.batch, "token");
      run_train (&it);
      golden_file_ignore_rest (it.batch);
      golden_file_close (it.batch);
    }
  golden_file_close (file);
}
