/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "checks.h"

/* unet_grad.safetensors, and what all checks of gradients share. */

static double
grad_norm (Tensor *parameter)
{
  T_SCOPE_NO_GRAD ();
  double norm = NAN;

  return t_item (t_norm (t_grad (parameter)), &norm, NULL) ? norm : NAN;
}

/** check_total_norm: the L2 norm of the gradients of several leaves together. */
double
check_total_norm (Tensor *const *parameters, guint n)
{
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += pow (grad_norm (parameters[i]), 2);
  return sqrt (sum);
}

static gboolean
has_norms (GoldenFile *file, const char *prefix)
{
  NAME (norms, "%sgrad.norms_A", prefix);

  return golden_file_has (file, norms);
}

/* The norm of every factor's gradient, in the order of the network's layers. */
static void
compare_norms (GoldenFile *file, UNet *unet, Lora *lora, const char *prefix)
{
  T_SCOPE_NO_GRAD ();
  NAME (name_a, "%sgrad.norms_A", prefix);
  NAME (name_b, "%sgrad.norms_B", prefix);
  g_autoptr (GArray) norms_a = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) norms_b = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < unet_n_linears (unet); i++)
    {
      LoraFactor *factor = lora_find (lora, unet_linear (unet, i)->path);
      double a, b;
      if (factor == NULL)
        continue;
      a = grad_norm (factor->down);
      b = grad_norm (factor->up);
      g_array_append_val (norms_a, a);
      g_array_append_val (norms_b, b);
    }
  golden_file_compare (file, name_a, t_from_data (norms_a->data, T_F64, T_SHAPE ((gint64) norms_a->len)), TOL_GRADIENT);
  golden_file_compare (file, name_b, t_from_data (norms_b->data, T_F64, T_SHAPE ((gint64) norms_b->len)), TOL_GRADIENT);
}

/**
 * check_lora_gradients:
 * @prefix: "" or "s1." before `grad.`
 *
 * Compares the gradients that @lora's factors have gathered. Returns: FALSE when there is no network
 */
gboolean
check_lora_gradients (GoldenFile *file, Models *models, Lora *lora, const char *prefix)
{
  T_SCOPE_NO_GRAD ();
  Pipeline *tiny = models_pipeline (models, "tiny", file->name);

  if (tiny == NULL)
    return FALSE;
  for (guint i = 0; i < lora_n_factors (lora); i++)
    {
      LoraFactor *factor = lora_factor (lora, i);
      NAME (a, "%sgrad.%s.lora_A", prefix, factor->path);
      NAME (b, "%sgrad.%s.lora_B", prefix, factor->path);
      golden_file_compare (file, a, t_grad (factor->down), TOL_GRADIENT);
      golden_file_compare (file, b, t_grad (factor->up), TOL_GRADIENT);
    }
  if (has_norms (file, prefix))
    compare_norms (file, tiny->unet, lora, prefix);
  return TRUE;
}

static void
forget_gradients (Lora *lora)
{
  g_autoptr (GPtrArray) parameters = lora_parameters (lora);

  for (guint i = 0; i < parameters->len; i++)
    t_zero_grad (g_ptr_array_index (parameters, i));
}

/* The number after "strength" in the file's own words; 1 where there is none. */
static double
strength_in (const char *text)
{
  const char *at = text != NULL ? strstr (text, "strength ") : NULL;
  double value = at != NULL ? g_ascii_strtod (at + strlen ("strength "), NULL) : 1;

  return value != 0 ? value : 1;
}

static gboolean
find_adapters (Models *models, GoldenFile *file, GStrv names, LoraUse *uses)
{
  double strength = strength_in (golden_file_info (file, "adapters"));

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      uses[i] = (LoraUse){ models_lora (models, names[i], &error), strength };
      if (uses[i].lora == NULL)
        {
          golden_fail (models->golden, file->name, names[i], "%s", error->message);
          return FALSE;
        }
      forget_gradients (uses[i].lora);
    }
  return TRUE;
}

static void
compare_gradients (Models *models, GoldenFile *file, Pipeline *tiny, GStrv names, const LoraUse *uses)
{
  T_SCOPE ();
  g_autoptr (GError) error = NULL;
  Tensor *x = t_requires_grad (golden_file_input (file, "x"));
  Tensor *text = t_requires_grad (golden_file_input (file, "text"));
  Tensor *out = models_forward (models, tiny->unet, uses, g_strv_length (names), x, golden_file_input (file, "t"), text);
  Tensor *loss = t_mean (t_square (out));

  golden_file_compare (file, "out", out, TOL_NETWORK);
  golden_file_compare (file, "loss", loss, TOL_LOSS);
  if (!t_backward (loss, &error))
    {
      golden_fail (models->golden, file->name, "backward", "%s", error->message);
      return;
    }
  golden_file_compare (file, "grad.x", t_grad (x), TOL_GRADIENT);
  golden_file_compare (file, "grad.text", t_grad (text), TOL_GRADIENT);
  for (guint i = 0; names[i] != NULL; i++)
    {
      NAME (prefix, "%s.", names[i]);
      check_lora_gradients (file, models, uses[i].lora, prefix);
      forget_gradients (uses[i].lora);
    }
}

/** check_unet_grad: gradients of mean (out²) with the LoRAs that `info.adapters` names. */
void
check_unet_grad (Models *models, const char *name)
{
  GoldenFile *file = golden_file_open (models->golden, name);
  Pipeline *tiny = file != NULL ? models_pipeline (models, "tiny", name) : NULL;
  g_auto (GStrv) names = file != NULL ? models_loras_in_text (golden_file_info (file, "adapters")) : NULL;
  g_autofree LoraUse *uses = names != NULL ? g_new0 (LoraUse, g_strv_length (names) + 1) : NULL;

  if (tiny != NULL && find_adapters (models, file, names, uses))
    compare_gradients (models, file, tiny, names, uses);
  if (tiny != NULL)
    unet_set_loras (tiny->unet, NULL, 0, NULL);
  golden_file_close (file);
}
