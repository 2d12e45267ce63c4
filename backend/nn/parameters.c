/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/parameters.h"

#include <string.h>

struct _Parameters
{
  GStrv frozen; /* how the keys of frozen parameters begin */
  GPtrArray *list;
  GHashTable *by_key;
};

static void
parameter_free (gpointer data)
{
  Parameter *parameter = data;

  t_drop (&parameter->value);
  g_free (parameter->key);
  g_free (parameter->stored);
  g_free (parameter);
}

/**
 * parameters_new:
 * @frozen: (nullable) (array zero-terminated=1): how the keys of parameters begin that are not trained
 *
 * Returns: (transfer full): an empty list; see weights_record ()
 */
Parameters *
parameters_new (const char *const *frozen)
{
  static const char *const none[] = { NULL };
  Parameters *self = g_new0 (Parameters, 1);

  self->frozen = g_strdupv ((char **) (frozen != NULL ? frozen : none));
  self->list = g_ptr_array_new_with_free_func (parameter_free);
  self->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
parameters_free (Parameters *self)
{
  if (self == NULL)
    return;
  g_strfreev (self->frozen);
  g_hash_table_unref (self->by_key);
  g_ptr_array_unref (self->list);
  g_free (self);
}

/* @value is the list's from here on; nothing is added once an error waits. */
static Tensor *
append (Parameters *self, const char *key, const char *stored, Tensor *value, gboolean frozen)
{
  Parameter *parameter;

  if (value == NULL)
    return NULL;
  parameter = g_new0 (Parameter, 1);
  parameter->key = g_strdup (key);
  parameter->stored = g_strdup (stored);
  parameter->value = t_steal (value);
  parameter->frozen = frozen;
  g_ptr_array_add (self->list, parameter);
  g_hash_table_insert (self->by_key, parameter->key, parameter);
  return parameter->value;
}

/**
 * parameters_new_shared:
 * @other: what is trained
 *
 * Returns: (transfer full): the same storage, but with gradients of its own: for a copy of the networks on another
 *   thread
 */
Parameters *
parameters_new_shared (Parameters *other)
{
  T_SCOPE_NO_GRAD ();
  Parameters *self = parameters_new (NULL);

  for (guint i = 0; i < other->list->len; i++)
    {
      const Parameter *parameter = parameters_get (other, i);
      Tensor *value = parameter->frozen ? t_alias (parameter->value) : t_requires_grad (parameter->value);
      append (self, parameter->key, parameter->stored, value, parameter->frozen);
    }
  return self;
}

/** parameters_n: how many there are, frozen ones included. */
guint
parameters_n (Parameters *self)
{
  return self->list->len;
}

/** parameters_get: (transfer none): number @i. */
const Parameter *
parameters_get (Parameters *self, guint i)
{
  return g_ptr_array_index (self->list, i);
}

/** parameters_lookup: (transfer none) (nullable): the one of that key. */
const Parameter *
parameters_lookup (Parameters *self, const char *key)
{
  return g_hash_table_lookup (self->by_key, key);
}

static gboolean
is_frozen (Parameters *self, const char *key)
{
  for (guint i = 0; self->frozen[i] != NULL; i++)
    if (g_str_has_prefix (key, self->frozen[i]))
      return TRUE;
  return FALSE;
}

/**
 * parameters_add:
 * @key: its full name
 * @stored: what its file calls it
 * @value: copied, since files are mapped and must not be written to
 *
 * Returns: (transfer none) (nullable): the parameter, a leaf that wants gradients unless it is frozen
 */
Tensor *
parameters_add (Parameters *self, const char *key, const char *stored, Tensor *value)
{
  T_SCOPE_NO_GRAD ();
  gboolean frozen = is_frozen (self, key);
  Tensor *copy = t_clone (value);

  return append (self, key, stored, frozen ? copy : t_requires_grad (copy), frozen);
}

/** parameters_gather_grads: adds the gradients of @other, a shared copy, and forgets them there. */
gboolean
parameters_gather_grads (Parameters *self, Parameters *other, GError **error)
{
  guint n = self->list->len;
  g_autofree Tensor **targets = g_new (Tensor *, MAX (n, 1));
  g_autofree Tensor **sources = g_new (Tensor *, MAX (n, 1));

  g_assert (other->list->len == n);
  for (guint i = 0; i < n; i++)
    {
      targets[i] = parameters_get (self, i)->value;
      sources[i] = parameters_get (other, i)->value;
    }
  return t_add_grads (targets, sources, n, error);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * parameters_save:
 * @part: how the keys begin that are saved, "vae."
 * @path: a safetensors file, written beside and renamed
 * @dtype: what they are stored as
 *
 * Saves a network's parameters under the names that its file had, in alphabetical order as diffusers does.
 */
gboolean
parameters_save (Parameters *self, const char *part, const char *path, TDtype dtype, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) tensors = g_ptr_array_new ();
  g_autoptr (GHashTable) metadata = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) by_name = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->list->len; i++)
    {
      const Parameter *parameter = parameters_get (self, i);
      if (!g_str_has_prefix (parameter->key, part))
        continue;
      g_ptr_array_add (names, parameter->stored);
      g_hash_table_insert (by_name, parameter->stored, t_to_dtype (parameter->value, dtype));
    }
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    g_ptr_array_add (tensors, g_hash_table_lookup (by_name, g_ptr_array_index (names, i)));
  g_hash_table_insert (metadata, (gpointer) "format", (gpointer) "pt"); /* what diffusers asks for */
  return t_save (path, (const char *const *) names->pdata, (Tensor *const *) tensors->pdata, names->len, metadata,
                 error);
}
