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

/** objective_term: reads a loss into a term. */
gboolean
objective_term (ObjectiveTerm *term, const char *name, Tensor *loss, GError **error)
{
  term->name = name;
  return t_item (loss, &term->value, error);
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
