/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/latents.h"
#include "engine/engine-private.h"
#include "nn/lora-file.h"
#include "train/trainer.h"

#include <glib/gi18n.h>

/* A request to train, turned into an objective and run. */

/** engine_check_clip: whether there is something in the clip, and the VAE can take its size. */
gboolean
engine_check_clip (Engine *self, const EngineClip *clip, GError **error)
{
  gint64 f = vae_reduction (self->pipeline->vae);

  if (clip->width % f == 0 && clip->height % f == 0 && clip->width > 0 && clip->height > 0 && clip->n_frames > 0)
    return TRUE;
  g_set_error (error, T_ERROR, T_ERROR_FAILED,
               _("The size %u×%u does not fit this model: width and height must be multiples of %d"),
               clip->width, clip->height, (int) f);
  return FALSE;
}

/* Inside an empty mask there is no loss to take the mean of. */
static gboolean
check_mask (const EngineClip *clip, guint i, guint n, GError **error)
{
  gsize size = 0;
  const guint8 *bytes = clip->mask != NULL ? g_bytes_get_data (clip->mask, &size) : NULL;

  for (gsize j = 0; j < size; j++)
    if (bytes[j] != 0)
      return TRUE;
  if (bytes == NULL)
    return TRUE;
  g_set_error (error, T_ERROR, T_ERROR_FAILED,
               _("The mask of picture %u of %u is empty: draw it again, or train without the loss inside masks"), i + 1, n);
  return FALSE;
}

/* Latents, masks and caption states of clips, made once before the first step. */
static GArray *
encode_clips (Engine *self, EngineClip *const *clips, guint n, GError **error)
{
  g_autoptr (GArray) samples = g_array_new (FALSE, TRUE, sizeof (ObjectiveSample));
  Pipeline *pipeline = self->pipeline;

  g_array_set_clear_func (samples, (GDestroyNotify) objective_sample_clear);
  for (guint i = 0; i < n; i++)
    {
      T_SCOPE_NO_GRAD ();
      const EngineClip *clip = clips[i];
      ObjectiveSample sample = { NULL };
      if (!engine_check_clip (self, clip, error) || !check_mask (clip, i, n, error))
        return NULL;
      t_poll ();
      sample.latents = t_steal (
          latents_from_rgb (pipeline->vae, clip->rgb, clip->n_frames, clip->width, clip->height));
      if (clip->mask != NULL)
        sample.mask = t_steal (
            latents_from_mask (pipeline->vae, clip->mask, clip->n_frames, clip->width, clip->height));
      if (clip->caption != NULL)
        sample.text = t_steal (conditioner_encode (pipeline->conditioner, clip->caption));
      g_array_append_val (samples, sample);
      if (!t_check (error))
        return NULL;
      engine_progress (self, "Encoding", i + 1, n, NULL, 0);
    }
  return g_steal_pointer (&samples);
}

static gboolean
is_debiased (const EngineTrainRequest *request)
{
  return request->kind == ENGINE_TRAIN_MOTION
         && g_str_equal (engine_param_string (request->params, "motion_loss", ""), "debiased");
}

/* What every step depends on. How many steps and how often they are saved is left out, so that a
 * finished run can be continued for more. */
static char *
identity_of (Engine *self, const EngineTrainRequest *request)
{
  static const char *const keys[] = {
    "lora_rate", "token_rate", "rank", "lambda1", "omega", "clip_norm", "weight_decay", "masked_loss",
  };
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *head = g_strdup_printf ("%d %" G_GUINT64_FORMAT, (int) request->kind, request->seed);

  engine_digest_text (checksum, head);
  engine_digest_text (checksum, request->token.token);
  engine_digest_text (checksum, request->token.superclass);
  engine_digest_text (checksum, request->prompt);
  engine_digest_text (checksum, request->static_prompt);
  engine_digest_params (checksum, request->params, keys, G_N_ELEMENTS (keys));
  if (is_debiased (request))
    engine_digest_text (checksum, "debiased");
  if (request->token.path != NULL)
    engine_digest_file (checksum, request->token.path);
  engine_digest_model (checksum, self);
  engine_digest_words (checksum, request->known, request->n_known);
  engine_digest_clips (checksum, request->clips, request->n_clips);
  engine_digest_clips (checksum, request->prior, request->n_prior);
  return g_strdup (g_checksum_get_string (checksum));
}

static Objective *
make_subject (Engine *self, const EngineTrainRequest *request, GArray *samples, GArray *prior, GError **error)
{
  gboolean whole = request->kind == ENGINE_TRAIN_SUBJECT;
  ClipText *text = conditioner_text (self->pipeline->conditioner);
  SubjectSettings settings = {
    .token = request->token.token,
    .superclass = request->token.superclass,
    .prompt = request->prompt,
    .rank = whole ? (guint) engine_param_int (request->params, "rank", 4) : 0,
    .lora_rate = engine_param_double (request->params, "lora_rate", 1e-4),
    .token_rate = engine_param_double (request->params, "token_rate", 1e-3),
    .lambda1 = whole ? engine_param_double (request->params, "lambda1", 0.25) : 0,
    .masked = engine_param_bool (request->params, "masked_loss", FALSE),
  };

  if (settings.lambda1 > 0 && prior->len == 0)
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED,
                   _("λ₁ is %g, but there are no captioned clips for L_reg: give a folder of them, or set λ₁ to 0"),
                   settings.lambda1);
      return NULL;
    }
  if (whole && request->token.path != NULL
      && (settings.row = learned_embedding_load (request->token.path, request->token.token, clip_text_width (text),
                                                 error)) == NULL)
    return NULL;
  return subject_objective_new (self->pipeline, &settings, samples, prior, request->seed, error);
}

static Objective *
make_motion (Engine *self, const EngineTrainRequest *request, GArray *samples, GError **error)
{
  MotionSettings settings = {
    .prompt = request->prompt,
    .static_prompt = request->static_prompt,
    .rank = (guint) engine_param_int (request->params, "rank", 4),
    .lora_rate = engine_param_double (request->params, "lora_rate", 1e-4),
    .omega = engine_param_double (request->params, "omega", 0.5),
    .debiased = is_debiased (request),
  };

  if (settings.omega == 0)
    settings.static_prompt = NULL; /* (1+0)·ε − 0·ε_ap is ε: the frozen pass is saved */
  return motion_objective_new (self->pipeline, &settings, samples, request->seed, error);
}

/** engine_trainer_settings: what all trainings take from their parameters. */
TrainerSettings
engine_trainer_settings (GVariant *params, guint64 seed, const char *run_dir, const char *identity)
{
  return (TrainerSettings){
    .n_steps = (guint) MAX (engine_param_int (params, "iterations", 300), 0),
    .seed = seed,
    .weight_decay = engine_param_double (params, "weight_decay", 0.01),
    .clip_norm = engine_param_double (params, "clip_norm", 1),
    .checkpoint_every = (guint) MAX (engine_param_int (params, "checkpoint_every", 50), 0),
    .validate_every = (guint) MAX (engine_param_int (params, "validate_every", 0), 0),
    .run_dir = run_dir,
    .identity = identity,
  };
}

/* The first of what is learned from. */
static gboolean
set_scene (gpointer data, guint i, EngineScene *scene, GError **error)
{
  *scene = *(const EngineScene *) data;
  return TRUE;
}

static gboolean
train (Engine *self, const EngineTrainRequest *request, GError **error)
{
  T_SCOPE ();
  g_autofree char *identity = identity_of (self, request);
  g_autoptr (GArray) samples = NULL;
  g_autoptr (GArray) prior = NULL;
  g_autoptr (Objective) objective = NULL;
  TrainerSettings settings = engine_trainer_settings (request->params, request->seed, request->run_dir, identity);
  EngineScene scene = { .prompt = request->prompt };
  TrainingReport report = { .engine = self, .prompt = request->prompt, .params = request->params, .seed = request->seed,
                            .words = &request->token, .n_words = request->token.token != NULL ? 1 : 0,
                            .set_scene = set_scene, .scene_data = &scene, .n_scenes = 1 };
  gboolean ok;

  if (request->kind != ENGINE_TRAIN_TOKEN && engine_param_int (request->params, "rank", 4) < 1)
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED, _("A LoRA needs a rank of 1 at least"));
      return FALSE;
    }
  if (request->n_clips == 0)
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED, _("There is nothing to learn from: add pictures or a clip"));
      return FALSE;
    }
  if (!engine_add_words (self, request->known, request->n_known, error)
      || (samples = encode_clips (self, request->clips, request->n_clips, error)) == NULL
      || (prior = encode_clips (self, request->prior, request->n_prior, error)) == NULL)
    return FALSE;
  if (request->kind == ENGINE_TRAIN_MOTION)
    objective = make_motion (self, request, samples, error);
  else
    objective = make_subject (self, request, samples, prior, error);
  if (objective == NULL)
    return FALSE;
  report.objective = objective;
  report.learns_word = request->kind != ENGINE_TRAIN_MOTION && request->token.path == NULL;
  scene.ground = request->clips[0];
  scene.latents = g_array_index (samples, ObjectiveSample, 0).latents;
  unet_set_recompute (self->pipeline->unet, engine_param_bool (request->params, "gradient_checkpointing", FALSE));
  engine_rest (self, !report.learns_word);
  ok = engine_try_sample (&report, error) && trainer_run (objective, &settings, engine_report_training, &report, error);
  unet_set_recompute (self->pipeline->unet, FALSE);
  engine_effect_clear (&report.effect);
  return ok;
}

/** engine_train: see EngineTable.train. */
gboolean
engine_train (Engine *self, const EngineTrainRequest *request, const EngineListener *listener, GError **error)
{
  gboolean ok;

  engine_begin (self, listener);
  ok = train (self, request, error);
  engine_end (self);
  return ok;
}
