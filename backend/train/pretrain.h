/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nn/parameters.h"
#include "train/crew.h"
#include "train/objective.h"

G_BEGIN_DECLS

/*
 * Pretraining of a whole small model, on rendered scenes: first the VAE, then UNet and text encoder together.
 * Everything a step draws follows from seed and step, as in every training here.
 */

/**
 * Scene: something rendered to learn from.
 * @rgb: n_frames · height · width · 3 bytes
 * @mask: n_frames · height · width bytes, 255 where a character is
 * @caption: what it shows
 */
typedef struct
{
  GBytes *rgb;
  GBytes *mask;
  char *caption;
} Scene;

void scene_clear (Scene *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scene, scene_clear)

/**
 * SceneFunc: renders scene number @seed, always the same one. Called from several threads at once.
 *
 * Returns: FALSE with an error
 */
typedef gboolean (*SceneFunc) (gpointer data, guint64 seed, guint n_frames, guint width, guint height, Scene *scene,
                               GError **error);

/**
 * SceneSource: where scenes come from.
 * @seed: of the training; scenes for checks come from another sequence that no training ever sees
 */
typedef struct
{
  SceneFunc render;
  gpointer data;
  guint64 seed;
  guint width;
  guint height;
} SceneSource;

gboolean scene_source_get (const SceneSource *self, gboolean unseen, guint64 number, guint n_frames, Scene *scene,
                           GError **error);
gboolean scene_source_get_frames (const SceneSource *self, gboolean unseen, guint64 first, guint n, Tensor **pixels,
                                  Tensor **masks, GError **error);

/**
 * PretrainPace: how fast is learned when.
 * @rate: the highest learning rate
 * @n_steps: planned; the cosine falls to zero over them
 * @warm_up: steps in which the rate rises from zero
 * @decay: of the running averages, in the long run
 */
typedef struct
{
  double rate;
  guint n_steps;
  guint warm_up;
  double decay;
} PretrainPace;

double pretrain_rate_factor (const PretrainPace *pace, guint step);
double pretrain_decay (const PretrainPace *pace, guint step);
double pretrain_snr_weight (double alpha_bar, double gamma);

/**
 * PretrainVaeSettings:
 * @batch: frames a step, over all threads
 * @subject_weight: how much more an error on a character counts
 * @square, @edge, @kl: weights beside the mean absolute error, which has 1
 * @decoder_only: the encoder, and with it every latent, stays as it is
 * @n_unseen: frames that the checks look at
 */
typedef struct
{
  PretrainPace pace;
  SceneSource scenes;
  guint batch;
  double subject_weight;
  double square;
  double edge;
  double kl;
  gboolean decoder_only;
  guint n_unseen;
  guint n_threads;
} PretrainVaeSettings;

/**
 * VaeCheck: how well unseen frames come back from their latents, by the averaged weights.
 * @psnr: dB over all pixels of all frames; @psnr_subject: over those of characters
 * @colour: mean difference between a character's mean colour and that of its reconstruction, 0 … 255
 * @latent_std: standard deviation of the latents' means, unscaled
 * @sheet: (owned): a contact sheet, frames above their reconstructions
 */
typedef struct
{
  double psnr;
  double psnr_subject;
  double colour;
  double latent_std;
  GBytes *sheet;
  guint sheet_width;
  guint sheet_height;
} VaeCheck;

void vae_check_clear (VaeCheck *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VaeCheck, vae_check_clear)

gboolean vae_check_run (Vae *vae, const SceneSource *scenes, guint n, VaeCheck *check,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

Objective *pretrain_vae_new (const char *model_dir, gboolean fresh, TDevice device,
                             const PretrainVaeSettings *settings, GError **error);
gboolean pretrain_vae_check (Objective *objective, VaeCheck *check, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean pretrain_vae_export (Objective *objective, const char *path, TDtype dtype,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
