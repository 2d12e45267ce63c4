/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/latents.h"
#include "engine/engine-private.h"
#include "nn/lora-file.h"
#include "train/fusion-objective.h"

#include <glib/gi18n.h>

/* A request to fuse subjects (METHOD §4), turned into an objective and run. */

/* [F, 3, H, W] in [−1, 1] on the engine's device; a picture is repeated to @n_frames. */
static Tensor *
pixels_of (Engine *self, const EngineClip *clip, guint n_frames)
{
  T_SCOPE_NO_GRAD ();
  Tensor *x = pixels_from_rgb (clip->rgb, clip->n_frames, clip->width, clip->height);

  x = t_to (x, self->pipeline->device, T_F32);
  return t_keep (clip->n_frames == 1 ? t_repeat_interleave (x, n_frames, 0) : x);
}

static Tensor *
mask_of (Engine *self, const EngineClip *clip)
{
  T_SCOPE_NO_GRAD ();
  gconstpointer bytes = g_bytes_get_data (clip->mask, NULL);
  Tensor *x = t_from_data (bytes, T_U8, T_SHAPE (clip->n_frames, 1, clip->height, clip->width));

  return t_keep (t_mul_scalar (t_to (x, self->pipeline->device, T_F32), 1.0 / 255));
}

/* CutMix lays all clips over one another. */
static gboolean
is_of_size (const EngineClip *clip, const EngineClip *like, GError **error)
{
  if (clip->n_frames == like->n_frames && clip->width == like->width && clip->height == like->height)
    return TRUE;
  g_set_error (error, T_ERROR, T_ERROR_FAILED,
               _("The clips to fuse differ: one has %u frames of %u×%u, another %u of %u×%u; make them anew"), like->n_frames,
               like->width, like->height, clip->n_frames, clip->width, clip->height);
  return FALSE;
}

/* A clip as what L_fusion looks at, and as what CutMix cuts from; an empty mask cannot be cut. */
static gboolean
add_clip (Engine *self, FusionSubject *subject, const EngineClip *clip, const EngineClip *like, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GError) empty = NULL;
  Vae *vae = self->pipeline->vae;
  ObjectiveSample sample = { NULL };
  CutMixClip cut = { NULL };

  if (!engine_check_clip (self, clip, error) || !is_of_size (clip, like, error))
    return FALSE;
  sample.latents = t_steal (latents_from_rgb (vae, clip->rgb, clip->n_frames, clip->width, clip->height));
  g_array_append_val (subject->samples, sample);
  if (clip->mask != NULL
      && cutmix_clip_init (&cut, pixels_of (self, clip, clip->n_frames), mask_of (self, clip), &empty))
    g_array_append_val (subject->clips, cut);
  return t_check (error);
}

static gboolean
add_subject (Engine *self, GArray *subjects, const EngineFuseSubject *from, const EngineClip *like, gboolean cut,
             GError **error)
{
  T_SCOPE_NO_GRAD ();
  FusionSubject *subject;

  g_array_set_size (subjects, subjects->len + 1);
  subject = &g_array_index (subjects, FusionSubject, subjects->len - 1);
  subject->token = g_strdup (from->token.token);
  subject->samples = g_array_new (FALSE, TRUE, sizeof (ObjectiveSample));
  g_array_set_clear_func (subject->samples, (GDestroyNotify) objective_sample_clear);
  subject->clips = g_array_new (FALSE, TRUE, sizeof (CutMixClip));
  g_array_set_clear_func (subject->clips, (GDestroyNotify) cutmix_clip_clear);
  if ((subject->lora = lora_load (from->lora, self->pipeline->device, error)) == NULL)
    return FALSE;
  t_assign (&subject->text, conditioner_encode (self->pipeline->conditioner, from->prompt));
  for (guint i = 0; i < from->n_clips; i++)
    if (!add_clip (self, subject, from->clips[i], like, error))
      return FALSE;
  if (subject->samples->len == 0 || (cut && subject->clips->len == 0))
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED,
                   _("There is no clip of “%s” in which it can be told from the background; train it longer, or set λ₂ "
                   "to 0"), from->token.token);
      return FALSE;
    }
  return t_check (error);
}

static GPtrArray *
make_backgrounds (Engine *self, const EngineFuseRequest *request, const EngineClip *like, GError **error)
{
  g_autoptr (GPtrArray) backgrounds = g_ptr_array_new ();

  for (guint i = 0; i < request->n_backgrounds; i++)
    {
      EngineClip still = *request->backgrounds[i];
      if (still.n_frames == 1)
        still.n_frames = like->n_frames;
      if (!is_of_size (&still, like, error))
        return NULL;
      g_ptr_array_add (backgrounds, pixels_of (self, request->backgrounds[i], like->n_frames));
    }
  return g_steal_pointer (&backgrounds);
}

static char *
identity_of (Engine *self, const EngineFuseRequest *request)
{
  static const char *const keys[] = { "lora_rate", "lambda2", "clip_norm", "weight_decay" };
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *head = g_strdup_printf ("fuse %" G_GUINT64_FORMAT " %u", request->seed, request->n_subjects);

  engine_digest_text (checksum, head);
  engine_digest_model (checksum, self);
  engine_digest_params (checksum, request->params, keys, G_N_ELEMENTS (keys));
  for (guint i = 0; i < request->n_subjects; i++)
    {
      const EngineFuseSubject *subject = &request->subjects[i];
      engine_digest_words (checksum, &subject->token, 1);
      engine_digest_text (checksum, subject->prompt);
      engine_digest_file (checksum, subject->lora);
      engine_digest_clips (checksum, subject->clips, subject->n_clips);
    }
  engine_digest_clips (checksum, request->backgrounds, request->n_backgrounds);
  return g_strdup (g_checksum_get_string (checksum));
}

/** engine_clip_from_pixels: [F, 3, H, W] in [−1, 1], or where it is a @map [F, h, w] in [0, 1] → a clip of the same size. */
EngineClip *
engine_clip_from_pixels (Tensor *x, gboolean map, GError **error)
{
  T_SCOPE_NO_GRAD ();
  g_autoptr (GBytes) rgb = NULL;
  guint8 *bytes;
  gsize n;

  if (map)
    x = t_expand (t_unsqueeze (x, -1), T_SHAPE (-1, -1, -1, 3));
  else
    x = t_permute (t_add_scalar (t_mul_scalar (x, 0.5), 0.5), T_DIMS (0, 2, 3, 1));
  bytes = t_dup_data (t_round (t_mul_scalar (t_clamp (x, 0, 1), 255)), T_U8, &n, error);
  if (bytes == NULL)
    return NULL;
  rgb = g_bytes_new_take (bytes, n);
  return engine_clip_new (rgb, NULL, NULL, (guint) t_size (x, 0), (guint) t_size (x, 2), (guint) t_size (x, 1));
}

static void
show (Engine *self, guint step, const char *what, Tensor *x, gboolean map)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EngineClip) clip = engine_clip_from_pixels (x, map, &error);

  if (clip != NULL)
    self->listener->look (self->listener->data, step, what, clip);
  else
    g_warning ("%s cannot be shown: %s", what, error->message);
}

static void
look (gpointer data, guint step, Tensor *pixels, Tensor *visible, Tensor *maps, const guint *pasted)
{
  T_SCOPE_NO_GRAD ();
  Engine *self = data;

  if (self->listener == NULL || self->listener->look == NULL)
    return;
  show (self, step, "cutmix", pixels, FALSE);
  for (gint64 i = 0; i < t_size (maps, 0); i++)
    {
      g_autofree char *map = g_strdup_printf ("map %u", pasted[i] + 1);
      g_autofree char *mask = g_strdup_printf ("mask %u", pasted[i] + 1);
      show (self, step, map, t_select (t_detach (maps), 0, i), TRUE);
      show (self, step, mask, t_select (visible, 0, i), TRUE);
    }
}

/* "A <bear1> and a <robot1>": what a sample of the fused subjects shows. */
static char *
all_words (const EngineFuseRequest *request)
{
  GString *prompt = g_string_new (NULL);

  for (guint i = 0; i < request->n_subjects; i++)
    g_string_append_printf (prompt, "%s %s", i == 0 ? "A" : " and a", request->subjects[i].token.token);
  return g_string_free (prompt, FALSE);
}

static gboolean
fuse (Engine *self, const EngineFuseRequest *request, GError **error)
{
  T_SCOPE ();
  g_autofree char *identity = identity_of (self, request);
  g_autofree EngineToken *words = g_new0 (EngineToken, MAX (request->n_subjects, 1));
  g_autoptr (GArray) subjects = g_array_new (FALSE, TRUE, sizeof (FusionSubject));
  g_autoptr (GPtrArray) backgrounds = NULL;
  g_autoptr (Objective) objective = NULL;
  TrainerSettings trainer = engine_trainer_settings (request->params, request->seed, request->run_dir, identity);
  FusionSettings settings = {
    .lora_rate = engine_param_double (request->params, "lora_rate", 1e-4),
    .lambda2 = engine_param_double (request->params, "lambda2", 0.6),
    .look = look, .look_data = self, .look_every = request->look_every,
  };
  g_autofree char *prompt = all_words (request);
  g_auto (FusionScenes) scenes = { .engine = self, .request = request, .subjects = subjects };
  TrainingReport report = { .engine = self, .prompt = prompt, .params = request->params, .seed = request->seed,
                            .words = words, .n_words = request->n_subjects, .set_scene = fusion_scenes_set, .scene_data = &scenes,
                            .n_scenes = request->n_subjects + (settings.lambda2 > 0 ? 1 : 0) };
  gboolean ok;
  const EngineClip *like = request->n_subjects > 0 && request->subjects[0].n_clips > 0 ? request->subjects[0].clips[0]
                                                                                         : NULL;

  g_array_set_clear_func (subjects, (GDestroyNotify) fusion_subject_clear);
  if (request->n_subjects < 2 || like == NULL || (settings.lambda2 > 0 && request->n_backgrounds == 0))
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED, _("Fusing needs at least two subjects with clips, and a background for CutMix"));
      return FALSE;
    }
  for (guint i = 0; i < request->n_subjects; i++)
    words[i] = request->subjects[i].token;
  if (!engine_add_words (self, words, request->n_subjects, error))
    return FALSE;
  for (guint i = 0; i < request->n_subjects; i++)
    {
      if (!add_subject (self, subjects, &request->subjects[i], like, settings.lambda2 > 0, error))
        return FALSE;
      engine_progress (self, "Encoding", i + 1, request->n_subjects, NULL, 0);
    }
  if ((backgrounds = make_backgrounds (self, request, like, error)) == NULL)
    return FALSE;
  settings.backgrounds = scenes.backgrounds = backgrounds;
  objective = fusion_objective_new (self->pipeline, &settings, subjects, error);
  if (objective == NULL)
    return FALSE;
  report.objective = objective;
  unet_set_recompute (self->pipeline->unet, engine_param_bool (request->params, "gradient_checkpointing", FALSE));
  engine_rest (self, TRUE);
  ok = engine_try_sample (&report, error) && trainer_run (objective, &trainer, engine_report_training, &report, error);
  unet_set_recompute (self->pipeline->unet, FALSE);
  engine_effect_clear (&report.effect);
  return ok;
}

/** engine_fuse: see EngineTable.fuse. */
gboolean
engine_fuse (Engine *self, const EngineFuseRequest *request, const EngineListener *listener, GError **error)
{
  gboolean ok;

  engine_begin (self, listener);
  ok = fuse (self, request, error);
  engine_end (self);
  return ok;
}
