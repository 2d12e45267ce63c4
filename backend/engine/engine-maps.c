/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/attention-maps.h"
#include "engine/engine-sampling.h"

#include <glib/gi18n.h>

/*
 * What the layers looked at in a step, computed again from the sample that was kept before it: the conditional pass of one
 * branch, as scs_guide () makes it. Nothing is drawn and nothing is kept.
 */

/* The last token is whatever fills the prompt up; the first begins it. */
#define N_REST 2

/* [tokens, 2]: the first token; all that belong neither to it nor to a word. */
static Tensor *
rest_matrix (Tensor *words)
{
  T_SCOPE_NO_GRAD ();
  gint64 n = t_size (words, 0);
  Tensor *none = t_like (t_arange (n, T_F32, T_CPU), words), *first = t_lt_scalar (none, 1), *one, *both[N_REST];

  one = t_like (t_full (1, T_F32, T_CPU, T_SHAPE (n)), words);
  both[0] = t_where (first, one, t_mul_scalar (one, 0));
  both[1] = t_sub (t_sub (one, both[0]), t_sum_dims (words, T_DIMS (1), FALSE));
  return t_keep (t_stack (both, N_REST, 1));
}

static GBytes *
take_floats (Tensor *x, GError **error)
{
  gsize n;
  float *data = t_dup_data (x, T_F32, &n, error);

  return data != NULL ? g_bytes_new_take (data, n * sizeof *data) : NULL;
}

/* Temporal layers see pixels in a row: how they lie follows from the latents, which are halved on the way down. */
static void
measure_grid (Sampling *self, gint64 pixels, EngineMap *map)
{
  gint64 f = vae_reduction (self->engine->pipeline->vae);
  gint64 height = self->height / f, width = self->width / f;

  while (height * width > pixels)
    {
      height = (height + 1) / 2;
      width = (width + 1) / 2;
    }
  map->height = (guint) height;
  map->width = (guint) width;
}

static gboolean
fill_map (Sampling *self, const ScsBranch *branch, AttentionProbe *probe, guint i, EngineMap *map, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Tensor *p = attention_probe_get (probe, i);

  map->layer = g_strdup (attention_probe_path (probe, i));
  map->temporal = attention_probe_kind (probe, i) == ATTENTION_TEMPORAL;
  map->n_heads = (guint) t_size (p, 1);
  if (map->temporal)
    {
      measure_grid (self, t_size (p, 0), map);
      map->words = take_floats (p, error);
      return map->words != NULL;
    }
  map->height = (guint) attention_probe_map_height (probe, i);
  map->width = (guint) attention_probe_map_width (probe, i);
  map->words = take_floats (word_maps (p, branch->words), error);
  if (map->words == NULL)
    return FALSE;
  map->rest = take_floats (word_maps (p, rest_matrix (branch->words)), error);
  return map->rest != NULL;
}

/* The branch as the sampling has it; where all work in one, that one. */
static gboolean
choose_branch (Sampling *self, EngineBranch which, ScsBranch *branch, GError **error)
{
  ScsStrategy scs;
  PlainStrategy plain;
  SamplerStrategy *strategy = sampling_strategy (self, &scs, &plain, error);

  if (strategy == NULL)
    return FALSE;
  if (strategy == &scs.parent)
    *branch = which == ENGINE_BRANCH_MOTION ? scs.motion : scs.subject;
  else if (which == ENGINE_BRANCH_SUBJECT)
    *branch = (ScsBranch){ (LoraUse *) (gpointer) self->uses[2]->data, self->uses[2]->len, plain.text, self->prompt->words };
  else
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED, _("This video was made in one branch"));
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_layers (const char *const *layers, const EngineMaps *maps, GError **error)
{
  for (guint i = 0; layers != NULL && layers[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) maps->layers, layers[i]))
      {
        g_set_error (error, T_ERROR, T_ERROR_FAILED, _("This model has no layer “%s” with attention to look at"), layers[i]);
        return FALSE;
      }
  return TRUE;
}

static gint64
find_timestep (Sampling *self, GError **error)
{
  g_autoptr (GArray) timesteps = schedule_timesteps (self->engine->pipeline->schedule, self->n_steps);

  if (self->request->from_step < timesteps->len)
    return g_array_index (timesteps, gint64, self->request->from_step);
  g_set_error (error, T_ERROR, T_ERROR_FAILED, _("After the last step nothing is looked at any more"));
  return -1;
}

static EngineMaps *
read_maps (Engine *engine, const EngineSampleRequest *request, EngineBranch which, const char *const *layers, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_auto (Sampling) self;
  g_autoptr (AttentionProbe) probe = attention_probe_new (SCS_MAPS);
  g_autoptr (EngineMaps) maps = g_new0 (EngineMaps, 1);
  ScsBranch branch;
  Tensor *x_t;
  gint64 t;

  sampling_init (&self, engine, request);
  maps->layers = unet_dup_attentions (engine->pipeline->unet, SCS_MAPS);
  if (!sampling_prepare (&self, error) || !check_layers (layers, maps, error) || !choose_branch (&self, which, &branch, error)
      || (t = find_timestep (&self, error)) < 0 || (x_t = sampling_load_step (&self, error)) == NULL)
    return NULL;
  attention_probe_ask_only (probe, layers);
  if (!scs_look (engine->pipeline->unet, &branch, x_t, t, probe, error))
    return NULL;
  maps->n_frames = (guint) self.frames;
  maps->words = g_strdupv (self.prompt->names);
  maps->maps = g_new0 (EngineMap, MAX (attention_probe_n (probe), 1));
  for (guint i = 0; i < attention_probe_n (probe); i++)
    {
      maps->n_maps++;
      if (!fill_map (&self, &branch, probe, i, &maps->maps[i], error))
        return NULL;
    }
  return g_steal_pointer (&maps);
}

/** engine_read_maps: see EngineTable.read_maps. */
EngineMaps *
engine_read_maps (Engine *self, const EngineSampleRequest *request, EngineBranch branch, const char *const *layers,
                  const EngineListener *listener, GError **error)
{
  EngineMaps *maps;

  engine_begin (self, listener);
  maps = read_maps (self, request, branch, layers, error);
  engine_end (self);
  return maps;
}
