/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/lora.h"

struct _Lora
{
  GPtrArray *factors; /* of LoraFactor */
  GHashTable *by_path;
};

static void
factor_free (gpointer data)
{
  LoraFactor *factor = data;

  t_drop (&factor->down);
  t_drop (&factor->up);
  g_free (factor->path);
  g_free (factor);
}

/** lora_new_empty: (transfer full): a LoRA without layers, for lora_add (). */
Lora *
lora_new_empty (void)
{
  Lora *self = g_new0 (Lora, 1);

  self->factors = g_ptr_array_new_with_free_func (factor_free);
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

/**
 * lora_new:
 * @unet: whose layers it shall change
 * @kind: LINEAR_SPATIAL for a subject, LINEAR_TEMPORAL for a motion (METHOD §1)
 * @rank: r; α = r
 * @generator: draws A ~ N(0, 1/r²); B = 0
 *
 * Returns: (transfer full): a LoRA that changes nothing yet; its factors want gradients
 */
Lora *
lora_new (UNet *unet, LinearKind kind, guint rank, TGenerator *generator, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (Lora) self = lora_new_empty ();

  for (guint i = 0; i < unet_n_linears (unet); i++)
    {
      Linear *linear = unet_linear (unet, i);
      Tensor *down, *up;
      if (linear->kind != kind)
        continue;
      down = t_mul_scalar (t_randn (generator, T_SHAPE (rank, linear->n_in)), 1.0 / rank);
      up = t_zeros (T_F32, unet_device (unet), T_SHAPE (linear->n_out, rank));
      lora_add (self, linear->path, t_requires_grad (t_to (down, unet_device (unet), T_F32)),
                t_requires_grad (up), 1);
    }
  return t_check (error) ? g_steal_pointer (&self) : NULL;
}

void
lora_free (Lora *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->by_path, g_hash_table_unref);
  g_clear_pointer (&self->factors, g_ptr_array_unref);
  g_free (self);
}

/**
 * lora_add:
 * @path: of the linear layer
 * @down: (transfer full): A [r, in]
 * @up: (transfer full): B [out, r]
 * @scale: α / r
 */
void
lora_add (Lora *self, const char *path, Tensor *down, Tensor *up, double scale)
{
  LoraFactor *factor;

  if (down == NULL || up == NULL)
    return;
  factor = g_new0 (LoraFactor, 1);
  factor->path = g_strdup (path);
  factor->down = t_steal (down);
  factor->up = t_steal (up);
  factor->scale = scale;
  g_ptr_array_add (self->factors, factor);
  g_hash_table_replace (self->by_path, factor->path, factor);
}

/** lora_n_factors: how many layers it changes. */
guint
lora_n_factors (Lora *self)
{
  return self->factors->len;
}

/** lora_factor: (transfer none): the change of its @i-th layer. */
LoraFactor *
lora_factor (Lora *self, guint i)
{
  return g_ptr_array_index (self->factors, i);
}

/** lora_find: (transfer none) (nullable): the change of the layer @path. */
LoraFactor *
lora_find (Lora *self, const char *path)
{
  return g_hash_table_lookup (self->by_path, path);
}

/** lora_parameters: (transfer container) (element-type Tensor): A, B, A, B, … in the order of layers. */
GPtrArray *
lora_parameters (Lora *self)
{
  GPtrArray *parameters = g_ptr_array_new ();

  for (guint i = 0; i < self->factors->len; i++)
    {
      g_ptr_array_add (parameters, lora_factor (self, i)->down);
      g_ptr_array_add (parameters, lora_factor (self, i)->up);
    }
  return parameters;
}

/** lora_freeze: its factors want no gradients any more, so that passes keep nothing for them. */
void
lora_freeze (Lora *self)
{
  T_SCOPE_NO_GRAD ();

  for (guint i = 0; i < self->factors->len; i++)
    {
      LoraFactor *factor = lora_factor (self, i);
      t_assign (&factor->down, t_detach (factor->down));
      t_assign (&factor->up, t_detach (factor->up));
    }
}

/* One layer of the stacked mean: the A's over one another, the B's side by side, each by its scale / n. */
static gboolean
stack_layer (Lora *self, const char *path, Lora *const *loras, guint n, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autofree Tensor **downs = g_new0 (Tensor *, n);
  g_autofree Tensor **ups = g_new0 (Tensor *, n);

  for (guint i = 0; i < n; i++)
    {
      LoraFactor *factor = lora_find (loras[i], path);
      if (factor == NULL)
        {
          g_set_error (error, T_ERROR, T_ERROR_FAILED, "LoRA %u of %u has nothing for the layer “%s”", i + 1,
                       n, path);
          return FALSE;
        }
      downs[i] = factor->down;
      ups[i] = t_mul_scalar (factor->up, factor->scale / n);
    }
  lora_add (self, path, t_requires_grad (t_cat (downs, n, 0)), t_requires_grad (t_cat (ups, n, 1)), 1);
  return t_check (error);
}

/**
 * lora_stack_mean:
 * @loras: (array length=n): LoRAs of the same layers
 *
 * The exact mean of their ΔW as one LoRA whose rank is the sum of theirs (METHOD §4).
 *
 * Returns: (transfer full): the mean, its factors want gradients
 */
Lora *
lora_stack_mean (Lora *const *loras, guint n, GError **error)
{
  g_autoptr (Lora) self = lora_new_empty ();

  g_return_val_if_fail (n > 0, NULL);
  for (guint i = 0; i < lora_n_factors (loras[0]); i++)
    if (!stack_layer (self, lora_factor (loras[0], i)->path, loras, n, error))
      return NULL;
  return g_steal_pointer (&self);
}

static gboolean
attach (UNet *unet, const LoraUse *use, GError **error)
{
  for (guint i = 0; i < lora_n_factors (use->lora); i++)
    {
      LoraFactor *factor = lora_factor (use->lora, i);
      Linear *linear = unet_find_linear (unet, factor->path);
      Adapter adapter = { factor->down, factor->up, use->strength * factor->scale, use->part, use->n_parts };
      gint64 rank = t_size (factor->down, 0);
      if (linear == NULL)
        {
          g_set_error (error, T_ERROR, T_ERROR_FILE,
                       "the LoRA changes a layer “%s” that this model does not have", factor->path);
          return FALSE;
        }
      if (!t_has_shape (factor->down, T_SHAPE (rank, linear->n_in))
          || !t_has_shape (factor->up, T_SHAPE (linear->n_out, rank)))
        {
          g_set_error (error, T_ERROR, T_ERROR_FILE,
                       "the LoRA's layer “%s” was made for a model of another size", factor->path);
          return FALSE;
        }
      g_array_append_val (linear->adapters, adapter);
    }
  return TRUE;
}

/**
 * unet_set_loras:
 * @uses: (array length=n): what works from now on, in place of what did; none: the base model.
 *   They are borrowed: they must live until the next call
 *
 * Returns: FALSE with an error when a LoRA is made for another model; then none works
 */
gboolean
unet_set_loras (UNet *unet, const LoraUse *uses, guint n, GError **error)
{
  for (guint i = 0; i < unet_n_linears (unet); i++)
    g_array_set_size (unet_linear (unet, i)->adapters, 0);
  for (guint i = 0; i < n; i++)
    if (uses[i].strength != 0 && !attach (unet, &uses[i], error))
      {
        unet_set_loras (unet, NULL, 0, NULL);
        return FALSE;
      }
  return TRUE;
}
