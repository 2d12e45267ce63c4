/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine-sampling.h"

#include <glib/gi18n.h>
#include <math.h>

#include "diffusion/latents.h"

/* From a request to the strategy that predicts, and to the noise that it starts from. */

/* τ counts steps of a run of this length (METHOD §5). */
#define TAU_STEPS 50

/**
 * engine_encode_prompts:
 *
 * Returns: [2, tokens, width] states of @negative and of @prompt; [1, …] of @prompt alone without guidance
 */
Tensor *
engine_encode_prompts (Engine *self, const char *prompt, const char *negative, double guidance)
{
  T_SCOPE_NO_GRAD ();
  Conditioner *conditioner = self->pipeline->conditioner;
  Tensor *states = conditioner_encode (conditioner, prompt), *both[2];

  if (guidance == 1)
    return t_keep (states);
  both[0] = conditioner_encode (conditioner, negative);
  both[1] = states;
  return t_keep (t_cat (both, 2, 0));
}

static Tensor *
encode_prompts (Sampling *self, const char *prompt)
{
  const char *negative = self->request->negative != NULL ? self->request->negative : "";

  return engine_encode_prompts (self->engine, prompt, negative, self->guidance);
}

static gboolean
align_prompts (Sampling *self, GError **error)
{
  T_SCOPE_NO_GRAD ();
  const EngineSampleRequest *request = self->request;
  g_autoptr (GHashTable) superclasses = g_hash_table_new (g_str_hash, g_str_equal);
  TDevice device = self->engine->pipeline->device;

  for (guint i = 0; i < request->n_known; i++)
    if (request->known[i].superclass != NULL)
      g_hash_table_insert (superclasses, (gpointer) request->known[i].token, (gpointer) request->known[i].superclass);
  self->prompt = scs_prompt_new (self->engine->pipeline->conditioner, request->prompt, superclasses,
                                 t_zeros (unet_dtype (self->engine->pipeline->unet), device, T_SHAPE (1)), error);
  return self->prompt != NULL;
}

static void
keep_branch (gpointer data, const SamplerStep *step, const char *name, Tensor *value)
{
  Sampling *self = data;
  Tensor **slot = g_str_equal (name, "x_t")       ? &self->x_t
                  : g_str_equal (name, "eps_sub") ? &self->eps_sub
                  : g_str_equal (name, "eps_mot") ? &self->eps_mot
                                                  : NULL;

  if (slot != NULL)
    t_assign (slot, t_alias (value));
}

static SamplerStrategy *
make_scs (Sampling *self, ScsStrategy *scs)
{
  GVariant *params = self->request->params;
  const EngineListener *listener = self->engine->listener;
  double tau = MAX (engine_param_int (params, "tau", 15), 0);

  scs_strategy_init (scs, self->engine->pipeline->unet);
  scs->subject = (ScsBranch){ (LoraUse *) (gpointer) self->uses[0]->data, self->uses[0]->len,
                              encode_prompts (self, self->prompt->prompt), self->prompt->words };
  scs->motion = (ScsBranch){ (LoraUse *) (gpointer) self->uses[1]->data, self->uses[1]->len,
                             encode_prompts (self, self->prompt->superclass_prompt), self->prompt->superclass_words };
  scs->guidance = self->guidance;
  scs->tau = (guint) round (tau * self->n_steps / TAU_STEPS);
  scs->alpha = engine_param_double (params, "alpha", 1e4);
  scs->line = (ScsLine){ engine_param_double (params, "alpha_end", SCS_LINE.end),
                         engine_param_double (params, "alpha_bend", SCS_LINE.bend),
                         engine_param_double (params, "alpha_bend_at", SCS_LINE.bend_at) };
  scs->beta_s = engine_param_double (params, "beta_s", 0.5);
  scs->beta_m = engine_param_double (params, "beta_m", 0.5);
  if (self->request->steps_dir != NULL || (listener != NULL && listener->look != NULL))
    {
      scs->observe = keep_branch;
      scs->observe_data = self;
    }
  return &scs->parent;
}

static gboolean
prepare_mask (Sampling *self, PlainStrategy *plain, GError **error)
{
  const EngineSampleRequest *request = self->request;

  if (request->mask_token == NULL)
    return TRUE;
  self->mask_position = conditioner_position (self->engine->pipeline->conditioner, request->prompt, request->mask_token);
  if (self->mask_position < 0)
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED, _("The prompt “%s” does not hold the word “%s”"), request->prompt,
                   request->mask_token);
      return FALSE;
    }
  self->probe = attention_probe_new (ATTENTION_KIND (ATTENTION_SPATIAL_CROSS));
  plain->probe = self->probe;
  plain->probe_from = self->n_steps / 2; /* before it there is nothing to see yet */
  return TRUE;
}

/**
 * sampling_strategy:
 * @scs: (out caller-allocates): used where both branches have something to say
 * @plain: (out caller-allocates): used for one branch
 *
 * SCS needs a motion; without one the subject branch runs alone (METHOD §5), and so does the motion
 * without a subject.
 *
 * Returns: the strategy to run, in @scs or @plain; NULL with an error
 */
SamplerStrategy *
sampling_strategy (Sampling *self, ScsStrategy *scs, PlainStrategy *plain, GError **error)
{
  const char *way = engine_param_string (self->request->params, "sampling", "one-branch");
  gboolean two = self->uses[0]->len > 0 && self->uses[1]->len > 0;

  if (!g_str_equal (way, "scs") && !g_str_equal (way, "one-branch"))
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED, _("“%s” is no way to sample: choose scs or one-branch"), way);
      return NULL;
    }
  if (!align_prompts (self, error))
    return NULL;
  if (g_str_equal (way, "scs") && two && self->request->mask_token == NULL)
    return make_scs (self, scs);
  plain_strategy_init (plain, self->engine->pipeline->unet, encode_prompts (self, self->request->prompt), self->guidance);
  return prepare_mask (self, plain, error) ? &plain->parent : NULL;
}

static gboolean
hear_inversion (gpointer data, const SamplerStep *step, Tensor *x, Tensor *x0, const SamplerTerm *terms, guint n_terms,
                GError **error)
{
  Sampling *self = data;

  engine_progress (self->engine, "Inverting the clip", step->index + 1, step->n_steps, NULL, 0);
  return TRUE;
}

/* Where the inversion of this clip lies, by all that makes it (METHOD §5). */
static char *
inversion_path (Sampling *self)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const EngineSampleRequest *request = self->request;
  EngineClip *clip = (EngineClip *) request->motion_clip;
  g_autofree char *name = NULL;
  g_autofree char *head = g_strdup_printf ("%u %s", self->n_steps, t_dtype_name (self->engine->pipeline->dtype));

  if (request->cache_dir == NULL)
    return NULL;
  engine_digest_text (checksum, head);
  engine_digest_text (checksum, self->prompt->superclass_prompt);
  engine_digest_model (checksum, self->engine);
  engine_digest_clips (checksum, &clip, 1);
  name = g_strdup_printf ("inversion-%.24s.safetensors", g_checksum_get_string (checksum));
  return g_build_filename (request->cache_dir, name, NULL);
}

static Tensor *
load_inversion (Sampling *self, const char *path)
{
  g_autoptr (WeightsFile) file = path != NULL && g_file_test (path, G_FILE_TEST_EXISTS) ? weights_file_open (path, NULL) : NULL;
  const WeightsEntry *entry = file != NULL ? weights_file_lookup (file, "eps_m") : NULL;
  gint64 f = vae_reduction (self->engine->pipeline->vae), c = vae_latent_channels (self->engine->pipeline->vae);
  Tensor *x = entry != NULL ? t_from_entry (file, entry) : NULL;

  if (!t_has_shape (x, T_SHAPE (1, c, self->frames, self->height / f, self->width / f)))
    return NULL; /* a damaged cache is made anew */
  return t_to (x, self->engine->pipeline->device, T_F32);
}

/* ε_m: DDIM inversion of the clip under base θ with c̃_tgt, guidance 1. */
static Tensor *
invert (Sampling *self, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Pipeline *pipeline = self->engine->pipeline;
  const EngineClip *clip = self->request->motion_clip;
  g_autofree char *path = inversion_path (self);
  g_autoptr (GError) unsaved = NULL;
  const char *name = "eps_m";
  PlainStrategy plain;
  Tensor *x = load_inversion (self, path);

  if (x != NULL)
    return t_keep (x);
  if (!unet_set_loras (pipeline->unet, NULL, 0, error))
    return NULL;
  x = latents_from_rgb (pipeline->vae, clip->rgb, clip->n_frames, clip->width, clip->height);
  plain_strategy_init (&plain, pipeline->unet, conditioner_encode (pipeline->conditioner, self->prompt->superclass_prompt), 1);
  engine_rest (self->engine, TRUE);
  x = sampler_invert (pipeline->schedule, &plain.parent, x, self->n_steps, hear_inversion, self, error);
  if (x == NULL)
    return NULL;
  if (path != NULL && !t_save (path, &name, &x, 1, NULL, &unsaved))
    g_warning ("The inverted clip could not be kept for the next time: %s", unsaved->message);
  return t_keep (x);
}

static gboolean
clip_fits (Sampling *self, GError **error)
{
  const EngineClip *clip = self->request->motion_clip;

  if (clip->n_frames == self->frames && clip->width == self->width && clip->height == self->height)
    return TRUE;
  g_set_error (error, T_ERROR, T_ERROR_FAILED, _("The motion's clip has another size or number of frames than the video"));
  return FALSE;
}

/**
 * sampling_start:
 *
 * x_T = √β·ε_m + √(1−β)·ε; ε alone without a clip or with β = 0 (METHOD §5).
 *
 * Returns: [1, C, F, h, w], a handle of the innermost scope; NULL with an error
 */
Tensor *
sampling_start (Sampling *self, GError **error)
{
  T_SCOPE_NO_GRAD ();
  Pipeline *pipeline = self->engine->pipeline;
  gint64 f = vae_reduction (pipeline->vae), c = vae_latent_channels (pipeline->vae);
  double beta = engine_param_double (self->request->params, "beta", 0.3);
  g_autoptr (TGenerator) generator = t_generator_new (self->request->seed);
  Tensor *eps = t_randn (generator, T_SHAPE (1, c, self->frames, self->height / f, self->width / f)), *inverted;

  eps = t_to (eps, pipeline->device, T_F32);
  if (self->request->motion_clip == NULL || beta <= 0)
    return t_check (error) ? t_keep (eps) : NULL;
  if (!clip_fits (self, error) || (inverted = invert (self, error)) == NULL)
    return NULL;
  return t_keep (scs_start (inverted, eps, beta));
}
