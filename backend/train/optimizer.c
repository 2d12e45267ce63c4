/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/optimizer.h"

#include <math.h>

#define BETA1 0.9
#define BETA2 0.999
#define EPS 1e-8

/* A parameter's state, saved under these prefixes; the last only where averages are kept. */
static const char *const state_names[] = { "parameter", "moment1", "moment2", "steps", "average" };
#define N_STATES G_N_ELEMENTS (state_names)
#define STATE_AVERAGE 4

typedef struct
{
  char *name;
  double rate;
  Tensor *states[N_STATES]; /* the parameter itself is borrowed */
} Slot;

struct _Optimizer
{
  double weight_decay;
  double clip_norm;
  double rate_factor;
  double decay;
  guint n_states;
  GPtrArray *slots;
};

static void
slot_free (gpointer data)
{
  Slot *slot = data;

  for (guint i = 1; i < N_STATES; i++)
    t_drop (&slot->states[i]);
  g_free (slot->name);
  g_free (slot);
}

/**
 * optimizer_new:
 * @weight_decay: decoupled, on every parameter
 * @clip_norm: limit of the norm of all gradients together; 0 for none
 *
 * Returns: (transfer full): an optimizer without parameters
 */
Optimizer *
optimizer_new (double weight_decay, double clip_norm)
{
  Optimizer *self = g_new0 (Optimizer, 1);

  self->weight_decay = weight_decay;
  self->clip_norm = clip_norm;
  self->rate_factor = 1;
  self->n_states = STATE_AVERAGE;
  self->slots = g_ptr_array_new_with_free_func (slot_free);
  return self;
}

void
optimizer_free (Optimizer *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->slots);
  g_free (self);
}

/**
 * optimizer_keep_averages:
 *
 * From now on, running averages of the parameters are kept (and saved) beside them; they start as the parameters
 * are. Called before any is added.
 */
void
optimizer_keep_averages (Optimizer *self)
{
  g_assert (self->slots->len == 0);
  self->n_states = N_STATES;
}

/**
 * optimizer_set_pace:
 * @rate_factor: what all learning rates are multiplied by from the next step on
 * @decay: how much of the averages stays at a step
 */
void
optimizer_set_pace (Optimizer *self, double rate_factor, double decay)
{
  self->rate_factor = rate_factor;
  self->decay = decay;
}

static Slot *
slot_at (Optimizer *self, guint i)
{
  return g_ptr_array_index (self->slots, i);
}

/**
 * optimizer_add:
 * @name: unique; its state is saved under it
 * @parameter: a leaf that wants gradients; borrowed
 * @rate: its learning rate
 */
void
optimizer_add (Optimizer *self, const char *name, Tensor *parameter, double rate)
{
  T_SCOPE_NO_GRAD ();
  Slot *slot = g_new0 (Slot, 1);
  Tensor *zeros = t_mul_scalar (parameter, 0);

  slot->name = g_strdup (name);
  slot->rate = rate;
  slot->states[0] = parameter;
  slot->states[1] = t_steal (zeros);
  slot->states[2] = t_steal (t_clone (zeros));
  slot->states[3] = t_steal (t_zeros (T_F32, t_device (parameter), NULL, 0));
  if (self->n_states > STATE_AVERAGE)
    slot->states[STATE_AVERAGE] = t_steal (t_clone (t_detach (parameter)));
  g_ptr_array_add (self->slots, slot);
}

/* The arrays of one state over the slots [from, to). */
static Tensor **
gather (Optimizer *self, guint state, guint from, guint to)
{
  Tensor **tensors = g_new (Tensor *, to - from);

  for (guint i = from; i < to; i++)
    tensors[i - from] = slot_at (self, i)->states[state];
  return tensors;
}

static gboolean
step_slots (Optimizer *self, guint from, guint to, GError **error)
{
  g_autofree Tensor **parameters = gather (self, 0, from, to);
  g_autofree Tensor **moments1 = gather (self, 1, from, to);
  g_autofree Tensor **moments2 = gather (self, 2, from, to);
  g_autofree Tensor **steps = gather (self, 3, from, to);
  TAdamW group = {
    .parameters = parameters, .moments1 = moments1, .moments2 = moments2, .steps = steps, .n = to - from,
    .rate = slot_at (self, from)->rate * self->rate_factor, .beta1 = BETA1, .beta2 = BETA2, .eps = EPS,
    .weight_decay = self->weight_decay,
  };

  return t_adamw_step (&group, error);
}

/* The averages follow the parameters. */
static gboolean
step_averages (Optimizer *self, GError **error)
{
  guint n = self->slots->len;
  g_autofree Tensor **parameters = gather (self, 0, 0, n);
  g_autofree Tensor **averages = NULL;

  if (self->n_states <= STATE_AVERAGE)
    return TRUE;
  averages = gather (self, STATE_AVERAGE, 0, n);
  return t_average (averages, parameters, n, self->decay, error);
}

/** optimizer_exchange_averages: the parameters become their averages and the other way round; twice is nothing. */
gboolean
optimizer_exchange_averages (Optimizer *self, GError **error)
{
  guint n = self->slots->len;
  g_autofree Tensor **parameters = gather (self, 0, 0, n);
  g_autofree Tensor **averages = gather (self, STATE_AVERAGE, 0, n);

  g_assert (self->n_states > STATE_AVERAGE);
  return t_exchange (parameters, averages, n, error);
}

/**
 * optimizer_unscale:
 * @scale: what the losses were multiplied by
 * @norm: (out): the norm of all gradients together, without it; no number after an overflow
 *
 * Divides the gradients by @scale.
 */
gboolean
optimizer_unscale (Optimizer *self, double scale, double *norm, GError **error)
{
  g_autofree Tensor **parameters = gather (self, 0, 0, self->slots->len);

  return t_scale_grads (parameters, self->slots->len, 1 / scale, error)
         && t_clip_grad_norm (parameters, self->slots->len, 0, norm, error);
}

/**
 * optimizer_step:
 * @norm: (out): the norm of all gradients together before clipping
 *
 * Clips, takes one step and forgets the gradients. Gradients that are no numbers change nothing.
 *
 * Returns: FALSE with an error
 */
gboolean
optimizer_step (Optimizer *self, double *norm, GError **error)
{
  guint n = self->slots->len;
  g_autofree Tensor **parameters = gather (self, 0, 0, n);

  if (!t_clip_grad_norm (parameters, n, self->clip_norm, norm, error))
    return FALSE;
  if (!isfinite (*norm))
    {
      g_set_error (error, T_ERROR, T_ERROR_NOT_FINITE, "The gradients are no numbers any more");
      return FALSE;
    }
  for (guint from = 0, to; from < n; from = to) /* one call for each run of equal rates */
    {
      for (to = from + 1; to < n && slot_at (self, to)->rate == slot_at (self, from)->rate;)
        to++;
      if (!step_slots (self, from, to, error))
        return FALSE;
    }
  optimizer_zero_grad (self);
  return step_averages (self, error);
}

static gboolean
is_finite (Tensor *x)
{
  T_SCOPE_NO_GRAD ();
  double largest = 0;

  return t_numel (x) == 0 || (t_item (t_amax (t_abs (x)), &largest, NULL) && isfinite (largest));
}

/**
 * optimizer_find_not_finite:
 * @gradients: look at what the parameters have gathered, not at themselves
 *
 * Returns: (transfer none) (nullable): the first parameter with something in it that is no number, by its name
 */
const char *
optimizer_find_not_finite (Optimizer *self, gboolean gradients)
{
  T_SCOPE_NO_GRAD ();

  for (guint i = 0; i < self->slots->len; i++)
    {
      Slot *slot = slot_at (self, i);

      if (!is_finite (gradients ? t_grad (slot->states[0]) : slot->states[0]))
        return slot->name;
    }
  return NULL;
}

/** optimizer_zero_grad: forgets all gradients. */
void
optimizer_zero_grad (Optimizer *self)
{
  for (guint i = 0; i < self->slots->len; i++)
    t_zero_grad (slot_at (self, i)->states[0]);
}

/**
 * optimizer_save:
 * @path: a safetensors file, written beside and renamed
 * @metadata: (nullable) (element-type utf8 utf8): what else belongs to the checkpoint
 *
 * Saves parameters, moments, step counts and averages: all that the next steps depend on.
 */
gboolean
optimizer_save (Optimizer *self, const char *path, GHashTable *metadata, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) tensors = g_ptr_array_new ();

  for (guint i = 0; i < self->slots->len; i++)
    for (guint state = 0; state < self->n_states; state++)
      {
        g_ptr_array_add (names, g_strdup_printf ("%s.%s", state_names[state], slot_at (self, i)->name));
        g_ptr_array_add (tensors, slot_at (self, i)->states[state]);
      }
  return t_save (path, (const char *const *) names->pdata, (Tensor *const *) tensors->pdata, names->len,
                 metadata, error);
}

/**
 * optimizer_load:
 * @file: what optimizer_save () wrote for the same parameters
 *
 * Puts everything back; nothing is changed when something is missing.
 */
gboolean
optimizer_load (Optimizer *self, WeightsFile *file, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GPtrArray) sources = g_ptr_array_new ();

  for (guint i = 0; i < self->slots->len; i++)
    for (guint state = 0; state < self->n_states; state++)
      {
        g_autofree char *name = g_strdup_printf ("%s.%s", state_names[state], slot_at (self, i)->name);
        const WeightsEntry *entry = weights_file_lookup (file, name);
        Tensor *source = entry != NULL ? t_from_entry (file, entry) : NULL;
        if (!t_same_shape (source, slot_at (self, i)->states[state]))
          {
            g_set_error (error, T_ERROR, T_ERROR_FILE, "%s: the checkpoint does not belong to this training (“%s”)",
                         weights_file_path (file), name);
            return FALSE;
          }
        g_ptr_array_add (sources, source);
      }
  for (guint i = 0; i < sources->len; i++)
    t_copy_into (slot_at (self, i / self->n_states)->states[i % self->n_states], g_ptr_array_index (sources, i));
  return t_check (error);
}
