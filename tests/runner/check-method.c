/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checks.h"
#include "train/losses.h"
#include "train/objective.h"

/* method_subject, method_textual_inversion, method_motion: the losses of METHOD §2 and §3 and their gradients. */

/* What one such file needs: the network with a LoRA, and a learned word whose row is trained. */
typedef struct
{
  Models *models;
  GoldenFile *file;
  Pipeline *tiny;
  Lora *lora;
  const char *token;
  Tensor *row; /* a leaf; NULL: no row is trained */
} MethodCase;

/* The LoRA that `info.lora` names. */
static Lora *
lora_of (Models *models, GoldenFile *file, const char *text)
{
  g_auto (GStrv) names = models_loras_in_text (text);
  g_autoptr (GError) error = NULL;
  Lora *lora = NULL;

  if (names[0] == NULL)
    golden_fail (models->golden, file->name, "info", "it names no LoRA (“lora/…”)");
  else if ((lora = models_lora (models, names[0], &error)) == NULL)
    golden_fail (models->golden, file->name, names[0], "%s", error->message);
  return lora;
}

static gboolean
use_lora (MethodCase *self, Lora *lora)
{
  LoraUse use = { lora, 1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parameters = lora != NULL ? lora_parameters (lora) : NULL;

  if (!unet_set_loras (self->tiny->unet, &use, lora != NULL ? 1 : 0, &error))
    {
      golden_fail (self->models->golden, self->file->name, "LoRA", "%s", error->message);
      return FALSE;
    }
  for (guint i = 0; parameters != NULL && i < parameters->len; i++)
    t_zero_grad (g_ptr_array_index (parameters, i));
  return TRUE;
}

/* The word's row becomes a leaf that the text encoder sees. */
static gboolean
train_row (MethodCase *self)
{
  Tensor *row = models_row (self->models, self->token);
  g_autoptr (GError) error = NULL;

  if (row == NULL)
    {
      golden_fail (self->models->golden, self->file->name, "row", "“%s” is no learned token of this set",
                   self->token != NULL ? self->token : "");
      return FALSE;
    }
  self->row = t_requires_grad (t_clone (row));
  if (conditioner_add_word (self->tiny->conditioner, self->token, self->row, &error))
    return TRUE;
  golden_fail (self->models->golden, self->file->name, "row", "%s", error->message);
  return FALSE;
}

static void
end_case (MethodCase *self)
{
  unet_set_loras (self->tiny->unet, NULL, 0, NULL);
  if (self->row != NULL)
    conditioner_add_word (self->tiny->conditioner, self->token, models_row (self->models, self->token), NULL);
  t_check (NULL);
}

static gint64
timestep (GoldenFile *file, const char *name)
{
  g_autoptr (GArray) values = NULL;

  return golden_file_input_ints (file, name, &values) && values->len > 0 ? g_array_index (values, gint64, 0) : 0;
}

static Tensor *
encode (MethodCase *self, const char *key)
{
  const char *prompt = golden_file_info (self->file, key);

  if (prompt == NULL)
    {
      t_fail (T_ERROR_FAILED, "info holds no prompt “%s”", key);
      return NULL;
    }
  return conditioner_encode (self->tiny->conditioner, prompt);
}

static Tensor *
add_noise (MethodCase *self, Tensor *x, Tensor *eps, gint64 t)
{
  return schedule_add_noise (self->tiny->schedule, x, eps, &t, 1);
}

static gboolean
backward (MethodCase *self, Tensor *loss, const char *what)
{
  g_autoptr (GError) error = NULL;

  if (t_backward (loss, &error))
    return TRUE;
  golden_fail (self->models->golden, self->file->name, what, "%s", error->message);
  return FALSE;
}

static void
compare_total_norm (MethodCase *self, const char *name)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GPtrArray) parameters = self->lora != NULL ? lora_parameters (self->lora) : g_ptr_array_new ();

  if (self->row != NULL)
    g_ptr_array_add (parameters, self->row);
  golden_file_compare (self->file, name,
                       t_full (check_total_norm ((Tensor *const *) parameters->pdata, parameters->len), T_F64, T_CPU,
                               T_SHAPE (1)),
                       TOL_GRADIENT);
}

/* L = L_sub + λ₁·L_reg (METHOD §2). */
static void
compare_subject (MethodCase *self)
{
  T_SCOPE ();
  GoldenFile *file = self->file;
  double lambda1 = golden_file_info_number (file, "lambda1", 0.25);
  gint64 t_s = timestep (file, "t_s"), t_aux = timestep (file, "t_aux");
  Tensor *eps_s = golden_file_input (file, "eps_s"), *eps_aux = golden_file_input (file, "eps_aux");
  Tensor *mask = golden_file_input (file, "mask");
  Tensor *x_s_t, *x_aux_t, *pred, *guess, *l_sub, *l_reg, *loss;

  if (!train_row (self) || !use_lora (self, self->lora))
    return;
  golden_file_compare (file, "row", self->row, TOL_EXACT);
  x_s_t = add_noise (self, golden_file_input (file, "x_s"), eps_s, t_s);
  golden_file_compare (file, "x_s_t", x_s_t, TOL_FORMULA);
  pred = objective_predict (self->tiny, x_s_t, t_s, encode (self, "c_s"));
  golden_file_compare (file, "pred_s", pred, TOL_NETWORK);
  l_sub = loss_noise (pred, eps_s);
  golden_file_compare (file, "L_sub", l_sub, TOL_LOSS);
  x_aux_t = add_noise (self, golden_file_input (file, "x_aux"), eps_aux, t_aux);
  guess = objective_predict (self->tiny, x_aux_t, t_aux, encode (self, "c_aux"));
  l_reg = loss_noise (guess, eps_aux);
  golden_file_compare (file, "L_reg", l_reg, TOL_LOSS);
  loss = t_add_scaled (l_sub, l_reg, lambda1);
  golden_file_compare (file, "L", loss, TOL_LOSS);
  if (mask != NULL)
    {
      golden_file_compare (file, "L_sub_masked_mean", loss_masked_mean (pred, eps_s, mask), TOL_LOSS);
      golden_file_compare (file, "L_sub_masked_normalised", loss_masked_normalised (pred, eps_s, mask), TOL_LOSS);
    }
  if (!backward (self, loss, "L"))
    return;
  check_lora_gradients (file, self->models, self->lora, "");
  golden_file_compare (file, "grad.row", t_grad (self->row), TOL_GRADIENT);
  compare_total_norm (self, "grad_total_norm");
}

/** check_method_subject: L_sub and L_reg with LoRA and row. */
void
check_method_subject (Models *models, const char *name)
{
  T_SCOPE ();
  GoldenFile *file = golden_file_open (models->golden, name);
  MethodCase it = { .models = models, .file = file };

  if (file != NULL && (it.tiny = models_pipeline (models, "tiny", name)) != NULL
      && (it.lora = lora_of (models, file, golden_file_info (file, "lora"))) != NULL)
    {
      it.token = golden_file_info (file, "token");
      compare_subject (&it);
      end_case (&it);
    }
  golden_file_close (file);
}

static void
compare_textual_inversion (MethodCase *self)
{
  T_SCOPE ();
  GoldenFile *file = self->file;
  gint64 t = timestep (file, "t");
  Tensor *eps = golden_file_input (file, "eps"), *x_t, *loss;

  if (!train_row (self) || !use_lora (self, NULL))
    return;
  golden_file_compare (file, "row", self->row, TOL_EXACT);
  x_t = add_noise (self, golden_file_input (file, "x"), eps, t);
  golden_file_compare (file, "x_t", x_t, TOL_FORMULA);
  loss = loss_noise (objective_predict (self->tiny, x_t, t, encode (self, "prompt")), eps);
  golden_file_compare (file, "L", loss, TOL_LOSS);
  if (backward (self, loss, "L"))
    golden_file_compare (file, "grad.row", t_grad (self->row), TOL_GRADIENT);
  compare_total_norm (self, "grad_total_norm");
}

/** check_method_textual_inversion: the row alone. */
void
check_method_textual_inversion (Models *models, const char *name)
{
  T_SCOPE ();
  GoldenFile *file = golden_file_open (models->golden, name);
  MethodCase it = { .models = models, .file = file };

  if (file != NULL && (it.tiny = models_pipeline (models, "tiny", name)) != NULL)
    {
      it.token = golden_file_info (file, "token");
      compare_textual_inversion (&it);
      end_case (&it);
    }
  golden_file_close (file);
}

/* L_mot (Eq. 5); leaves what MotionDirector's loss needs in @pred and @x_t. */
static void
compare_appearance_free (MethodCase *self, Tensor *x_t, gint64 t, Tensor *eps, Tensor *text)
{
  T_SCOPE ();
  GoldenFile *file = self->file;
  double omega = 0.5;
  Tensor *stored = golden_file_input (file, "omega"), *eps_ap, *wanted, *pred, *loss;

  if (stored != NULL && !t_item (stored, &omega, NULL))
    return;
  if (!use_lora (self, NULL))
    return;
  eps_ap = t_detach (objective_predict (self->tiny, x_t, t, encode (self, "c_ap")));
  golden_file_compare (file, "eps_ap", eps_ap, TOL_NETWORK);
  wanted = target_appearance_free (eps, eps_ap, omega);
  golden_file_compare (file, "eps_ap_free", wanted, TOL_NETWORK);
  if (!use_lora (self, self->lora))
    return;
  pred = objective_predict (self->tiny, x_t, t, text);
  golden_file_compare (file, "pred", pred, TOL_NETWORK);
  golden_file_compare (file, "L_plain", loss_noise (pred, eps), TOL_LOSS);
  loss = loss_noise (pred, wanted);
  golden_file_compare (file, "L_mot", loss, TOL_LOSS);
  if (!backward (self, loss, "L_mot"))
    return;
  check_lora_gradients (file, self->models, self->lora, "");
  compare_total_norm (self, "grad_total_norm");
}

/* MotionDirector's temporal loss. */
static void
compare_debiased (MethodCase *self, Tensor *x_t, gint64 t, Tensor *eps, Tensor *text, gint64 anchor)
{
  T_SCOPE ();
  GoldenFile *file = self->file;
  Tensor *pred, *loss, *plain;

  if (!use_lora (self, self->lora))
    return;
  pred = objective_predict (self->tiny, x_t, t, text);
  plain = loss_noise (pred, eps);
  loss = loss_debiased (pred, eps, anchor);
  golden_file_compare (file, "md_L_org", plain, TOL_LOSS);
  golden_file_compare (file, "md_L_ad", t_sub (loss, plain), TOL_LOSS);
  golden_file_compare (file, "md_L", loss, TOL_LOSS);
  if (!backward (self, loss, "md_L"))
    return;
  check_lora_gradients (file, self->models, self->lora, "md_");
  compare_total_norm (self, "md_grad_total_norm");
}

/* The LoRA of MotionDirector's spatial path: that of method_subject, else the first spatial one. */
static Lora *
spatial_lora (MethodCase *self)
{
  Golden *golden = self->models->golden;
  g_auto (GStrv) names = models_lora_names (self->models);
  GoldenFile *subject
      = golden_has (golden, "method_subject.safetensors") ? golden_file_open (golden, "method_subject.safetensors") : NULL;
  Lora *lora = NULL;

  if (subject != NULL)
    {
      lora = lora_of (self->models, subject, golden_file_info (subject, "lora"));
      golden_file_ignore_rest (subject);
      golden_file_close (subject);
    }
  for (guint i = 0; lora == NULL && names[i] != NULL; i++)
    {
      Lora *other = models_lora (self->models, names[i], NULL);
      Linear *linear = other != NULL ? unet_find_linear (self->tiny->unet, lora_factor (other, 0)->path) : NULL;
      if (linear != NULL && linear->kind == LINEAR_SPATIAL)
        lora = other;
    }
  return lora;
}

/* Its spatial loss: one frame of x_t alone. */
static void
compare_spatial (MethodCase *self, Tensor *x_t, gint64 t, Tensor *eps, Tensor *text, gint64 anchor)
{
  T_SCOPE_NO_GRAD ();
  Tensor *pred;

  if (!use_lora (self, spatial_lora (self)))
    return;
  pred = objective_predict (self->tiny, t_narrow (x_t, 2, anchor, 1), t, text);
  golden_file_compare (self->file, "md_spatial_pred", pred, TOL_NETWORK);
  golden_file_compare (self->file, "md_L_spatial", loss_noise (pred, t_narrow (eps, 2, anchor, 1)), TOL_LOSS);
}

static void
compare_motion (MethodCase *self)
{
  T_SCOPE ();
  GoldenFile *file = self->file;
  gint64 t = timestep (file, "t");
  Tensor *eps = golden_file_input (file, "eps");
  Tensor *x_t = add_noise (self, golden_file_input (file, "x"), eps, t);
  Tensor *text = encode (self, "c_m");

  golden_file_compare (file, "x_t", x_t, TOL_FORMULA);
  compare_appearance_free (self, x_t, t, eps, text);
  if (golden_file_has (file, "md_anchor"))
    {
      gint64 anchor = timestep (file, "md_anchor");
      compare_debiased (self, x_t, t, eps, text, anchor);
      compare_spatial (self, x_t, t, eps, text, anchor);
    }
}

/** check_method_motion: the appearance-free motion loss, and MotionDirector's. */
void
check_method_motion (Models *models, const char *name)
{
  T_SCOPE ();
  GoldenFile *file = golden_file_open (models->golden, name);
  MethodCase it = { .models = models, .file = file };

  if (file != NULL && (it.tiny = models_pipeline (models, "tiny", name)) != NULL
      && (it.lora = lora_of (models, file, golden_file_info (file, "lora"))) != NULL)
    {
      compare_motion (&it);
      end_case (&it);
    }
  golden_file_close (file);
}
