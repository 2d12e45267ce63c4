/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/engine.h"
#include "jobs/mage-job.h"
#include "project/mage-params.h"

G_BEGIN_DECLS

MageEngine *mage_engine_new (const EngineTable *table);
void mage_engine_free (MageEngine *self);
void mage_engine_unload (MageEngine *self);
const EngineTable *mage_engine_get_table (MageEngine *self, GError **error);
Engine *mage_engine_open (MageEngine *self, MageJob *job, const char *model_dir, MageParams *params,
                          const EngineTable **table, GError **error);
Engine *mage_engine_open_beside (MageEngine *self, MageJob *job, const char *model_dir, MageParams *params,
                                 const EngineTable **table, GError **error);
EngineSegmenter *mage_engine_open_segmenter (MageEngine *self, MageJob *job, const char *sam, const EngineTable **table,
                                             GError **error);

/**
 * MageEngineCall: passes what the engine tells on to a job.
 * @training: (nullable): the phase's name instead of "Training"
 * @stepped: (nullable): hears of every training step, on the worker's thread
 * @sampling: (nullable): the phase's name instead of "Sampling"
 * @sampled: (nullable): hears of every sampling step, on the worker's thread; with @data
 * @looked: (nullable): hears of everything there is to look at, on the worker's thread; with @data
 * @mapped: (nullable): hears of where the network looks, while the job is watched; @refused: (nullable): of samples that could
 *   not be made; both on the worker's thread, with @data
 */
typedef struct
{
  MageJob *job;
  const char *training;
  void (*stepped) (gpointer data, guint step, guint n_steps, const MageTerm *terms, guint n_terms);
  gpointer data;
  const char *sampling;
  void (*sampled) (gpointer data, guint step, guint n_steps, const MageTerm *terms, guint n_terms);
  void (*looked) (gpointer data, guint step, const char *what, const EngineClip *clip);
  void (*mapped) (gpointer data, guint step, const EngineLook *maps);
  void (*refused) (gpointer data, guint step, const char *what, const GError *error);
} MageEngineCall;

EngineListener mage_engine_call_listen (MageEngineCall *self);

G_END_DECLS
