/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/engine-private.h"
#include "train/pretrain.h"

G_BEGIN_DECLS

/** PRETRAIN_MAX_TERMS: the most numbers of a check. */
#define PRETRAIN_MAX_TERMS 4

typedef struct _Pretraining Pretraining;

/**
 * PretrainStage: what the two stages do in their own ways.
 * @make: the objective; uses the pace and the scenes of the call
 * @check: looks at the averaged weights on unseen scenes: numbers, and a sheet where somebody looks
 * @export: puts the averaged weights into the model folder
 * @keys: the parameters that a run depends on
 */
typedef struct
{
  Objective *(*make) (Pretraining *self, GError **error);
  gboolean (*check) (Pretraining *self, guint step, EngineTerm *terms, guint *n_terms, GError **error);
  gboolean (*export) (Pretraining *self, GError **error);
  const char *const *keys;
} PretrainStage;

/**
 * Pretraining: one call of engine_pretrain ().
 * @deadline: when the call ends, by the monotonic clock; 0 for never
 */
struct _Pretraining
{
  const EnginePretrainRequest *request;
  const EngineListener *listener;
  const PretrainStage *stage;
  TDevice device;
  guint n_threads;
  PretrainPace pace;
  SceneSource scenes;
  Objective *objective;
  char *run_dir;
  guint check_every;
  gint64 deadline;
  gboolean out_of_time;
};

extern const PretrainStage pretrain_vae_stage;
extern const PretrainStage pretrain_unet_stage;

void pretrain_show (Pretraining *self, guint step, const char *what, GBytes *rgb, guint width, guint height);
gboolean engine_pretrain (const EnginePretrainRequest *request, const EngineListener *listener, GError **error);

G_END_DECLS
