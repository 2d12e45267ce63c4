/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/objective.h"

/** objective_sample_clear: frees what a sample holds; for g_array_set_clear_func (). */
void
objective_sample_clear (ObjectiveSample *self)
{
  t_drop (&self->latents);
  t_drop (&self->mask);
  t_drop (&self->text);
}

/** objective_randn_like: normal noise of @x's shape, drawn on the CPU. */
Tensor *
objective_randn_like (Tensor *x, TGenerator *generator)
{
  T_SCOPE_NO_GRAD ();
  gsize n = t_n_dims (x);
  g_autofree gint64 *shape = g_new (gint64, MAX (n, 1));

  for (gsize i = 0; i < n; i++)
    shape[i] = t_size (x, (int) i);
  return t_keep (t_like (t_randn (generator, shape, n), x));
}

/** objective_predict: ε_θ (x_t, text, t) with the LoRAs that are attached. */
Tensor *
objective_predict (Pipeline *pipeline, Tensor *x_t, gint64 t, Tensor *text)
{
  T_SCOPE ();
  UNetCall call = { 0 };

  return t_keep (unet_forward (pipeline->unet, &call, x_t, t_full ((double) t, T_F32, T_CPU, T_SHAPE (1)), text));
}

/* Where gradients of float16 activations begin: a power of two, so that dividing by it is exact. */
#define SCALE_F16 65536

/**
 * objective_scale:
 *
 * A loss is a mean over up to a million elements, so its gradient by each of them lies below what float16 can
 * hold. Losses are therefore multiplied before they are derived, and the gradients of LoRAs and rows, which are
 * float32, divided again. Other types have float32's exponents and need nothing.
 *
 * Returns: the factor for networks of this type
 */
double
objective_scale (Pipeline *pipeline)
{
  return pipeline->dtype == T_F16 ? SCALE_F16 : 1;
}

/** objective_backward: gathers the gradients of @loss, multiplied by the objective's scale. */
gboolean
objective_backward (Objective *self, Tensor *loss, GError **error)
{
  T_SCOPE ();

  return t_backward (self->scale != 1 ? t_mul_scalar (loss, self->scale) : loss, error);
}

/** objective_term: reads a loss into a term. */
gboolean
objective_term (ObjectiveTerm *term, const char *name, Tensor *loss, GError **error)
{
  term->name = name;
  return t_item (loss, &term->value, error);
}

/** objective_number: adds a number that is no loss, while there is room; @name is of static storage. */
void
objective_number (ObjectiveTerm *terms, guint *n_terms, const char *name, double value)
{
  if (*n_terms < OBJECTIVE_MAX_TERMS)
    terms[(*n_terms)++] = (ObjectiveTerm){ name, value };
}

/** objective_add_lora: all factors of a LoRA, named as in its file. */
void
objective_add_lora (Optimizer *optimizer, Lora *lora, double rate)
{
  for (guint i = 0; i < lora_n_factors (lora); i++)
    {
      LoraFactor *factor = lora_factor (lora, i);
      g_autofree char *a = g_strconcat (factor->path, ".lora_A", NULL);
      g_autofree char *b = g_strconcat (factor->path, ".lora_B", NULL);
      optimizer_add (optimizer, a, factor->down, rate);
      optimizer_add (optimizer, b, factor->up, rate);
    }
}
