/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diffusion/schedule.h"
#include "nn/clip-text.h"
#include "nn/unet.h"
#include "train/pretrain-unet.h"

G_BEGIN_DECLS

/**
 * UnetReplica: one thread's copy of the networks, and the scenes that it has at hand.
 * @parameters: of UNet and text encoder together
 */
typedef struct
{
  Parameters *parameters;
  UNet *unet;
  ClipText *text;
  LatentPool *pictures;
  LatentPool *clips;
} UnetReplica;

/** UnetLosses: what one share of a step reports: the weighted loss and the plain squared error. */
typedef struct
{
  double weighted;
  double plain;
} UnetLosses;

/**
 * UnetObjective:
 * @vae, @tokenizer, @schedule: shared by all threads, none changes
 * @empty: the tokens of no caption
 * @replicas: one a share; the first holds what is trained
 * @clip: whether the running step sees clips
 */
typedef struct
{
  Objective parent;
  PretrainUnetSettings settings;
  TDevice device;
  Vae *vae;
  Tokenizer *tokenizer;
  Schedule *schedule;
  gint64 *empty;
  Crew *crew;
  UnetReplica *replicas;
  UnetLosses *losses;
  Optimizer *optimizer;
  guint64 seed;
  guint step;
  gboolean clip;
} UnetObjective;

/** UnetBatch: samples that are joined, with their captions; the tensors are of the innermost scope. */
typedef struct
{
  Tensor *latents; /* [n, C, F, h, w] */
  Tensor *masks;   /* [n, 1, F, h, w] */
  Tensor *ids;     /* [n, tokens] */
} UnetBatch;

void unet_batch_join (UnetObjective *self, const LatentScene *const *scenes, const gboolean *silent, guint n,
                      UnetBatch *batch);
Tensor *unet_predict (UnetReplica *replica, Tensor *x_t, const gint64 *t, Tensor *ids);

gboolean unet_check_run (UnetObjective *self, gboolean with_sheet, UnetCheck *check,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
