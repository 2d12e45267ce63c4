/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine-sampling.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

/*
 * Every step of a sampling, kept: NNNN.safetensors in a folder is what was there after NNNN steps, 0000 the noise
 * x_T that it started from.
 *
 *   x       [1, C, F, h, w] float32: the sample. A step depends on nothing but this and its place, so a sampling
 *           that goes on from it is the undisturbed one, bit for bit on the CPU; and the attention of step NNNN + 1
 *           can be computed again from it: both branches look at this x_t, and scs_guide () says where it moves them.
 *   x0_sub, x0_mot   the same shape in float16, with SCS alone: what the branches predicted in the step that led here.
 *           They are for looking at.
 *   metadata: format ("videomage-step-1"), step (NNNN), n_steps, and t: the timestep of the step that led here (none for 0000).
 *
 * x̂₀ is not stored: it follows from the samples before and after the step (schedule_clean_between ()).
 */

#define FORMAT "videomage-step-1"

static const char *const branch_names[] = { "x0_sub", "x0_mot" };

/** sampling_step_path: (transfer full): where a step is kept. */
char *
sampling_step_path (const char *steps_dir, guint step)
{
  g_autofree char *name = g_strdup_printf ("%04u.safetensors", step);

  return g_build_filename (steps_dir, name, NULL);
}

/** sampling_branch_x0: x̂₀ of a branch from its ε at the last step's x_t. */
Tensor *
sampling_branch_x0 (Sampling *self, const SamplerStep *step, Tensor *eps)
{
  T_SCOPE_NO_GRAD ();
  Tensor *x0 = NULL;

  schedule_ddim_step (self->engine->pipeline->schedule, self->x_t, eps, step->t, step->n_steps, &x0);
  return t_keep (x0);
}

static GHashTable *
describe_step (guint step, guint n_steps)
{
  GHashTable *metadata = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  g_hash_table_insert (metadata, (gpointer) "format", g_strdup (FORMAT));
  g_hash_table_insert (metadata, (gpointer) "step", g_strdup_printf ("%u", step));
  g_hash_table_insert (metadata, (gpointer) "n_steps", g_strdup_printf ("%u", n_steps));
  return metadata;
}

/** sampling_keep_start: the noise of a sampling that begins, where the request has a steps_dir. */
gboolean
sampling_keep_start (Sampling *self, Tensor *x, GError **error)
{
  const char *name = "x";
  g_autofree char *path = NULL;
  g_autoptr (GHashTable) metadata = NULL;

  if (self->request->steps_dir == NULL)
    return TRUE;
  path = sampling_step_path (self->request->steps_dir, 0);
  metadata = describe_step (0, self->n_steps);
  return t_save (path, &name, &x, 1, metadata, error);
}

/** sampling_keep_step: @x after @step, where the request has a steps_dir. */
gboolean
sampling_keep_step (Sampling *self, const SamplerStep *step, Tensor *x, GError **error)
{
  T_SCOPE_NO_GRAD ();
  const char *names[] = { "x", NULL, NULL };
  Tensor *tensors[] = { x, NULL, NULL };
  Tensor *eps[] = { self->eps_sub, self->eps_mot };
  guint n = 1;
  g_autofree char *path = NULL;
  g_autoptr (GHashTable) metadata = NULL;

  if (self->request->steps_dir == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (eps); i++)
    if (eps[i] != NULL)
      {
        names[n] = branch_names[i];
        tensors[n++] = t_to (sampling_branch_x0 (self, step, eps[i]), T_CPU, T_F16);
      }
  path = sampling_step_path (self->request->steps_dir, step->index + 1);
  metadata = describe_step (step->index + 1, step->n_steps);
  g_hash_table_insert (metadata, (gpointer) "t", g_strdup_printf ("%" G_GINT64_FORMAT, step->t));
  return t_save (path, names, tensors, n, metadata, error);
}

static gboolean
read_number (WeightsFile *file, const char *key, guint *value)
{
  const char *text = weights_file_metadata (file, key);
  guint64 number = 0;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT16, &number, NULL))
    return FALSE;
  *value = (guint) number;
  return TRUE;
}

/* Opens a kept step; @n_steps of its sampling. */
static WeightsFile *
open_step (const char *steps_dir, guint step, guint *n_steps, GError **error)
{
  g_autofree char *path = sampling_step_path (steps_dir, step);
  g_autoptr (WeightsFile) file = NULL;
  guint number;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, T_ERROR, T_ERROR_FILE, _("Step %u is not kept any more: “%s” is gone. Make the video again to "
                   "have its steps"), step, path);
      return NULL;
    }
  file = weights_file_open (path, error);
  if (file == NULL)
    return NULL;
  if (g_strcmp0 (weights_file_metadata (file, "format"), FORMAT) == 0 && read_number (file, "step", &number)
      && number == step && read_number (file, "n_steps", n_steps) && *n_steps >= MAX (step, 1))
    return g_steal_pointer (&file);
  g_set_error (error, T_ERROR, T_ERROR_FILE, _("“%s” holds no step %u of a sampling"), path, step);
  return NULL;
}

static Tensor *
read_tensor (Engine *engine, WeightsFile *file, const char *name, guint step, GError **error)
{
  const WeightsEntry *entry = weights_file_lookup (file, name);

  if (entry != NULL)
    return t_to (t_clone (t_from_entry (file, entry)), engine->pipeline->device, T_F32);
  g_set_error (error, T_ERROR, T_ERROR_FILE, _("The kept step %u has no “%s”"), step, name);
  return NULL;
}

/**
 * sampling_load_step:
 *
 * Returns: the sample that the request goes on from, a handle of the innermost scope; NULL with an error
 */
Tensor *
sampling_load_step (Sampling *self, GError **error)
{
  gint64 f = vae_reduction (self->engine->pipeline->vae), c = vae_latent_channels (self->engine->pipeline->vae);
  const EngineSampleRequest *request = self->request;
  g_autoptr (WeightsFile) file = NULL;
  guint n_steps;
  Tensor *x;

  if (request->steps_dir == NULL)
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED, _("There is no folder with steps to go on from"));
      return NULL;
    }
  file = open_step (request->steps_dir, request->from_step, &n_steps, error);
  if (file == NULL || (x = read_tensor (self->engine, file, "x", request->from_step, error)) == NULL)
    return NULL;
  if (n_steps == self->n_steps && t_has_shape (x, T_SHAPE (1, c, self->frames, self->height / f, self->width / f)))
    return x;
  g_set_error (error, T_ERROR, T_ERROR_FAILED,
               _("From a step only a video of the same size, frames and number of steps (%u) goes on"), n_steps);
  return NULL;
}

/* x̂₀ of the step that led to @file's sample. */
static Tensor *
read_clean (Engine *self, const char *steps_dir, WeightsFile *file, guint step, guint n_steps, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Schedule *schedule = self->pipeline->schedule;
  g_autoptr (GArray) timesteps = schedule_timesteps (schedule, n_steps);
  g_autoptr (WeightsFile) before = NULL;
  Tensor *x_t, *x_s;
  guint n;

  if (step == 0)
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED, _("Before the first step nothing is predicted"));
      return NULL;
    }
  before = open_step (steps_dir, step - 1, &n, error);
  if (before == NULL || (x_t = read_tensor (self, before, "x", step - 1, error)) == NULL
      || (x_s = read_tensor (self, file, "x", step, error)) == NULL)
    return NULL;
  return t_keep (schedule_clean_between (schedule, x_t, x_s, g_array_index (timesteps, gint64, step - 1), n_steps));
}

static EngineClip *
decode_step (Engine *self, const char *steps_dir, guint step, const char *what, GError **error)
{
  T_SCOPE_NO_GRAD ();
  guint n_steps = 0;
  g_autoptr (WeightsFile) file = open_step (steps_dir, step, &n_steps, error);
  Tensor *latents;

  if (file == NULL)
    return NULL;
  latents = g_str_equal (what, "x0") ? read_clean (self, steps_dir, file, step, n_steps, error)
                                     : read_tensor (self, file, what, step, error);
  return latents != NULL ? engine_decode (self, latents, error) : NULL;
}

/** engine_decode_step: see EngineTable.decode_step. */
EngineClip *
engine_decode_step (Engine *self, const char *steps_dir, guint step, const char *what, const EngineListener *listener,
                    GError **error)
{
  EngineClip *clip;

  engine_begin (self, listener);
  clip = decode_step (self, steps_dir, step, what, error);
  engine_end (self);
  return clip;
}
