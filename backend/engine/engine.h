/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <gmodule.h>

G_BEGIN_DECLS

/*
 * The one door from jobs to the mathematics. Behind it lie tensors, networks, sampling and training
 * in a shared library that is opened when it is first needed (the window must be on the screen
 * before libtorch is loaded); before it there are only numbers, texts and RGB bytes.
 * All calls with an Engine are made from one thread, the worker's or, where it was opened to compute beside another, its assistant's; those with an EngineSegmenter from one thread, which
 * may be another and may call meanwhile.
 */

#define ENGINE_ABI 11

typedef struct _Engine Engine;

/** ENGINE_MODULE_SYMBOL: what g_module_symbol () is asked for; an EngineGetTable. */
#define ENGINE_MODULE_SYMBOL "engine_table"

/**
 * EngineConfig: where a model lies and what computes it.
 * @model_dir: a model folder in diffusers layout
 * @device: "auto", "cpu" or "cuda"
 * @precision: "auto" (float32 on the CPU, half on CUDA), "float32" or "half"
 * @threads: CPU threads; 0 means one less than the machine has, at least 1
 * @deterministic: the same bits every time on CUDA, too, where that costs time; CPUs always give them
 * @offload: text encoder and VAE are loaded when they are needed and take no memory meanwhile; the results are the same
 * @beside: another engine may compute at the same time, on another thread: this one takes as many CPU threads as that
 *   and leaves every switch of the process alone (@threads and @deterministic are not looked at)
 */
typedef struct
{
  const char *model_dir;
  const char *device;
  const char *precision;
  guint threads;
  gboolean deterministic;
  gboolean offload;
  gboolean beside;
} EngineConfig;

/**
 * EngineClip: pictures as bytes.
 * @rgb: n_frames · height · width · 3 bytes, tight
 * @mask: (nullable): n_frames · height · width bytes, 255 inside
 * @caption: (nullable): what the clip shows
 * A single picture is a clip of one frame. Sizes must be the model's.
 */
typedef struct
{
  GBytes *rgb;
  GBytes *mask;
  char *caption;
  guint n_frames;
  guint width;
  guint height;
} EngineClip;

EngineClip *engine_clip_new (GBytes *rgb, GBytes *mask, const char *caption,
                             guint n_frames, guint width, guint height);
void engine_clip_free (EngineClip *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineClip, engine_clip_free)

/**
 * EngineToken: a learned word.
 * @token: as it stands in prompts, "<toy>"
 * @superclass: the plain word or words that it starts from and is replaced by, "stuffed animal"
 * @path: (nullable): its learned_embeds safetensors file; NULL: not learned yet
 */
typedef struct
{
  const char *token;
  const char *superclass;
  const char *path;
} EngineToken;

/** EngineBranch: which branch of SCS a LoRA belongs to; without SCS all work in one. */
typedef enum
{
  ENGINE_BRANCH_SUBJECT,
  ENGINE_BRANCH_MOTION
} EngineBranch;

/**
 * EngineLora: a trained LoRA to sample with.
 * @path: a safetensors file in the peft format of diffusers
 * @strength: s of METHOD §1
 * @branch: whose it is
 */
typedef struct
{
  const char *path;
  double strength;
  EngineBranch branch;
} EngineLora;

/** EngineTerm: a named number of one step, for instance a loss ("L_sub") or "grad_norm". */
typedef struct
{
  const char *name;
  double value;
} EngineTerm;

/** EngineLookKind: at which places a word is looked at, or at which frames a frame looks. */
typedef enum
{
  ENGINE_LOOK_WORDS,
  ENGINE_LOOK_TIME
} EngineLookKind;

/**
 * EngineLookLayer: the probabilities of one attention layer, as bytes.
 * @layer: its name in the model
 * @n_heads: 1 where the mean over the heads is all there is
 * @values: words: words · heads · frames · height · width; time: heads · frames · frames, a row is the frame that looks
 *   (the mean over all places)
 * @most: (array): the probability that 255 stands for: of every word; of the layer
 */
typedef struct
{
  const char *layer;
  EngineLookKind kind;
  guint n_heads;
  guint n_frames;
  guint width;
  guint height;
  GBytes *values;
  const float *most;
} EngineLookLayer;

/**
 * EngineLook: where a network looks.
 * @words: (array length=n_words): those of the prompt, in its order; the shares of all words, of the prompt's begin and end
 *   and of its padding are 1 together
 * @maps: (array length=n_maps): in the order in which the layers run
 * @ground: what it looks at
 * @scene: which of several: of a fusion the first clip of each subject, in their order, then one into which the first
 *   two are pasted together, where there is L_attn; of all else there is one, 0
 */
typedef struct
{
  const char *const *words;
  guint n_words;
  const EngineLookLayer *maps;
  guint n_maps;
  const EngineClip *ground;
  guint scene;
} EngineLook;

/**
 * EngineListener: who hears of a running call; every function is called on the worker's thread.
 * @interrupted: (nullable): asked before every network block; it may block (pause). FALSE with an
 *   error set (G_IO_ERROR_CANCELLED) ends the call; what is trained so far is kept in a checkpoint.
 * @progress: (nullable): after every step: phase ("Encoding", "Training", "Sampling", "Decoding"),
 *   steps done, steps in all, and the step's numbers
 * @preview: (nullable): a clip to look at (x̂₀ while sampling), RGB as in EngineClip
 * @look: (nullable): more to look at: at the steps of previews "x0_sub", "x0_mot" (x̂₀ of either branch of
 *   SCS); while training "sample" (a clip by the weights as they are); while fusing "cutmix", "map 1", "map 2" (M_SCA of the pasted subjects as grey) and "mask 1",
 *   "mask 2" (where they can be seen). Costs nothing where it is NULL
 * @watches: (nullable): asked after every training step: whether somebody looks at where the network looks. Nothing is
 *   computed where it is not so
 * @maps: (nullable): where the network looks after @step: at the first step after somebody began to look, at every
 *   maps_every-th and at the last; of every scene
 * @wish: (nullable): asked after every training step, and again after every wish; it may block (pause). Of the prompt that it
 *   returns (transfer none, until the next call) a clip is made by the weights as they are, which goes to look () as "wish"
 * @refused: (nullable): the "sample" or "wish" after @step could not be made, for instance for want of memory; the
 *   training goes on
 */
typedef struct
{
  gboolean (*interrupted) (gpointer data, GError **error);
  void (*progress) (gpointer data, const char *phase, guint step, guint n_steps,
                    const EngineTerm *terms, guint n_terms);
  void (*preview) (gpointer data, guint step, const EngineClip *clip);
  gpointer data;
  void (*look) (gpointer data, guint step, const char *what, const EngineClip *clip);
  gboolean (*watches) (gpointer data);
  void (*maps) (gpointer data, guint step, const EngineLook *maps);
  const char *(*wish) (gpointer data);
  void (*refused) (gpointer data, guint step, const char *what, const GError *error);
} EngineListener;

/** ENGINE_ERROR: the domain of what goes wrong in the engine itself. */
#define ENGINE_ERROR (engine_error_quark ())
GQuark engine_error_quark (void);

/**
 * EngineErrorCode: what kind of failure it was, for those who offer different ways out.
 * @ENGINE_ERROR_OUT_OF_MEMORY: the device's memory did not suffice; everything else is intact
 * @ENGINE_ERROR_NOT_FINITE: a training's numbers ran away
 */
typedef enum
{
  ENGINE_ERROR_FAILED,
  ENGINE_ERROR_OUT_OF_MEMORY,
  ENGINE_ERROR_DEVICE,
  ENGINE_ERROR_FILE,
  ENGINE_ERROR_NOT_FINITE
} EngineErrorCode;

/** EngineTraining: what is learned (METHOD §2, §3.1, §3.4). */
typedef enum
{
  ENGINE_TRAIN_SUBJECT,
  ENGINE_TRAIN_TOKEN,
  ENGINE_TRAIN_MOTION
} EngineTraining;

/**
 * EngineTrainRequest:
 * @kind: what is learned
 * @token: the word that is learned, with its superclass (subject and token). Of a subject, a path means
 *   that the word was learned before: its row is taken from there and stays, the LoRA alone is trained
 * @prompt: c_s ("A <toy>") or c_m ("A person is riding a horse")
 * @static_prompt: c_ap, motion only ("A static video of <sub1> and <sub2>.")
 * @clips: (array): what is learned from: pictures, or the motion clip
 * @prior: (array): captioned clips for L_reg; may be empty when lambda1 is 0 or for tokens and motion
 * @known: the learned words that prompts may hold (motion: <sub1>, <sub2>)
 * @params: vardict of parameters: every key of the parameter table that the kind uses
 *   (iterations 'i', lora_rate 'd', token_rate 'd', rank 'i', lambda1 'd', omega 'd', masked_loss 'b',
 *   checkpoint_every 'i', …), and for samples on the way, which go to the listener's look (): sample_every 'i' (0 for
 *   none), effect_every 'i' (0 for never: how often the terms lora_norm, ‖ΔW‖ to ‖W‖, and effect, how much a fixed
 *   input's output differs from the base model's, are measured), maps_every 'i' (0 for never: see the listener's maps ()), sample_steps 'i', sample_prompt 's' ("" for @prompt), guidance 'd'; motion_loss 's' "debiased" trains a motion by MotionDirector's temporal loss
 * @seed: what every draw of the run derives from
 * @run_dir: an existing folder; a checkpoint found there is continued. At the end it holds
 *   pytorch_lora_weights.safetensors (subject, motion) and learned_embeds.safetensors (subject, token).
 */
typedef struct
{
  EngineTraining kind;
  EngineToken token;
  const char *prompt;
  const char *static_prompt;
  EngineClip **clips;
  guint n_clips;
  EngineClip **prior;
  guint n_prior;
  const EngineToken *known;
  guint n_known;
  GVariant *params;
  guint64 seed;
  const char *run_dir;
} EngineTrainRequest;

/**
 * EngineSampleRequest: METHOD §5; without SCS all LoRAs work together in one model (METHOD §6).
 * @prompt: the prompt, learned words in it (c_tgt)
 * @negative: "" as a rule
 * @known: the learned words; their superclasses make c̃_tgt
 * @loras: what to sample with; none: the base model
 * @params: steps 'i', guidance 'd', frames 'i', width 'i', height 'i'; sampling 's' ("scs" or
 *   "one-branch"), tau 'i' (of a 50-step run), alpha 'd', alpha_end 'd', alpha_bend 'd', alpha_bend_at 'd' (see ScsLine),
 *   beta 'd', beta_s 'd', beta_m 'd'
 * @seed: the noise's
 * @preview_every: 0 for no previews, else a preview of x̂₀ after every so many steps
 * @motion_clip: (nullable): the motion's clip, inverted and mixed into the first noise with β
 * @cache_dir: (nullable): an existing folder where inversions are kept, by all that made them
 * @run_dir: (nullable): an existing folder for the checkpoint of this sampling; one found there is
 *   continued, and it is removed at the end
 * @mask_token: (nullable): a learned word of the prompt: the result's mask says roughly where it is, from
 *   its own cross-attention
 * @steps_dir: (nullable): an existing folder where every step is kept (see engine-steps.c)
 * @from_step: goes on from the sample that is kept in @steps_dir after so many steps, made by a sampling of the same
 *   size and number of steps; 0: from the noise. Changed parameters count from there on; with the same ones the
 *   video is the same, bit for bit on the CPU
 *
 * Terms of an SCS step: L_m_to_s, L_s_to_m, alpha_t, moved_sub and moved_mot (per cent) while it is guided.
 */
typedef struct
{
  const char *prompt;
  const char *negative;
  const EngineToken *known;
  guint n_known;
  const EngineLora *loras;
  guint n_loras;
  GVariant *params;
  guint64 seed;
  guint preview_every;
  const EngineClip *motion_clip;
  const char *cache_dir;
  const char *run_dir;
  const char *mask_token;
  const char *steps_dir;
  guint from_step;
} EngineSampleRequest;

/**
 * EngineFuseSubject: one of the subjects that are fused.
 * @token: its learned word; @prompt: c_n, "A <toy>"
 * @lora: its own LoRA, θs,n
 * @clips: (array length=n_clips): clips x_n that its LoRA made, with masks
 */
typedef struct
{
  EngineToken token;
  const char *prompt;
  const char *lora;
  EngineClip **clips;
  guint n_clips;
} EngineFuseSubject;

/**
 * EngineFuseRequest: METHOD §4.
 * @subjects: (array length=n_subjects): at least two
 * @backgrounds: (array length=n_backgrounds): clean clips for CutMix; a picture stands still. None are
 *   needed when lambda2 is 0
 * @params: iterations 'i', lora_rate 'd', lambda2 'd', clip_norm 'd', weight_decay 'd', checkpoint_every 'i'
 * @look_every: steps between what the listener's look () gets; 0 for nothing
 * @run_dir: as in EngineTrainRequest; at the end it holds pytorch_lora_weights.safetensors, rank N·r
 */
typedef struct
{
  const EngineFuseSubject *subjects;
  guint n_subjects;
  EngineClip **backgrounds;
  guint n_backgrounds;
  GVariant *params;
  guint64 seed;
  guint look_every;
  const char *run_dir;
} EngineFuseRequest;

/** EnginePretrainStage: what of a model is trained as a whole: its VAE, or UNet and text encoder together. */
typedef enum
{
  ENGINE_PRETRAIN_VAE,
  ENGINE_PRETRAIN_UNET
} EnginePretrainStage;

/**
 * EngineSceneFunc: renders scene number @seed, always the same one, with its mask and caption. Called from several
 * threads at once.
 *
 * Returns: (transfer full) (nullable): NULL where it cannot be drawn
 */
typedef EngineClip *(*EngineSceneFunc) (gpointer data, guint64 seed, guint n_frames, guint width, guint height);

/**
 * EnginePretrainRequest: a small model trained as a whole, on rendered scenes.
 * @config: where it starts from and what computes it; precision is that of a card's products, threads 0 means all
 * @fresh: the trained networks start from random weights of the same configuration instead
 * @out_dir: becomes a model folder, with a folder run/ inside: checkpoint, plan and what listeners write
 * @scene: where scenes come from; @prompts: (array length=n_prompts): what sample sheets show
 * @params: vardict: steps 'i' (0: by minutes), minutes 'd', batch 'i', rate 'd', warm_up 'i', decay 'd', width 'i',
 *   height 'i', frames 'i', weight_decay 'd', clip_norm 'd', checkpoint_every 'i', check_every 'i', half 'b' (store
 *   float16); VAE: subject_weight 'd', square 'd', edge 'd', kl 'd', decoder_only 'b'; UNet: clip_batch 'i',
 *   clip_share 'd', pictures_first 'd', pool 'i', reuse 'd', dropout 'd', gamma 'd', subject_focus 'd', guidance 'd', sample_steps 'i'
 *
 * Without steps, their number is planned once from minutes and the measured rate, and kept. With both, the call ends
 * after these minutes, and the next one goes on. Every check_every steps the averaged weights are looked at (terms
 * psnr …, or L_check; a sheet goes to look () as "sheet") and put into the model folder.
 */
typedef struct
{
  EnginePretrainStage stage;
  EngineConfig config;
  gboolean fresh;
  const char *out_dir;
  EngineSceneFunc scene;
  gpointer scene_data;
  const char *const *prompts;
  guint n_prompts;
  GVariant *params;
  guint64 seed;
} EnginePretrainRequest;

/** EngineSegmenter: the networks that find subjects in pictures, with what they have seen. */
typedef struct _EngineSegmenter EngineSegmenter;

/**
 * EngineSegmenterConfig:
 * @salient: the weights of U²-Net-p, a file
 * @sam: the weights of MobileSAM, a file; any with the original's names
 * @device: "cpu", "cuda" or "auto"
 */
typedef struct
{
  const char *salient;
  const char *sam;
  const char *device;
} EngineSegmenterConfig;

/** EnginePoint: a click, in pixels of the picture: this belongs to the subject, or it does not. */
typedef struct
{
  double x;
  double y;
  gboolean inside;
} EnginePoint;

/**
 * EngineSegmentRequest: where the subject of a picture is said to be.
 * @rgb: height · width · 3 bytes, tight
 * @has_box: whether the box counts; its corners may be given in any order and lie beyond the picture
 * @points: (array length=n_points): with neither a box nor a point inside, the subject is what stands out
 * @previous: (nullable): an answer's memory about the same picture, to be corrected by box and points
 * @cache_dir: (nullable): an existing folder where what was seen is kept, by what was seen and by the weights
 */
typedef struct
{
  GBytes *rgb;
  guint width;
  guint height;
  gboolean has_box;
  double x0, y0, x1, y1;
  const EnginePoint *points;
  guint n_points;
  GBytes *previous;
  const char *cache_dir;
} EngineSegmentRequest;

/** ENGINE_MAX_CANDIDATES: answers to one question: MobileSAM's four and what stands out. */
#define ENGINE_MAX_CANDIDATES 5

/**
 * EngineCandidate:
 * @mask: height · width bytes, 255 inside
 * @score: how well it fits, by the network's own guess, 0…1
 * @memory: (nullable): for EngineSegmentRequest.previous
 */
typedef struct
{
  GBytes *mask;
  double score;
  GBytes *memory;
} EngineCandidate;

/** EngineSegmentation: the answer: @n_candidates masks of the picture's size, the most likely first, then by score. */
typedef struct
{
  guint width;
  guint height;
  guint n_candidates;
  EngineCandidate candidates[ENGINE_MAX_CANDIDATES];
} EngineSegmentation;

void engine_segmentation_free (EngineSegmentation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineSegmentation, engine_segmentation_free)

/**
 * EngineWord: what a model makes of a text.
 * @n_pieces: of how many pieces of its vocabulary it is
 * @named: whether it is a token with a name of its own, as learned words are
 */
typedef struct
{
  guint n_pieces;
  gboolean named;
} EngineWord;

/**
 * EngineMemory: of the device, in bytes; all 0 where it cannot be told.
 * @used: now; of the CPU's by this process
 * @peak: the most since it was set back
 * @available: what could be taken besides
 */
typedef struct
{
  guint64 used;
  guint64 peak;
  guint64 available;
  guint64 total;
} EngineMemory;

/**
 * EngineMap: what one layer looks at, in one branch. float32 probabilities, the last index the fastest.
 * @layer: diffusers' name, "down_blocks.1.attentions.0.transformer_blocks.0.attn2"
 * @temporal: whether it looks over time; else it is cross-attention over the picture
 * @words: spatial: [F, heads, height · width, words], a word's pieces summed; temporal: [height · width, heads, F, F]
 * @rest: (nullable): spatial: [F, heads, height · width, 2]: the beginning of the prompt; its end, what fills it up, and
 *   words that were cut off. With the words they make 1
 */
typedef struct
{
  char *layer;
  gboolean temporal;
  guint n_heads;
  guint height;
  guint width;
  GBytes *words;
  GBytes *rest;
} EngineMap;

/**
 * EngineMaps: the attention of a branch in one step.
 * @words: (array zero-terminated=1): of the prompt, as typed; with SCS the same in both branches
 * @layers: (array zero-terminated=1): the names of all that could be asked
 */
typedef struct
{
  guint n_frames;
  char **words;
  char **layers;
  EngineMap *maps;
  guint n_maps;
} EngineMaps;

void engine_maps_free (EngineMaps *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineMaps, engine_maps_free)

/**
 * EngineTable: what the engine's library offers.
 * @open: loads a model, unless it is interrupted; errors name the file and the key that does not fit
 * @close: gives everything back
 * @describe: JSON about the opened model and device: model (its folder), device, precision, threads,
 *   libtorch, reduction (pixels a latent), prompt_tokens, blas_warning and convolutions_warning (nullable: what is slow, and why); free with g_free ()
 * @train: runs or continues a training
 * @sample: makes a clip; free with engine_clip_free ()
 * @fuse: fuses subjects, or continues
 * @bench: measures (see EngineBench in the command line's help); returns JSON
 * @locate: where words are in a finished clip, by the base model's attention with each word's superclass (their paths
 *   are not looked at): leaves in @masks a mask for each of @words, n_frames · height · width bytes, 255 inside;
 *   free with g_bytes_unref ()
 * @pretrain: trains a small model as a whole, or continues; no model needs to be open
 * @open_segmenter: opens the networks that find subjects; errors name the file and the key that does not fit. No model
 *   needs to be open
 * @close_segmenter: gives everything back
 * @segment: where the subject is; free with engine_segmentation_free (). G_IO_ERROR_NOT_FOUND: nothing stands out
 * @memory: measures the device's memory; reset: its highest use is set back to what is used now. A card's is not set back:
 *   what libtorch once took of it stays taken
 * @read_words: what the model in a folder makes of each of @texts: leaves it in @words; no model needs to be open, and any
 *   thread may call
 * @decode_step: what the step that was kept in a folder predicted, as frames: @what is "x0" (x̂₀), "x0_sub" or "x0_mot" (of a
 *   branch of SCS) or "x" (the noisy sample itself); free with engine_clip_free ()
 * @read_maps: the attention of the step that goes on from the sample that @request's steps_dir keeps after its from_step
 *   steps, computed again: what a branch saw of it (of ENGINE_BRANCH_SUBJECT, where all work in one). The request is the
 *   one that made the video; @layers: (nullable): only those. With all layers it is what the guidance by SCS compared, bit
 *   for bit on the CPU; free with engine_maps_free ()
 */
typedef struct
{
  guint abi;
  Engine *(*open) (const EngineConfig *config, const EngineListener *listener, GError **error);
  void (*close) (Engine *self);
  char *(*describe) (Engine *self);
  gboolean (*train) (Engine *self, const EngineTrainRequest *request,
                     const EngineListener *listener, GError **error);
  EngineClip *(*sample) (Engine *self, const EngineSampleRequest *request,
                         const EngineListener *listener, GError **error);
  gboolean (*fuse) (Engine *self, const EngineFuseRequest *request,
                    const EngineListener *listener, GError **error);
  char *(*bench) (GVariant *options, const EngineListener *listener, GError **error);
  gboolean (*locate) (Engine *self, const EngineClip *clip, const char *prompt, const EngineToken *words,
                      guint n_words, const EngineListener *listener, GBytes **masks, GError **error);
  gboolean (*pretrain) (const EnginePretrainRequest *request, const EngineListener *listener, GError **error);
  EngineSegmenter *(*open_segmenter) (const EngineSegmenterConfig *config, const EngineListener *listener, GError **error);
  void (*close_segmenter) (EngineSegmenter *self);
  EngineSegmentation *(*segment) (EngineSegmenter *self, const EngineSegmentRequest *request,
                                  const EngineListener *listener, GError **error);
  gboolean (*read_words) (const char *model_dir, const char *const *texts, guint n_texts, EngineWord *words, GError **error);
  EngineClip *(*decode_step) (Engine *self, const char *steps_dir, guint step, const char *what,
                              const EngineListener *listener, GError **error);
  void (*memory) (Engine *self, gboolean reset, EngineMemory *memory);
  EngineMaps *(*read_maps) (Engine *self, const EngineSampleRequest *request, EngineBranch branch, const char *const *layers,
                            const EngineListener *listener, GError **error);
} EngineTable;

typedef const EngineTable *(*EngineGetTable) (void);

/** engine_table: the table; exported by the engine's library, linked directly by tests. */
G_MODULE_EXPORT const EngineTable *engine_table (void);

G_END_DECLS
