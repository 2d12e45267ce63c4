/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/weights.h"

#include <math.h>

#include "nn/weight-names.h"

struct _Weights
{
  WeightsFile *file; /* NULL: random or shared */
  char *component_dir; /* (nullable): the folder that was opened */
  const char *asker; /* what says which shapes are wanted, for messages */
  TGenerator *generator;
  Parameters *shared;   /* borrowed: where parameters are taken from instead */
  Parameters *recorded; /* borrowed: what parameters are entered into */
  const char *part;     /* how their keys begin there */
  TDevice device;
  TDtype dtype;
  gsize bytes;
};

static Weights *
new_from_file (WeightsFile *file, const char *asker, TDevice device, TDtype dtype)
{
  Weights *self = g_new0 (Weights, 1);

  self->file = file;
  self->asker = asker;
  self->device = device;
  self->dtype = dtype;
  return self;
}

/**
 * weights_open:
 * @component_dir: a folder such as unet/ in diffusers layout
 * @device: where the parameters shall lie
 * @dtype: as what; WEIGHTS_AS_STORED leaves them as the file has them (on the CPU)
 *
 * Returns: (transfer full): NULL with an error that names the file
 */
Weights *
weights_open (const char *component_dir, TDevice device, TDtype dtype, GError **error)
{
  WeightsFile *file = weights_file_open_component (component_dir, NULL, error);
  Weights *self;

  if (file == NULL)
    return NULL;
  self = new_from_file (file, "configuration", device, dtype);
  self->component_dir = g_strdup (component_dir);
  return self;
}

/**
 * weights_open_file:
 * @path: one weights file, for a network that has no configuration beside it
 *
 * As weights_open ().
 *
 * Returns: (transfer full): NULL with an error that names the file
 */
Weights *
weights_open_file (const char *path, TDevice device, TDtype dtype, GError **error)
{
  WeightsFile *file = weights_file_open (path, error);

  return file != NULL ? new_from_file (file, "network", device, dtype) : NULL;
}

/** weights_reopen: (transfer full) (nullable): as weights_open (), where a failure waits as a tensor error does. */
Weights *
weights_reopen (const char *component_dir, TDevice device, TDtype dtype)
{
  GError *error = NULL;
  Weights *self = weights_open (component_dir, device, dtype, &error);

  if (self == NULL)
    t_take_error (error);
  return self;
}

/** weights_new_random: (transfer full): parameters drawn from @seed, scaled to keep activations tame. */
Weights *
weights_new_random (guint64 seed, TDevice device, TDtype dtype)
{
  Weights *self = g_new0 (Weights, 1);

  self->generator = t_generator_new (seed);
  self->device = device;
  self->dtype = dtype;
  return self;
}

/**
 * weights_new_shared:
 * @parameters: borrowed; what another network's weights recorded, or a copy of it
 * @part: as there
 *
 * Returns: (transfer full): weights for a second network with the same parameters
 */
Weights *
weights_new_shared (Parameters *parameters, const char *part, TDevice device)
{
  Weights *self = g_new0 (Weights, 1);

  self->shared = parameters;
  self->part = part;
  self->device = device;
  self->dtype = T_F32;
  return self;
}

/**
 * weights_record:
 * @parameters: borrowed
 * @part: static; how the keys of this network begin there, "vae."
 *
 * From now on what is taken is a leaf that wants gradients, and is entered into @parameters: for training a network
 * as a whole.
 */
void
weights_record (Weights *self, Parameters *parameters, const char *part)
{
  self->recorded = parameters;
  self->part = part;
}

void
weights_free (Weights *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->file, weights_file_unref);
  g_clear_pointer (&self->generator, t_generator_free);
  g_free (self->component_dir);
  g_free (self);
}

static char *
full_name (const char *path, const char *name)
{
  return *path != '\0' ? g_strdup_printf ("%s.%s", path, name) : g_strdup (name);
}

static Tensor *
random_parameter (Weights *self, const gint64 *shape, gsize n)
{
  gint64 fan_in = 1;

  if (n < 2)
    return t_zeros (self->dtype, self->device, shape, n);
  for (gsize i = 1; i < n; i++)
    fan_in *= shape[i];
  return t_to (t_mul_scalar (t_randn (self->generator, shape, n), 1 / sqrt ((double) fan_in)),
               self->device, self->dtype);
}

static void
complain_shape (Weights *self, const WeightsEntry *entry, const char *name, const gint64 *shape, gsize n)
{
  g_autoptr (GString) wanted = g_string_new (NULL);
  g_autoptr (GString) found = g_string_new (NULL);

  for (gsize i = 0; i < n; i++)
    g_string_append_printf (wanted, "%s%" G_GINT64_FORMAT, i > 0 ? "x" : "", shape[i]);
  for (guint i = 0; i < entry->n_dims; i++)
    g_string_append_printf (found, "%s%" G_GINT64_FORMAT, i > 0 ? "x" : "", entry->shape[i]);
  t_take_error (g_error_new (T_ERROR, T_ERROR_FILE,
                             "%s: the tensor “%s” is %s, but the %s asks for %s",
                             entry->path, name, found->str, self->asker, wanted->str));
}

static const WeightsEntry *
find (Weights *self, const char *name, const gint64 *shape, gsize n)
{
  const WeightsEntry *entry = weight_lookup (self->file, name);

  if (entry == NULL)
    {
      t_take_error (g_error_new (T_ERROR, T_ERROR_FILE, "%s: the tensor “%s” is missing",
                                 weights_file_path (self->file), name));
      return NULL;
    }
  if (entry->dtype == T_I64 || entry->dtype == T_I32 || entry->dtype == T_U8 || entry->dtype == T_BOOL)
    {
      t_take_error (g_error_new (T_ERROR, T_ERROR_FILE, "%s: the tensor “%s” holds %s, not weights",
                                 entry->path, name, t_dtype_name (entry->dtype)));
      return NULL;
    }
  gboolean fits = entry->n_dims == n;
  for (gsize i = 0; fits && i < n; i++)
    fits = entry->shape[i] == shape[i];
  /* Checkpoints of older diffusers hold 1x1 convolutions where newer ones have linear layers. */
  if (!fits && n == 2 && entry->n_dims == 4 && entry->shape[2] == 1 && entry->shape[3] == 1)
    fits = entry->shape[0] == shape[0] && entry->shape[1] == shape[1];
  /* A table's rows may lie one after the other. */
  if (!fits && n == 3 && entry->n_dims == 2)
    fits = entry->shape[0] == shape[0] && entry->shape[1] == shape[1] * shape[2];
  if (!fits)
    {
      complain_shape (self, entry, name, shape, n);
      return NULL;
    }
  return entry;
}

static Tensor *
take_shared (Weights *self, const char *full)
{
  g_autofree char *key = g_strconcat (self->part, full, NULL);
  const Parameter *parameter = parameters_lookup (self->shared, key);

  if (parameter == NULL)
    t_fail (T_ERROR_FAILED, "the parameter “%s” is missing", key);
  return parameter != NULL ? t_steal (t_alias (parameter->value)) : NULL;
}

/* Enters @x, which its file calls @stored, and gives another handle to what was entered. */
static Tensor *
record (Weights *self, const char *full, const char *stored, Tensor *x)
{
  g_autofree char *key = g_strconcat (self->part, full, NULL);

  return t_alias (parameters_add (self->recorded, key, stored, x));
}

static Tensor *
take_as (Weights *self, const char *path, const char *name, const gint64 *shape, gsize n, TDtype dtype)
{
  T_SCOPE_NO_GRAD ();
  g_autofree char *full = full_name (path, name);
  const WeightsEntry *entry = NULL;
  Tensor *x;

  t_poll (); /* large models take a while to widen or to reach a card */
  if (t_failed ())
    return NULL;
  if (self->shared != NULL)
    return take_shared (self, full);
  if (self->file == NULL)
    {
      x = random_parameter (self, shape, n);
    }
  else
    {
      if ((entry = find (self, full, shape, n)) == NULL)
        return NULL;
      x = t_from_entry (self->file, entry);
      if (entry->n_dims != n)
        x = t_reshape (x, shape, n);
      if (self->dtype != WEIGHTS_AS_STORED)
        x = t_contiguous (t_to (x, self->device, dtype));
    }
  if (self->recorded != NULL)
    x = record (self, full, entry != NULL ? entry->name : full, x);
  self->bytes += (gsize) t_numel (x) * t_dtype_size (t_dtype (x));
  return t_steal (x);
}

/**
 * weights_take:
 * @path: of the module, "conv_in"; may be ""
 * @name: of its parameter, "weight"
 * @shape: what the configuration asks for
 *
 * Returns: (transfer full) (nullable): the parameter; NULL once an error waits
 */
Tensor *
weights_take (Weights *self, const char *path, const char *name, const gint64 *shape, gsize n)
{
  return take_as (self, path, name, shape, n, self->dtype);
}

/** weights_take_norm: (transfer full): a norm's weight or bias, which stays float32. */
Tensor *
weights_take_norm (Weights *self, const char *path, const char *name, gint64 width)
{
  if (self->file == NULL && self->shared == NULL)
    {
      T_SCOPE_NO_GRAD ();
      g_autofree char *full = full_name (path, name);
      Tensor *x = t_full (g_str_equal (name, "weight") ? 1 : 0, T_F32, self->device, T_SHAPE (width));
      return t_steal (self->recorded != NULL ? record (self, full, full, x) : x);
    }
  return take_as (self, path, name, T_SHAPE (width), self->dtype == T_F64 ? T_F64 : T_F32);
}

/** weights_component_dir: (transfer none) (nullable): the folder that they come from; NULL where they come from none. */
const char *
weights_component_dir (Weights *self)
{
  return self->component_dir;
}

/** weights_has: whether the file holds this parameter; always for random weights. */
gboolean
weights_has (Weights *self, const char *path, const char *name)
{
  g_autofree char *full = full_name (path, name);

  return self->file == NULL || weight_lookup (self->file, full) != NULL;
}

/** weights_device: where parameters are put. */
TDevice
weights_device (Weights *self)
{
  return self->device;
}

/** weights_dtype: what parameters become; float32 where they stay as stored. */
TDtype
weights_dtype (Weights *self)
{
  return self->dtype == WEIGHTS_AS_STORED ? T_F32 : self->dtype;
}

/** weights_bytes: bytes of all parameters taken so far. */
gsize
weights_bytes (Weights *self)
{
  return self->bytes;
}

/**
 * weights_wake:
 * @rests: (inout): whether @network gave up its weights; it has them all afterwards, or rests still
 * @take: takes them from their folder again
 * @drop: lets go of those that were taken before one failed
 */
gboolean
weights_wake (gpointer network, gboolean *rests, const char *component_dir, TDevice device, TDtype dtype, WeightsTakeFunc take, GDestroyNotify drop)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (Weights) weights = NULL;

  if (!*rests)
    return TRUE;
  weights = weights_reopen (component_dir, device, dtype);
  if (weights == NULL)
    return FALSE;
  take (network, weights);
  *rests = t_failed ();
  if (*rests)
    drop (network);
  return !*rests;
}
