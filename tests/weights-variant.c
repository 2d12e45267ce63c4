/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weights-variant.h"

#include <string.h>

static WeightsFile *
open_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  WeightsFile *file = weights_file_open (path, &error);

  g_assert_no_error (error);
  return file;
}

static void
save (const char *path, GArray *entries)
{
  g_autoptr (GError) error = NULL;

  weights_file_save_safetensors (path, (WeightsEntry *) (gpointer) entries->data, entries->len, NULL, &error);
  g_assert_no_error (error);
}

void
weights_variant_omit (const char *source, const char *to, const char *tensor)
{
  g_autoptr (WeightsFile) file = open_file (source);
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (WeightsEntry));

  for (guint i = 0; i < weights_file_n_entries (file); i++)
    if (!g_str_equal (weights_file_entry (file, i)->name, tensor))
      g_array_append_vals (entries, weights_file_entry (file, i), 1);
  g_assert_cmpuint (entries->len, ==, weights_file_n_entries (file) - 1);
  save (to, entries);
}

void
weights_variant_flatten (const char *source, const char *to, const char *tensor)
{
  g_autoptr (WeightsFile) file = open_file (source);
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (WeightsEntry));
  gint64 n = (gint64) weights_entry_n_elements (weights_file_lookup (file, tensor)), stride = 1;

  for (guint i = 0; i < weights_file_n_entries (file); i++)
    {
      WeightsEntry entry = *weights_file_entry (file, i);
      if (g_str_equal (entry.name, tensor))
        {
          entry.n_dims = 1;
          entry.shape = &n;
          entry.strides = &stride;
        }
      g_array_append_val (entries, entry);
    }
  save (to, entries);
}

/* The tensors of a file that is being written. */
typedef struct
{
  const WeightsVariant *variant;
  WeightsFile *file;
  GPtrArray *names;
  GPtrArray *tensors;
  TGenerator *generator;
} Writing;

static void
add (Writing *self, Tensor *x, const char *path, const char *module, const char *name)
{
  g_ptr_array_add (self->names, g_strjoin (".", path, module, name, NULL));
  g_ptr_array_add (self->tensors, x);
}

/* What training would have left behind: w and b of the folded convolution parted into w / s, a bias, and a batch norm
 * whose s = γ / √(σ² + ε) and (bias − μ)·s + β undo that. */
static void
add_parts (Writing *self, const char *path, const WeightsEntry *entry)
{
  const WeightsVariant *v = self->variant;
  g_autofree char *bias_name = g_strconcat (path, ".bias", NULL);
  const gint64 n = entry->shape[0];
  Tensor *weight = t_to_dtype (t_from_entry (self->file, entry), T_F32);
  Tensor *bias = t_to_dtype (t_from_entry (self->file, weights_file_lookup (self->file, bias_name)), T_F32);
  Tensor *gamma = t_add_scalar (t_rand (self->generator, T_SHAPE (n)), 0.5);
  Tensor *variance = t_add_scalar (t_rand (self->generator, T_SHAPE (n)), 0.1);
  Tensor *mean = t_randn (self->generator, T_SHAPE (n));
  Tensor *shift = v->conv_bias ? t_randn (self->generator, T_SHAPE (n)) : t_zeros (T_F32, T_CPU, T_SHAPE (n));
  Tensor *scale = t_div (gamma, t_sqrt (t_add_scalar (variance, 1e-5)));

  add (self, t_div (weight, t_reshape (scale, T_SHAPE (n, 1, 1, 1))), path, v->conv, "weight");
  if (v->conv_bias)
    add (self, shift, path, v->conv, "bias");
  add (self, gamma, path, v->norm, "weight");
  add (self, t_sub (bias, t_mul (t_sub (shift, mean), scale)), path, v->norm, "bias");
  add (self, mean, path, v->norm, "running_mean");
  add (self, variance, path, v->norm, "running_var");
}

/* The weight that a bias belongs to, or the tensor itself. */
static const WeightsEntry *
weight_of (WeightsFile *file, const WeightsEntry *entry, char **module)
{
  g_autofree char *name = NULL;
  const char *dot = strrchr (entry->name, '.');

  *module = g_strndup (entry->name, (gsize) (dot - entry->name));
  name = g_strconcat (*module, ".weight", NULL);
  return g_str_equal (dot, ".bias") ? weights_file_lookup (file, name) : entry;
}

static void
add_entry (Writing *self, const WeightsEntry *entry)
{
  const char *joined = self->variant->joined;
  g_autofree char *module = NULL;
  const WeightsEntry *weight = weight_of (self->file, entry, &module);
  Tensor *x;

  if (weight != NULL && self->variant->is_folded (weight))
    {
      if (weight == entry)
        add_parts (self, module, entry);
      return;
    }
  x = t_from_entry (self->file, entry);
  if (joined != NULL && g_str_has_suffix (entry->name, joined))
    x = t_reshape (x, T_SHAPE (entry->shape[0], -1));
  add (self, x, entry->name, NULL, NULL);
}

void
weights_variant_part (const char *source, const char *to, const WeightsVariant *variant)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GError) error = NULL;
  g_autoptr (WeightsFile) file = open_file (source);
  g_autoptr (TGenerator) generator = t_generator_new (3);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) tensors = g_ptr_array_new ();
  Writing writing = { variant, file, names, tensors, generator };

  for (guint i = 0; i < weights_file_n_entries (file); i++)
    add_entry (&writing, weights_file_entry (file, i));
  if (!t_save (to, (const char *const *) names->pdata, (Tensor *const *) tensors->pdata, names->len, NULL, &error))
    g_error ("%s", error->message);
}
