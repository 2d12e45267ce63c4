/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checks.h"
#include "diffusion/attention-maps.h"
#include "train/cutmix.h"
#include "train/losses.h"
#include "train/objective.h"

/* method_attn and method_fusion: L_attn on a CutMix clip and L_fusion, with the stacked LoRA (METHOD §4). */

#define ATTN_FILE "method_attn.safetensors"

typedef struct
{
  Models *models;
  GoldenFile *file;
  Pipeline *tiny;
  GStrv names; /* of the LoRAs that are stacked */
  Lora *student;
} FusionCase;

static gboolean
fail_with (FusionCase *self, const char *what, GError *error)
{
  golden_fail (self->models->golden, self->file->name, what, "%s", error->message);
  g_error_free (error);
  return FALSE;
}

/* The stacked LoRA of "stacked from lora/s1 and lora/s2". */
static gboolean
stack (FusionCase *self, const char *text)
{
  GError *error = NULL;

  self->names = models_loras_in_text (text);
  self->student = models_stacked (self->models, self->names, &error);
  return self->student != NULL || fail_with (self, "LoRA", error);
}

static gboolean
attach (FusionCase *self, Lora *lora)
{
  LoraUse use = { lora, 1 };
  GError *error = NULL;

  return unet_set_loras (self->tiny->unet, &use, 1, &error) || fail_with (self, "LoRA", error);
}

static void
forget_gradients (Lora *lora)
{
  g_autoptr (GPtrArray) parameters = lora_parameters (lora);

  for (guint i = 0; i < parameters->len; i++)
    t_zero_grad (g_ptr_array_index (parameters, i));
}

static void
end_case (FusionCase *self)
{
  if (self->tiny != NULL)
    unet_set_loras (self->tiny->unet, NULL, 0, NULL);
  g_clear_pointer (&self->student, lora_free);
  g_clear_pointer (&self->names, g_strfreev);
  t_check (NULL);
}

/* Positions of the learned words in a prompt, in its order. */
static GArray *
learned_positions (Pipeline *tiny, const char *prompt)
{
  Tokenizer *tokenizer = conditioner_tokenizer (tiny->conditioner);
  g_autoptr (GPtrArray) words = tokenizer_words (tokenizer, prompt);
  GArray *positions = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < words->len; i++)
    {
      TokenizerWord *word = g_ptr_array_index (words, i);
      gint64 position = word->first;
      if (word->token_id >= (gint64) tokenizer_n_vocabulary (tokenizer))
        g_array_append_val (positions, position);
    }
  return positions;
}

/* masks_px [N, F, H, W] → the list of [F, 1, H, W] that cutmix_visible () takes → [N, F, H, W]. */
static Tensor *
visible_of (Tensor *masks)
{
  T_SCOPE_NO_GRAD ();
  guint n = (guint) t_size (masks, 0);
  g_autofree Tensor **list = g_new0 (Tensor *, n + 1);

  for (guint i = 0; i < n; i++)
    list[i] = t_unsqueeze (t_select (masks, 0, i), 1);
  return t_keep (cutmix_visible (list, n));
}

/* L_attn of @file (method_attn), its tensors compared when @compare. A handle of the scope around. */
static Tensor *
attention_loss (FusionCase *self, GoldenFile *file, gboolean compare)
{
  T_SCOPE ();
  const char *prompt = golden_file_info (file, "prompt");
  g_autoptr (AttentionProbe) probe = attention_probe_new (ATTENTION_KIND (ATTENTION_SPATIAL_CROSS));
  g_autoptr (GArray) positions = NULL, t = NULL;
  UNetCall call = { .probe = probe };
  Tensor *x_t, *before, *maps, *visible, *targets, *loss;
  Tensor *x = golden_file_input (file, "x"), *eps = golden_file_input (file, "eps");

  if (prompt == NULL || !attach (self, self->student) || !golden_file_input_ints (file, "t", &t))
    return NULL;
  positions = learned_positions (self->tiny, prompt);
  x_t = schedule_add_noise (self->tiny->schedule, x, eps, (gint64 *) (gpointer) t->data, t->len);
  attention_probe_stop_after (probe, unet_count_attentions (self->tiny->unet, ATTENTION_KIND (ATTENTION_SPATIAL_CROSS)));
  unet_forward (self->tiny->unet, &call, x_t, golden_file_peek (file, "t"),
                conditioner_encode (self->tiny->conditioner, prompt));
  g_autofree Tensor **list = g_new0 (Tensor *, positions->len + 1);
  for (guint i = 0; i < positions->len; i++)
    list[i] = token_map (probe, g_array_index (positions, gint64, i));
  before = t_stack (list, positions->len, 0);
  for (guint i = 0; i < positions->len; i++)
    list[i] = token_map_scaled (list[i]);
  maps = t_stack (list, positions->len, 0);
  visible = visible_of (golden_file_input (file, "masks_px"));
  targets = target_masks (visible, t_size (maps, 2), t_size (maps, 3));
  loss = loss_attention (maps, targets);
  if (compare)
    {
      golden_file_compare_ints (file, "token_positions", positions);
      golden_file_compare (file, "visible_px", visible, TOL_FORMULA);
      golden_file_compare (file, "mask_target", targets, TOL_FORMULA);
      golden_file_compare (file, "M_before_scaling", before, TOL_NETWORK);
      golden_file_compare (file, "M", maps, TOL_NETWORK);
      golden_file_compare (file, "L_attn", loss, TOL_LOSS);
    }
  return t_keep (loss);
}

static void
compare_gradients (FusionCase *self, const char *prefix)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GPtrArray) parameters = lora_parameters (self->student);
  NAME (total, "%sgrad_total_norm", prefix);
  double norm = check_total_norm ((Tensor *const *) parameters->pdata, parameters->len);

  check_lora_gradients (self->file, self->models, self->student, prefix);
  golden_file_compare (self->file, total, t_full (norm, T_F64, T_CPU, T_SHAPE (1)), TOL_GRADIENT);
}

static gboolean
backward (FusionCase *self, Tensor *loss, const char *what)
{
  GError *error = NULL;

  return t_backward (loss, &error) || fail_with (self, what, error);
}

/** check_method_attn: L_attn and its gradients. */
void
check_method_attn (Models *models, const char *name)
{
  T_SCOPE ();
  GoldenFile *file = golden_file_open (models->golden, name);
  FusionCase it = { .models = models, .file = file };

  if (file != NULL && (it.tiny = models_pipeline (models, "tiny", name)) != NULL
      && stack (&it, golden_file_info (file, "lora")))
    {
      Tensor *loss;
      forget_gradients (it.student);
      loss = attention_loss (&it, file, TRUE);
      if (backward (&it, loss, "L_attn"))
        compare_gradients (&it, "");
    }
  end_case (&it);
  golden_file_close (file);
}

/* One subject's share of L_fusion; teacher and student compared. */
static Tensor *
follow (FusionCase *self, guint i)
{
  T_SCOPE ();
  GoldenFile *file = self->file;
  NAME (x_name, "x_%u", i);
  NAME (eps_name, "eps_%u", i);
  NAME (t_name, "t_%u", i);
  NAME (c_name, "c_%u", i);
  NAME (teacher_name, "teacher_%u", i);
  NAME (student_name, "student_%u", i);
  g_autoptr (GArray) t = NULL;
  g_autoptr (GError) error = NULL;
  Lora *lora = models_lora (self->models, self->names[i], &error);
  const char *prompt = golden_file_info (file, c_name);
  Tensor *x_t, *text, *teacher, *student;

  if (lora == NULL || prompt == NULL || !golden_file_input_ints (file, t_name, &t) || !attach (self, lora))
    return NULL;
  x_t = schedule_add_noise (self->tiny->schedule, golden_file_input (file, x_name), golden_file_input (file, eps_name),
                            (gint64 *) (gpointer) t->data, t->len);
  text = conditioner_encode (self->tiny->conditioner, prompt);
  teacher = t_detach (objective_predict (self->tiny, x_t, g_array_index (t, gint64, 0), text));
  if (!attach (self, self->student))
    return NULL;
  student = objective_predict (self->tiny, x_t, g_array_index (t, gint64, 0), text);
  golden_file_compare (file, teacher_name, teacher, TOL_NETWORK);
  golden_file_compare (file, student_name, student, TOL_NETWORK);
  return t_keep (t_mse (student, teacher));
}

static void
compare_start (FusionCase *self)
{
  T_SCOPE_NO_GRAD ();

  for (guint i = 0; i < lora_n_factors (self->student); i++)
    {
      LoraFactor *factor = lora_factor (self->student, i);
      NAME (a, "init.%s.lora_A", factor->path);
      NAME (b, "init.%s.lora_B", factor->path);
      golden_file_compare (self->file, a, factor->down, TOL_FORMULA);
      golden_file_compare (self->file, b, factor->up, TOL_FORMULA);
    }
}

static void
compare_fusion (FusionCase *self, GoldenFile *attn)
{
  T_SCOPE ();
  guint n = g_strv_length (self->names);
  double lambda2 = golden_file_info_number (self->file, "lambda2", 0.6);
  Tensor *l_fusion = NULL, *l_attn;

  forget_gradients (self->student);
  compare_start (self);
  for (guint i = 0; i < n; i++)
    {
      Tensor *share = follow (self, i);
      l_fusion = l_fusion != NULL ? t_add (l_fusion, share) : share;
    }
  l_fusion = t_mul_scalar (l_fusion, 1.0 / n);
  golden_file_compare (self->file, "L_fusion", l_fusion, TOL_LOSS);
  if (!backward (self, l_fusion, "L_fusion"))
    return;
  compare_gradients (self, "fusion_only.");
  l_attn = attention_loss (self, attn, FALSE);
  golden_file_compare (self->file, "L_attn", l_attn, TOL_LOSS);
  golden_file_compare (self->file, "L", t_add_scaled (l_fusion, l_attn, lambda2), TOL_LOSS);
  if (backward (self, t_mul_scalar (l_attn, lambda2), "L"))
    compare_gradients (self, "");
}

/** check_method_fusion: L_fusion alone and with L_attn of method_attn. */
void
check_method_fusion (Models *models, const char *name)
{
  T_SCOPE ();
  GoldenFile *file = golden_file_open (models->golden, name), *attn = NULL;
  FusionCase it = { .models = models, .file = file };

  if (file != NULL && (it.tiny = models_pipeline (models, "tiny", name)) != NULL)
    {
      if (!golden_has (models->golden, ATTN_FILE) || (attn = golden_file_open (models->golden, ATTN_FILE)) == NULL)
        golden_fail (models->golden, name, ATTN_FILE, "it is needed for L_attn and is not there");
      else if (stack (&it, golden_file_info (attn, "lora")))
        compare_fusion (&it, attn);
    }
  end_case (&it);
  if (attn != NULL)
    {
      golden_file_ignore_rest (attn); /* compared where it belongs */
      golden_file_close (attn);
    }
  golden_file_close (file);
}
