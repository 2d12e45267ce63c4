/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diffusion/pipeline.h"
#include "engine/engine.h"
#include "nn/lora.h"
#include "train/trainer.h"

G_BEGIN_DECLS

struct _Engine
{
  Pipeline *pipeline;
  char *model_digest;             /* NULL until it is asked for */
  const EngineListener *listener; /* of the running call */
  gboolean offload;               /* what the UNet does not need has no memory while it computes */
  gboolean beside;                /* another thread's engine has the say about what the process shares */
};

gint engine_param_int (GVariant *params, const char *key, gint fallback);
double engine_param_double (GVariant *params, const char *key, double fallback);
gboolean engine_param_bool (GVariant *params, const char *key, gboolean fallback);
const char *engine_param_string (GVariant *params, const char *key, const char *fallback);

gboolean engine_choose_device (const char *name, TDevice *device, GError **error);
gboolean engine_choose_dtype (const char *name, TDevice device, TDtype *dtype, GError **error);
void engine_begin (Engine *self, const EngineListener *listener);
void engine_end (Engine *self);
void engine_rest (Engine *self, gboolean text_too);
void engine_progress (Engine *self, const char *phase, guint step, guint n_steps, const EngineTerm *terms,
                      guint n_terms);
gboolean engine_add_words (Engine *self, const EngineToken *words, guint n, GError **error);

/**
 * TrainingEffect: what a training changes about what the model makes, on one fixed input; all zero at first.
 * @input: noise of the training's shape, always the same; @text: the states of the prompt in plain words
 * @base: ε_θ of the model without the LoRA; @base_norm, @weight_norm: ‖ε_θ‖ and ‖W‖ over the layers that the LoRA changes
 */
typedef struct
{
  Tensor *input;
  Tensor *text;
  Tensor *base;
  double base_norm;
  double weight_norm;
} TrainingEffect;

/** EngineScene: what the network looks at where its attention is shown: @latents, [1, C, F, h, w], are those of @ground. */
typedef struct
{
  const char *prompt;
  const EngineClip *ground;
  Tensor *latents;
} EngineScene;

/** EngineSetScene: makes what is missing of the @i-th scene; it stays @data's. */
typedef gboolean (*EngineSetScene) (gpointer data, guint i, EngineScene *scene, GError **error);

/**
 * TrainingReport: what the listener hears of a training, and the samples that it sees.
 * @prompt: what a sample shows when the parameters name nothing else
 * @params: effect_every 'i', maps_every 'i' (0 for never), sample_every 'i' (0 for none), sample_steps 'i', sample_prompt 's', guidance 'd', frames 'i',
 *   width 'i', height 'i'
 * @seed: the samples' noise is drawn from it, for all the same
 * @words: (array length=n_words): the learned words of the prompt
 * @set_scene: tells the scenes that the network looks at, when somebody wants to know: of @n_scenes; gets @scene_data
 * @watched: somebody looked after the step before
 * @no_samples: there was no memory for one
 * @learns_word: every step needs the text encoder
 */
typedef struct
{
  Engine *engine;
  Objective *objective;
  const char *prompt;
  GVariant *params;
  guint64 seed;
  const EngineToken *words;
  guint n_words;
  TrainingEffect effect;
  EngineSetScene set_scene;
  gpointer scene_data;
  guint n_scenes;
  gboolean watched;
  gboolean no_samples;
  gboolean learns_word;
} TrainingReport;

/** ENGINE_EFFECT_TERMS: how many terms engine_effect_measure () adds. */
#define ENGINE_EFFECT_TERMS 2
void engine_effect_measure (TrainingReport *report, guint step, guint n_steps, EngineTerm *terms, guint *n_terms);
void engine_effect_clear (TrainingEffect *self);

/** ENGINE_LOOK_WORDS_MAX: prompts have fewer words, as a rule; more are left out. */
#define ENGINE_LOOK_WORDS_MAX 16

/** EngineLookWords: the words of a prompt that are looked for, and where their pieces are among its @n_tokens tokens. */
typedef struct
{
  const char *texts[ENGINE_LOOK_WORDS_MAX];
  guint first[ENGINE_LOOK_WORDS_MAX];
  guint last[ENGINE_LOOK_WORDS_MAX];
  guint n;
  gint64 n_tokens;
} EngineLookWords;

GArray *engine_look (UNet *unet, Tensor *x_t, gint64 t, Tensor *text, const EngineLookWords *words, GError **error);

/** FusionScenes: what a fusion looks at; zero but for what is borrowed, until somebody looks. See engine-fusion-scenes.c. */
typedef struct
{
  Engine *engine;
  const EngineFuseRequest *request;
  GArray *subjects;
  GPtrArray *backgrounds;
  char *prompt;
  EngineClip *together;
  Tensor *latents;
} FusionScenes;

gboolean fusion_scenes_set (gpointer scenes, guint i, EngineScene *scene, GError **error);
void fusion_scenes_clear (FusionScenes *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FusionScenes, fusion_scenes_clear)

void engine_show_maps (TrainingReport *report, guint step, guint n_steps);
gboolean engine_try_sample (TrainingReport *report, GError **error);
gboolean engine_report_training (gpointer report, guint step, guint n_steps, const ObjectiveTerm *terms,
                                 guint n_terms, GError **error);
TrainerSettings engine_trainer_settings (GVariant *params, guint64 seed, const char *run_dir, const char *identity);
gboolean engine_train (Engine *self, const EngineTrainRequest *request, const EngineListener *listener,
                       GError **error);
EngineClip *engine_sample (Engine *self, const EngineSampleRequest *request, const EngineListener *listener,
                           GError **error);
gboolean engine_fuse (Engine *self, const EngineFuseRequest *request, const EngineListener *listener,
                      GError **error);
gboolean engine_locate (Engine *self, const EngineClip *clip, const char *prompt, const EngineToken *words,
                        guint n_words, const EngineListener *listener, GBytes **masks, GError **error);
EngineClip *engine_decode_step (Engine *self, const char *steps_dir, guint step, const char *what,
                                const EngineListener *listener, GError **error);
EngineMaps *engine_read_maps (Engine *self, const EngineSampleRequest *request, EngineBranch branch, const char *const *layers,
                              const EngineListener *listener, GError **error);
Tensor *engine_encode_prompts (Engine *self, const char *prompt, const char *negative, double guidance);
EngineClip *engine_decode (Engine *self, Tensor *latents, GError **error);
EngineClip *engine_clip_from_pixels (Tensor *x, gboolean map, GError **error);
gboolean engine_check_clip (Engine *self, const EngineClip *clip, GError **error);

void engine_memory (Engine *self, gboolean reset, EngineMemory *memory);
void engine_digest_text (GChecksum *checksum, const char *text);
void engine_digest_file (GChecksum *checksum, const char *path);
void engine_digest_params (GChecksum *checksum, GVariant *params, const char *const *keys, guint n);
void engine_digest_clips (GChecksum *checksum, EngineClip *const *clips, guint n);
void engine_digest_words (GChecksum *checksum, const EngineToken *words, guint n);
void engine_digest_parts (GChecksum *checksum, const char *model_dir);
void engine_digest_model (GChecksum *checksum, Engine *self);

gboolean engine_read_words (const char *model_dir, const char *const *texts, guint n_texts, EngineWord *words, GError **error);
char *engine_bench (GVariant *options, const EngineListener *listener, GError **error);

G_END_DECLS
