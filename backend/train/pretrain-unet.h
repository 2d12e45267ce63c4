/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "train/latent-pool.h"

G_BEGIN_DECLS

/**
 * PretrainUnetSettings:
 * @frames: of a clip; @batch: pictures a step, @clip_batch: clips a step, over all threads
 * @clip_share: share of the steps that see clips; @pictures_first: share of all steps, at first, that see none
 * @pool: scenes at hand of either kind; @reuse: how often a scene is seen before another takes its place
 * @dropout: share of captions that are left out, for guidance
 * @gamma: of the min-SNR weight, 0 for none
 * @subject_focus: how much more an error on a character counts
 * @prompts: (array length=n_prompts): what sample sheets show; borrowed
 */
typedef struct
{
  PretrainPace pace;
  SceneSource scenes;
  guint frames;
  guint batch;
  guint clip_batch;
  double clip_share;
  double pictures_first;
  guint pool;
  double reuse;
  double dropout;
  double gamma;
  double subject_focus;
  const char *const *prompts;
  guint n_prompts;
  double guidance;
  guint sample_steps;
  guint n_threads;
} PretrainUnetSettings;

/**
 * UnetCheck: how well noise is predicted on unseen scenes at fixed noise and timesteps, by the averaged weights.
 * @pictures, @clips: mean squared errors
 * @sheet: (owned) (nullable): a row of frames for every prompt
 */
typedef struct
{
  double pictures;
  double clips;
  GBytes *sheet;
  guint sheet_width;
  guint sheet_height;
} UnetCheck;

void unet_check_clear (UnetCheck *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (UnetCheck, unet_check_clear)

Objective *pretrain_unet_new (const char *model_dir, gboolean fresh, TDevice device,
                              const PretrainUnetSettings *settings, GError **error);
gboolean pretrain_unet_check (Objective *objective, gboolean with_sheet, UnetCheck *check,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean pretrain_unet_export (Objective *objective, const char *out_dir, TDtype dtype,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
